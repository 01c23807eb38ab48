from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse

from workbook.accounts.access import Request
from workbook.accounts.views import (
    code_app,
    devices,
    first_password,
    lock,
    login,
    new_key,
    passkeys,
    recovery,
    recovery_key,
    second_step,
    settings,
    signup,
)

View = Callable[..., HttpResponseBase]


def moved_from(view: View, name: str) -> View:
    """Makes the view of an address of an earlier release, for bookmarks and for open pages.

    Whoever asks is sent on to the address ``name``; what an open page posts is answered here.
    """

    @wraps(view)
    def moved(request: Request, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            return view(request, **kwargs)
        query = request.META.get("QUERY_STRING", "")
        return redirect(reverse(name) + (f"?{query}" if query else ""))

    return moved


urlpatterns = [
    path("account/", settings.account, name="account"),
    path("account/signup/", signup.signup, name="signup"),
    path("account/login/", login.login, name="login"),
    path("account/login/passkey/", passkeys.login_by_passkey, name="login-by-passkey"),
    path("account/logout/", login.logout, name="logout"),
    path("account/code/", second_step.second_step, name="second-step"),
    path("account/code-app/", code_app.code_app, name="code-app"),
    path("account/passkeys/", passkeys.passkeys, name="passkeys"),
    path("account/passkeys/options/", passkeys.passkey_options, name="passkey-options"),
    path("account/recover/", recovery.recover_account, name="recover"),
    path("account/first/<str:token>/", first_password.first_password, name="first-password"),
    path("account/closed/", recovery.closed_journal, name="closed-journal"),
    path("account/password/", settings.password, name="password"),
    path("account/recovery-key/", recovery_key.recovery_key, name="recovery-key"),
    path("account/recovery-key/later/", recovery_key.recovery_key_later, name="recovery-key-later"),
    path("account/devices/", devices.devices, name="devices"),
    path("account/new-key/", new_key.new_key, name="new-key"),
    path("account/events/", settings.dismiss_events, name="dismiss-events"),
    path("account/lock/", settings.lock, name="lock"),
    path("account/touch/", lock.touch, name="touch"),
    path("account/uncover/", lock.uncover, name="uncover"),
    path("account/others/", settings.logout_others, name="logout-others"),
    path("account/delete/", settings.delete_account, name="delete-account"),
    path("account/gone/", settings.gone, name="gone"),
    path("exit/", login.exit_site, name="exit"),
    # As the last release had them; they go with the next.
    path("account/join/", moved_from(signup.signup, "signup")),
    path("account/enter/", moved_from(login.login, "login")),
    path("account/enter/passkey/", moved_from(passkeys.login_by_passkey, "login")),
    path("account/leave/", moved_from(login.logout, "logout")),
    path("account/spare-key/", moved_from(recovery_key.recovery_key, "recovery-key")),
    path("account/spare-key/later/", moved_from(recovery_key.recovery_key_later, "recovery-key")),
]

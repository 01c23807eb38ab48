"""Coming in, and going out again."""

from contextlib import suppress
from http.cookies import CookieError
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workbook.accounts.access import Request
from workbook.accounts.devices import forget_device, own_device, own_device_of
from workbook.accounts.form_page import form_page, template_page
from workbook.accounts.forms import LoginForm, UnlockForm
from workbook.accounts.known_browsers import forget_browser
from workbook.accounts.login import admit, find_for, has_journal, open_journal
from workbook.accounts.models import User
from workbook.accounts.next_url import address_with_next, asked_for, onward
from workbook.accounts.recovery_key_offer import make_recovery_key_due
from workbook.accounts.second_step import (
    forget_pending,
    has_second_step,
    must_have_second_step,
    note_second_step,
    way_to_code,
)
from workbook.accounts.waits import shown_here
from workbook.vault.keyring import Keyring
from workbook.vault.passkeys import passkeys_possible


def login_page(
    request: Request, form: UnlockForm | None = None, notice: str = "", status: int = 200
) -> HttpResponse:
    """Answers with the page of the login, or of the lock."""
    context = {
        "form": form or _blank_form(request),
        "next": asked_for(request),
        "notice": notice,
        "has_passkeys": passkeys_possible(),
        **shown_here(request),
    }
    return render(request, "accounts/login.html", context, status=status)


def _blank_form(request: Request) -> UnlockForm:
    if request.user.is_authenticated:
        return UnlockForm(initial={"username": request.user.name})
    return LoginForm()


def _form(request: Request, **options: Any) -> UnlockForm | HttpResponse:
    user = request.user
    if request.method == "POST":
        # Whoever is only locked is asked for nothing but the password.
        is_locked = user.is_authenticated and request.POST.get("username") == user.name
        return UnlockForm(**options) if is_locked else LoginForm(**options)
    if user.is_authenticated and request.journal.is_open:
        return redirect(onward(request))
    if user.is_authenticated and not user.password_is_own:
        return inside(request, user, None)
    return _blank_form(request)


@form_page(login_page, _form, anyone=True)
def login(request: Request, form: UnlockForm) -> HttpResponse | None:
    """Takes name and password; of someone who has signed in and is locked, the password alone."""
    if not form.is_valid():
        return None
    password = form.cleaned_data["password"]
    user = find_for(request, form.cleaned_data["username"], password)
    if user is None:
        # The same for an unknown name and for a wrong password.
        form.add_error(
            None,
            _(
                "That username and password don’t match. "
                "Check both and try again. Your account isn’t locked."
            ),
        )
        return None
    keyring = open_journal(user, password)
    is_shared = form.cleaned_data.get("shared_device", False)
    to_code = way_to_code(request, user, keyring, is_shared=is_shared)
    return to_code or let_in(request, user, keyring, is_shared=is_shared)


def let_in(
    request: Request, user: User, keyring: Keyring | None, *, is_shared: bool, by: str = ""
) -> HttpResponse:
    """Signs a person in, and leads on. ``by``: what has shown the second step, if any."""
    admit(request, user, keyring, is_shared=is_shared)
    if by:
        note_second_step(request, by)
    make_recovery_key_due(user)
    response = inside(request, user, keyring)
    if is_shared and own_device_of(request, user):
        forget_device(request, response)
    forget_pending(request, response)
    return response


def inside(request: Request, user: User, keyring: Keyring | None) -> HttpResponse:
    """Leads to the page that was asked for, or to the step that is still between."""
    if keyring is None and has_journal(user):
        return redirect(address_with_next(request, "closed-journal"))
    if not user.password_is_own:
        return redirect(address_with_next(request, "password"))
    if must_have_second_step(user) and not has_second_step(user) and user.may_enroll:
        return redirect(address_with_next(request, "code-app"))
    return redirect(onward(request))


@form_page(template_page("accounts/logout.html"), anyone=True)
def logout(request: Request, form: Form) -> HttpResponse:
    """Ends this browser's session, and forgets on a shared device who was here."""
    response = redirect("home")
    device = own_device(request)
    if device is None or not request.user.is_authenticated or device.user == request.user:
        forget_device(request, response)
    if request.session.get_expire_at_browser_close():
        forget_browser(response)
    forget_pending(request, response)
    auth.logout(request)
    return response


@require_safe
@login_not_required
@never_cache
def exit_site(request: Request) -> HttpResponse:
    """Leads to another site at once, and ends this browser's session with its cookies.

    Needs neither person nor database: with the cookie gone nothing can be opened from here, even
    where the row could not be deleted.
    """
    if not is_own_click(request):
        # No request is given: nothing may be looked up on the way out.
        return HttpResponse(render_to_string("accounts/exit.html"))
    response = HttpResponseRedirect(settings.SITE.exit_url)
    with suppress(DatabaseError):
        request.session.flush()
    with suppress(DatabaseError):
        forget_device(request, response)
    with suppress(DatabaseError):
        forget_pending(request, response)
    for cookie in request.COOKIES:
        # The name of each cookie of this site begins with that of the session's.
        if cookie.startswith(settings.SESSION_COOKIE_NAME):
            # Another program on this host may have set one whose name Python can't write.
            with suppress(CookieError):
                response.delete_cookie(cookie, samesite="Lax")
    # "cache" would make Chromium wait for seconds, and pages are not kept there anyway; "cookies"
    # would sign people out of other sites under the same domain.
    response["Clear-Site-Data"] = '"storage"'
    return response


def is_own_click(request: Request) -> bool:
    """Returns whether a page of ours was left by a click: no other site, image or prefetch may do
    it.
    """
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" and request.headers.get("Sec-Fetch-Mode") in {None, "navigate"}
    # An older browser. Our Referrer-Policy sends the address along to ourselves only.
    source = urlsplit(request.headers.get("Referer", ""))
    return f"{source.scheme}://{source.netloc}" == f"{request.scheme}://{request.get_host()}"

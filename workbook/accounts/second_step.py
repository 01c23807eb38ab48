"""The second step of signing in: who must have one, who has shown it, and what waits between.

A code app asks everybody who has one, each time they sign in by password. A passkey is both steps
in one, and asks nobody who signs in by password. The backup key stands for both steps of a reader.
What staff may do more than a reader rests on a step that was shown in this session.
"""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from workbook.accounts import throttles
from workbook.accounts.events import EventKind, tell
from workbook.accounts.known_browsers import browser_of
from workbook.accounts.models import User
from workbook.accounts.next_url import address_with_next
from workbook.vault import pending
from workbook.vault.code_apps import has_code_app, use_code
from workbook.vault.keyring import Keyring
from workbook.vault.models import CodeApp, Passkey, PendingSession
from workbook.vault.passkeys import passkeys_of, remove_passkeys
from workbook.vault.sessions import end_all_sessions

SESSION_KEY = "second step"
"""In a session: by what its second step was shown, "code" or "passkey"."""


def must_have_second_step(user: User) -> bool:
    """Returns whether somebody's rights rest on a second step: those of staff do."""
    return user.is_staff or user.is_superuser


def has_second_step(user: User) -> bool:
    """Returns whether somebody has a code app or a passkey."""
    return has_code_app(user) or Passkey.objects.filter(user=user).exists()


def has_shown_second_step(request: HttpRequest) -> bool:
    """Returns whether a second step was shown in this session."""
    return request.user.is_authenticated and bool(request.session.get(SESSION_KEY))


def note_second_step(request: HttpRequest, by: str) -> None:
    """Remembers in this session that a second step was shown.

    That of staff goes on under a fresh token: whoever knows the one from before must not come by
    rights that it didn't have.
    """
    if isinstance(request.user, User) and must_have_second_step(request.user):
        request.session.cycle_key()
    request.session[SESSION_KEY] = by


def has_staff_rights(request: HttpRequest) -> bool:
    """Returns whether this is staff, with a second step shown: what the admin asks of every
    request.
    """
    user = request.user
    return bool(user.is_active and user.is_staff and has_shown_second_step(request))


def may_change_second_step(request: HttpRequest, user: User) -> bool:
    """Returns whether a step may be added or removed in this session.

    Whoever must have one has to show the one they have: a password or a backup key alone must not
    become the way to staff's rights. Where they have none, it must be a beginning.
    """
    if not must_have_second_step(user) or has_shown_second_step(request):
        return True
    return user.may_enroll and not has_second_step(user)


def has_enrolled(user: User) -> None:
    """Notes that somebody has a second step from now on."""
    User.objects.filter(pk=user.pk).update(may_enroll=False)
    user.may_enroll = False


def code_is_right(request: HttpRequest, user: User, code: str) -> bool:
    """Returns whether a code is one of the person's, and uses it up; the try is counted.

    Raises Throttled, and VaultError where the app's secret can't be read.
    """
    counted = throttles.count_code(request, user, browser_of(request, user))
    if not use_code(user, code):
        return False
    throttles.take_back(counted)
    return True


def end_second_steps(user: User) -> None:
    """Ends every code app, passkey and session of somebody, and lets them set up a step again.

    Their password and backup key go on, and open what they opened before.
    """
    passkeys = passkeys_of(user)
    with transaction.atomic():
        apps, _kinds = CodeApp.objects.filter(user=user).delete()
        remove_passkeys(user, passkeys)
        User.objects.filter(pk=user.pk).update(may_enroll=True)
    if apps or passkeys:
        tell(user, EventKind.FACTOR_REMOVED)
    end_all_sessions(user.pk)


# --- Between password and code ---


def way_to_code(
    request: HttpRequest, user: User, keyring: Keyring | None, *, is_shared: bool = False
) -> HttpResponse | None:
    """Returns where to lead somebody whose password was right and who has a code app. None: let
    them in.

    For five minutes this browser may go on with a code. Whoever is only locked has shown one.
    """
    if request.user == user or not has_code_app(user):
        return None
    response = redirect(address_with_next(request, "second-step"))
    response.set_cookie(
        settings.PENDING_COOKIE_NAME,
        pending.begin_pending(user, keyring, is_shared=is_shared),
        max_age=pending.SECONDS,
        secure=settings.SITE_IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def pending_here(request: HttpRequest) -> PendingSession | None:
    """Returns the sign-in that waits for its code in this browser, if it still may."""
    token = pending_token(request)
    row = pending.find_pending(token)
    if row is None or not isinstance(row.user, User) or not row.user.is_active:
        return None
    return row if pending.is_current(row, token, row.user) else None


def pending_token(request: HttpRequest) -> str:
    """Returns this browser's token of a sign-in that waits for its code, "" where it has none."""
    return request.COOKIES.get(settings.PENDING_COOKIE_NAME, "")


def forget_pending(request: HttpRequest, response: HttpResponse) -> None:
    """Ends the sign-in that waits for its code in this browser."""
    if not pending_token(request):
        return
    if row := pending.find_pending(pending_token(request)):
        pending.end_pending(row)
    response.delete_cookie(settings.PENDING_COOKIE_NAME, samesite="Lax")

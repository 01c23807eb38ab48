"""Browsers that somebody has signed in with before, so that strangers' tries don't slow its owner.

A cookie holds a random id of the browser and, for each account that signed in with it, a mark that
only this site can make or check. It names nobody: a mark fits or doesn't once a username is typed.
It opens nothing and is worth a bucket of its own (see :mod:`.throttles`), until the password
changes or half a year has passed. It goes with "Leave quickly"; on a shared device when its person
signs out, at the latest with the browser; and with the account.
"""

import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from workbook.accounts.models import User
from workbook.vault.sessions import own_id

DAYS = 180
MOST_MARKS = 5
"""Accounts that one browser is known for; whoever signed in longest ago is forgotten first."""

_COOKIE = re.compile(rf"[A-Za-z0-9_-]{{22}}(?:\.[0-9a-f]{{24}}){{0,{MOST_MARKS}}}", re.ASCII)


def browser_of(request: HttpRequest, user: User | None) -> str:
    """Returns an id of this browser if ``user`` has signed in with it before, else "".

    Whoever is signed in with it now is known whatever cookies it has.
    """
    if user is None:
        return ""
    ident, marks = _read(request)
    if any(_is_good(mark, ident, user) for mark in marks):
        return ident
    return own_id(request) if request.user == user else ""


def remember_browser(request: HttpRequest, user: User) -> None:
    """Has the answer to this request say that ``user`` has signed in with this browser."""
    request.remembered_for = user  # type: ignore[attr-defined]


def forget_browser(response: HttpResponseBase) -> None:
    """Takes away what this browser says, whoever it says it of."""
    response.delete_cookie(settings.BROWSER_COOKIE_NAME, samesite="Lax")


def write_down(request: HttpRequest, response: HttpResponseBase) -> None:
    """Sets the cookie, where :func:`remember_browser` asked for it."""
    user = getattr(request, "remembered_for", None)
    if user is None:
        return
    ident, marks = _read(request)
    is_shared = request.session.get_expire_at_browser_close()
    if is_shared:
        marks = []  # Nothing on a shared device outlasts the browser, whoever used it before.
    ident = ident or secrets.token_urlsafe(16)
    others = [mark for mark in marks if not _is_of(mark, ident, user)]
    fresh = _mark(ident, _today(), user)
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        ".".join([ident, fresh, *others[: MOST_MARKS - 1]]),
        max_age=None if is_shared else timedelta(days=DAYS),
        secure=settings.SITE_IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    text = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    if not _COOKIE.fullmatch(text):
        return "", []
    ident, *marks = text.split(".")
    return ident, marks


def _is_good(mark: str, ident: str, user: User) -> bool:
    return 0 <= _today() - int(mark[:4], 16) <= DAYS and _is_of(mark, ident, user)


def _is_of(mark: str, ident: str, user: User) -> bool:
    return constant_time_compare(mark, _mark(ident, int(mark[:4], 16), user))


def _mark(ident: str, day: int, user: User) -> str:
    """24 hexadecimal digits: the day it was made, and 80 bits that only this site can work out."""
    text = f"{ident}:{day}:{user.pk}:{user.credential_version}"
    return f"{day:04x}" + salted_hmac(__name__, text, algorithm="sha256").hexdigest()[:20]


def _today() -> int:
    """Days since 1970, in four hexadecimal digits until the year 2149."""
    return int(timezone.now().timestamp()) // 86_400

"""“This device is just mine”: a secret in a cookie that opens the journal for 90 days.

It opens nothing by itself while somebody is away: it counts after entering with a right password
that opens no slot, and on the page where a new password is set.
"""

from contextlib import suppress

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from workbook.accounts.models import User
from workbook.vault.keyring import Keyring
from workbook.vault.models import KeySlot
from workbook.vault.sealing import VaultError
from workbook.vault.spare_keys import DEVICE_DAYS, add_device, find_by_device


def cookie_name() -> str:
    return "__Host-alongside-device" if settings.SITE_IS_HTTPS else "alongside-device"


def remember_device(response: HttpResponse, user: User, keyring: Keyring) -> None:
    """Give this browser a secret of its own."""
    response.set_cookie(
        cookie_name(),
        add_device(user, keyring),
        max_age=DEVICE_DAYS * 24 * 3600,
        secure=settings.SITE_IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def forget_device(response: HttpResponse) -> None:
    response.delete_cookie(cookie_name(), samesite="Lax")


def opened_by_device(request: HttpRequest) -> tuple[User, Keyring] | None:
    """Whose journal this browser's secret opens, if it has one that still counts."""
    token = request.COOKIES.get(cookie_name())
    if not token:
        return None
    # One that is damaged is as good as none: there are other ways in.
    with suppress(VaultError):
        user, keyring = find_by_device(token) or (None, None)
        if keyring is not None and isinstance(user, User) and user.is_active:
            return user, keyring
    return None


def opened_for(request: HttpRequest, user: User) -> Keyring | None:
    """The same, for this person only."""
    opened = opened_by_device(request)
    return opened[1] if opened and opened[0] == user else None


def devices_of(user: User) -> QuerySet[KeySlot]:
    return KeySlot.objects.filter(user_id=user.pk, kind=KeySlot.Kind.DEVICE).order_by("created_on")

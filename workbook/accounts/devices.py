"""A device of one's own: a secret in a cookie, for 90 days, turned on in the open journal.

By itself it opens nothing and sets no password. It may ask, and after 48 hours in which nobody came
in by anything better it opens the journal (:mod:`.waits`). It ends when its person signs out.
"""

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from workbook.accounts.models import User
from workbook.vault.keyring import Keyring
from workbook.vault.models import KeySlot
from workbook.vault.recovery_keys import DEVICE_DAYS, add_device, device_slot

SESSION_KEY = "device"
"""In a session: the id of this browser's device, so that it ends where the session is ended."""


def cookie_name() -> str:
    """Returns the name of the cookie that holds a device's secret."""
    return "__Host-alongside-device" if settings.SITE_IS_HTTPS else "alongside-device"


def remember_device(
    request: HttpRequest, response: HttpResponse, user: User, keyring: Keyring
) -> None:
    """Gives this browser a secret of its own."""
    token = add_device(user, keyring)
    response.set_cookie(
        cookie_name(),
        token,
        max_age=DEVICE_DAYS * 24 * 3600,
        secure=settings.SITE_IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    if slot := device_slot(token):
        request.session[SESSION_KEY] = str(slot.id)


def own_token(request: HttpRequest) -> str:
    """Returns the secret of this browser's device, "" where it has none."""
    return request.COOKIES.get(cookie_name(), "")


def own_device(request: HttpRequest) -> KeySlot | None:
    """Returns this browser's device, whoever's it is, if it still counts. No query without its
    cookie.
    """
    token = own_token(request)
    return device_slot(token) if token else None


def own_device_of(request: HttpRequest, user: User) -> KeySlot | None:
    """Returns this browser's device, if it is this person's."""
    slot = own_device(request)
    return slot if slot and slot.user_id == user.pk else None


def note_device(request: HttpRequest, user: User) -> None:
    """Notes in the session that begins which device this browser is."""
    if slot := own_device_of(request, user):
        request.session[SESSION_KEY] = str(slot.id)


def forget_device(request: HttpRequest, response: HttpResponse) -> None:
    """Ends this browser's device, and takes its secret away."""
    if slot := own_device(request):
        KeySlot.objects.filter(pk=slot.pk).delete()
    if own_token(request):
        response.delete_cookie(cookie_name(), samesite="Lax")


def devices_of(user: User) -> QuerySet[KeySlot]:
    """Returns all of a person's devices, the oldest first."""
    return KeySlot.objects.filter(user_id=user.pk, kind=KeySlot.Kind.DEVICE).order_by("created_on")


def end_other_devices(request: HttpRequest, user: User, keyring: Keyring | None) -> None:
    """Ends every device that opens any of these keys, but this browser's own.

    Those of a part that is closed stay: whoever signs in by a password that staff set must not end
    its owner's way back. A journal that is only locked is its owner's.
    """
    own = own_device_of(request, user)
    devices = devices_of(user)
    if keyring is not None:
        devices = devices.filter(data_key_id__in=keyring.held)
    elif user.reset_on is not None:
        return
    (devices.exclude(id=own.id) if own else devices).delete()

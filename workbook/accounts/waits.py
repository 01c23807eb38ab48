"""Waiting: the slow way in, for a device that its person has let ask for it.

48 hours after it asked, the device opens the journal and sets a new password, unless its person
came in by anything better meanwhile: any opening ends the wait. The server holds it to that; it
binds nobody who has the device's secret, the database and the server's keys.
"""

import zoneinfo
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from workbook.accounts.devices import own_device, own_token
from workbook.accounts.models import User, Wait
from workbook.vault.keyring import Keyring
from workbook.vault.models import KeySlot
from workbook.vault.recovery_keys import find_by_device

LASTS = timedelta(days=7)
"""From the asking on. A wait that nobody ended or used is no key to lie around."""


class EndedMeanwhile(Exception):
    """Says that somebody came in by something better at the last moment."""


def words_of(wait: Wait) -> str:
    """Returns the sentence for whoever looks at the device that waits. Names nobody."""
    zone = zoneinfo.ZoneInfo(settings.SITE.time_zone)
    moment = formats.date_format(timezone.localtime(wait.opens_at, zone), "DATETIME_FORMAT")
    return _(
        "This device was asked to open a journal after 48 hours of waiting, "
        "which end on %(moment)s. Signing in with the password or the backup key ends it at once."
    ) % {"moment": moment}


def wait_of(user: User) -> Wait | None:
    """Returns the one wait of a person, if one is under way and its device still counts."""
    wait = Wait.objects.filter(user=user, begun_at__gt=timezone.now() - LASTS).first()
    if wait is None or not KeySlot.objects.filter(user=user, id=wait.slot_id).exists():
        return None
    return wait


def wait_here(request: HttpRequest) -> Wait | None:
    """Returns the wait that this browser asked for. No query where it is nobody's device."""
    slot = own_device(request)
    wait = wait_of(slot.user) if slot and isinstance(slot.user, User) else None
    return wait if slot and wait and wait.slot_id == slot.id else None


def shown_here(request: HttpRequest) -> dict[str, Any]:
    """Returns what a template shows of this browser's wait: ``wait`` and ``waiting_words``."""
    wait = wait_here(request)
    return {"wait": wait, "waiting_words": words_of(wait) if wait else ""}


def ask(slot: KeySlot) -> bool:
    """Begins the wait of a device, and returns whether it waits.

    It doesn't where another device of its person waits already.
    """
    user = slot.user
    if not isinstance(user, User) or not user.is_active:
        return False
    with transaction.atomic():
        if (under_way := wait_of(user)) is not None:
            return under_way.slot_id == slot.id
        Wait.objects.filter(user=user).delete()
        _wait, is_new = Wait.objects.get_or_create(user=user, defaults={"slot_id": slot.id})
    return is_new


def end(user: User) -> bool:
    """Ends a person's wait, and returns whether there was one."""
    return Wait.objects.filter(user=user).delete()[0] > 0


def opened_by_waiting(request: HttpRequest) -> tuple[User, Keyring] | None:
    """Returns whose journal this browser has waited for long enough, and the journal. None:
    nobody's.

    Raises Damaged, or Closed without its server key.
    """
    wait = wait_here(request)
    if wait is None or not wait.is_over:
        return None
    user, keyring = find_by_device(own_token(request)) or (None, None)
    if keyring is None or not isinstance(user, User) or not user.is_active:
        return None
    return user, keyring


def use_up(user: User, request: HttpRequest) -> None:
    """Ends the wait that has led in, and its device. Within the transaction that it leads to.

    Raises EndedMeanwhile.
    """
    slot = own_device(request)
    if slot is None or not Wait.objects.filter(user=user, slot_id=slot.id).delete()[0]:
        raise EndedMeanwhile
    KeySlot.objects.filter(pk=slot.pk).delete()

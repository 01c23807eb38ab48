"""Secrets that find an account by themselves: the recovery key, and the secret of an own device."""

import secrets
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet

from workbook.vault import recovery_code
from workbook.vault.data_keys import today
from workbook.vault.keyring import Keyring
from workbook.vault.models import KeySlot
from workbook.vault.recovery_code import CodeMistake
from workbook.vault.sealing import derive_key
from workbook.vault.slots import keyring_behind, make_slot

DEVICE_DAYS = 90

_Kind, _Standing = KeySlot.Kind, KeySlot.Standing


def add_recovery_key(user: AbstractBaseUser, keyring: Keyring) -> str:
    """Makes a new recovery key and returns it as the code to show once: eleven groups of four.

    It opens the journal at once and replaces the one before when it is proven
    (:func:`prove_recovery_key`), so that nobody is left without while writing it down.
    """
    secret = recovery_code.new()
    own = {"standing": _Standing.PENDING, "locator": recovery_code.finder(secret)}
    slot = make_slot(keyring, keyring.current_id, _Kind.RECOVERY, secret, **own)
    with transaction.atomic():
        _recovery_key_slots(user, keyring).filter(standing=_Standing.PENDING).delete()
        slot.save(force_insert=True)
    return recovery_code.show(secret)


def prove_recovery_key(user: AbstractBaseUser, code: str) -> list[int]:
    """Returns the numbers of the groups that are wrong in what was typed; none: the key is proven.

    All of them when each group is sound and the code is still not this person's newest: then it
    is another paper. Raises Damaged, or Closed without its server key.
    """
    try:
        secret = recovery_code.read(code)
    except CodeMistake as mistake:
        return mistake.groups
    mine = KeySlot.objects.filter(user_id=user.pk, kind=_Kind.RECOVERY)
    # While a newer one waits for its proof, the older must not pass for it: that would remove the
    # newer. Once it is proven, the same code sent twice is no mistake.
    waiting = mine.filter(standing=_Standing.PENDING)
    newest = waiting if waiting.exists() else mine.filter(standing=_Standing.LIVE)
    slot = newest.filter(locator=recovery_code.finder(secret)).first()
    if slot is None:
        return list(range(1, recovery_code.GROUPS + 1))
    keyring = keyring_behind(slot, secret)
    with transaction.atomic():
        mine.filter(id=slot.id).update(standing=_Standing.LIVE)
        _recovery_key_slots(user, keyring).exclude(id=slot.id).delete()
    return []


def recovery_key_standing(user: AbstractBaseUser, keyring: Keyring) -> str:
    """Returns "live", "used" (wants replacing), "pending" (never proven) or "" (none) for what is
    open.
    """
    standings = set(_recovery_key_slots(user, keyring).values_list("standing", flat=True))
    in_order = (_Standing.LIVE, _Standing.USED, _Standing.PENDING)
    return next((standing.value for standing in in_order if standing in standings), "")


def find_by_recovery_key(code: str) -> tuple[AbstractBaseUser, Keyring] | None:
    """Returns the person and the journal that a recovery key opens, without their name; None:
    nobody's.

    One that was set back finds nobody: an older part of the journal has come back since. The key
    is marked as used: it goes on opening until another is proven. Raises CodeMistake with the
    wrong groups, Damaged, or Closed without its server key.
    """
    secret = recovery_code.read(code)
    slot = _find(_Kind.RECOVERY, recovery_code.finder(secret))
    if slot is None:
        return None
    keyring = keyring_behind(slot, secret)
    KeySlot.objects.filter(pk=slot.pk).update(standing=_Standing.USED)
    return slot.user, keyring


def open_with_recovery_key(user: AbstractBaseUser, code: str) -> Keyring | None:
    """Returns the keyring of what a person's recovery key opens, or None if it opens nothing.

    A key that was set back counts as well.

    For somebody who has signed in: nothing is marked. Raises as :func:`find_by_recovery_key`.
    """
    secret = recovery_code.read(code)
    mine = KeySlot.objects.filter(user_id=user.pk, kind=_Kind.RECOVERY)
    slot = mine.filter(locator=recovery_code.finder(secret)).first()
    return keyring_behind(slot, secret) if slot else None


def add_device(user: AbstractBaseUser, keyring: Keyring) -> str:
    """Makes the secret for this device's cookie, for 90 days.

    It opens the journal; that it has to wait before it may is the caller's to see to.
    """
    token = secrets.token_urlsafe(32)
    expires_on = today() + timedelta(days=DEVICE_DAYS)
    own = {"locator": _device_finder(token), "expires_on": expires_on}
    slot = make_slot(keyring, keyring.current_id, _Kind.DEVICE, token.encode(), **own)
    slot.save(force_insert=True)
    return token


def find_by_device(token: str) -> tuple[AbstractBaseUser, Keyring] | None:
    """Returns the person and the journal that a device's secret opens; None: unknown, ended or
    expired.

    Raises Damaged, or Closed without its server key.
    """
    slot = device_slot(token)
    if slot is None:
        return None
    keyring = keyring_behind(slot, token.encode())
    if slot.seen_on != today():
        KeySlot.objects.filter(pk=slot.pk).update(seen_on=today())
    return slot.user, keyring


def device_slot(token: str) -> KeySlot | None:
    """Returns the slot of a device's secret, with its person, unopened; None: unknown, ended or
    expired.
    """
    return _find(_Kind.DEVICE, _device_finder(token))


def _recovery_key_slots(user: AbstractBaseUser, keyring: Keyring) -> QuerySet[KeySlot]:
    """Those of what is open; a recovery key of a closed part is not ours to replace."""
    return KeySlot.objects.filter(
        user_id=user.pk, kind=_Kind.RECOVERY, data_key_id__in=keyring.held
    )


def _find(kind: KeySlot.Kind, locator: bytes) -> KeySlot | None:
    still_valid = Q(expires_on=None) | Q(expires_on__gt=today())
    found = KeySlot.objects.filter(still_valid, kind=kind, locator=locator)
    found = found.exclude(standing=_Standing.EARLIER)
    return found.select_related("user").first()


def _device_finder(token: str) -> bytes:
    return derive_key(token.encode(), "device finder")

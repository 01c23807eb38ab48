"""Puts a new data key in the place of a person's others, and seals all they have again under it.

It begins in one short transaction, after which the new key alone is the way in: the older ones hang
below it, each in a slot that only the new key opens. Then row after row follows, in small batches
that hold the database for moments, and an older key goes with its last row. What was cut off in
between goes on the next time its person's journal is opened.
"""

import time
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, OperationalError, transaction

from workbook.vault import recovery_code
from workbook.vault.data_keys import hold_data_key
from workbook.vault.factors import end_factors_of, move_factors
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey, KeySlot, PendingSession
from workbook.vault.passwords import new_password_slot
from workbook.vault.rows import SealedRow
from workbook.vault.sealing import VaultError, new_key
from workbook.vault.slots import make_slot

BATCH = 100
"""Rows read and sealed again at a time, before any transaction."""
HOLD = 0.02
"""Seconds in which a batch may begin another row; with its commit, others wait under 0.1."""
PAUSE = 0.02
"""Seconds between two batches: SQLite's waiters look every few of its hundredths for their turn."""

_Kind, _Standing = KeySlot.Kind, KeySlot.Standing


def replace_data_key(
    user: AbstractBaseUser,
    old: Keyring,
    password: str,
    recovery_key: str = "",
    *,
    recovery_key_standing: KeySlot.Standing = KeySlot.Standing.LIVE,
) -> Keyring:
    """Begins a new data key for all that ``old`` opens, and ends every other way into it.

    Passwords, recovery keys, devices and passkeys that opened it open nothing anymore. The
    recovery key goes on if it is given; it must have been found to be this person's before. Parts
    of the journal that were begun later than all in ``old``, and aren't in it, open from now on
    only beside it: see ``Standing.EARLIER``.

    Returns a keyring that opens all; follow with :func:`finish_replacing`, outside of any
    transaction. Raises CodeMistake; TooBusy; OperationalError where ``old`` was replaced meanwhile.
    In each case nothing has changed.
    """
    secret = recovery_code.read(recovery_key) if recovery_key else b""
    data_key, key = DataKey(user_id=user.pk), new_key()
    keys = {held: old.data_key(held) for held in old.held} | {data_key.id: key}
    fresh = Keyring(user.pk, keys)
    # Before the transaction: a derivation takes longer than others may be kept from writing.
    made = [new_password_slot(user, fresh, password)]
    if secret:
        finder = recovery_code.finder(secret)
        slot = make_slot(fresh, data_key.id, _Kind.RECOVERY, secret, locator=finder)
        slot.standing = recovery_key_standing
        made.append(slot)
    made += [make_slot(fresh, held, _Kind.LINK, key) for held in old.held]
    with transaction.atomic():
        # Whoever saves holds their key's row until the end: first all of those, then nobody new.
        keys_of_user = DataKey.objects.select_for_update().filter(user_id=user.pk)
        known = {one.id: one for one in keys_of_user}
        slots = KeySlot.objects.filter(user_id=user.pk)
        opening = slots.filter(data_key_id__in=old.held)
        if not set(old.held) <= known.keys() or not opening.exclude(kind=_Kind.LINK).exists():
            raise OperationalError("The data key was replaced meanwhile.")
        data_key.generation = max(one.generation for one in known.values()) + 1
        data_key.origin = min(known[held].origin for held in old.held)
        data_key.save(force_insert=True)
        move_factors(user, old, fresh)
        # They hold the older keys, and would open a session with them that can keep nothing.
        PendingSession.objects.filter(user_id=user.pk).delete()
        opening.delete()
        for slot in made:
            slot.save(force_insert=True)
        later = [one.id for one in known.values() if one.origin > data_key.origin]
        _set_back(user, set(later) - set(old.held))
    return fresh


def _set_back(user: AbstractBaseUser, later: set[UUID]) -> None:
    """Let newer, closed parts be opened beside this one only, and by no device or passkey.

    What was set up with them as a second step ends, too.
    """
    end_factors_of(user, later)
    slots = KeySlot.objects.filter(user_id=user.pk, data_key_id__in=later)
    slots.filter(kind__in=(_Kind.DEVICE, _Kind.PASSKEY)).delete()
    slots.filter(kind__in=(_Kind.PASSWORD, _Kind.RECOVERY)).update(standing=_Standing.EARLIER)


def origin_of(user: AbstractBaseUser, keyring: Keyring) -> int:
    """Returns how far back these keys go: see ``DataKey.origin``."""
    mine = DataKey.objects.filter(user_id=user.pk, id__in=keyring.held)
    return min(mine.values_list("origin", flat=True))


def has_newer_ways_in(user: AbstractBaseUser, keyring: Keyring) -> bool:
    """Returns whether a newer part than these keys, and not among them, still has ways in of its
    own.
    """
    parts = DataKey.objects.filter(user_id=user.pk, origin__gt=origin_of(user, keyring))
    newer = set(parts.values_list("id", flat=True)) - set(keyring.held)
    slots = KeySlot.objects.filter(user_id=user.pk, data_key_id__in=newer)
    return slots.exclude(kind=_Kind.LINK).exclude(standing=_Standing.EARLIER).exists()


# --- Sealing again ---


def finish_replacing(user: AbstractBaseUser, keyring: Keyring, seconds: float) -> Keyring:
    """Seals rows again under the newest data key, for about ``seconds``.

    Returns a keyring without the keys that no row needs anymore. Call it outside of any
    transaction. A row that can't be read stays as it is, and so does the key that a
    backup may yet mend it with. Raises OperationalError while the database can't write: what was
    moved until then is moved.
    """
    if len(keyring.held) == 1:
        return keyring
    until = time.monotonic() + seconds
    gone = set()
    for model in sealed_models():
        model.prepare_resealing(keyring.user_id, keyring)
    for old in _going(user, keyring):
        if not all(_moved(user, model, old, keyring, until) for model in sealed_models()):
            break
        if _let_go(user, old):
            gone.add(old)
    held = {key_id: keyring.data_key(key_id) for key_id in keyring.held if key_id not in gone}
    return Keyring(keyring.user_id, held)


def _going(user: AbstractBaseUser, keyring: Keyring) -> list[UUID]:
    """The keys that were replaced: only another key opens them. The newest first, so that of two
    answers to one question the older gives way.
    """
    slots = KeySlot.objects.filter(user_id=user.pk).exclude(kind=_Kind.LINK)
    opened = set(slots.values_list("data_key_id", flat=True))
    return [held for held in reversed(keyring.held[:-1]) if held not in opened]


def _moved(
    user: AbstractBaseUser, model: type[SealedRow], old: UUID, keyring: Keyring, until: float
) -> bool:
    """Move the rows of one table to the current key. False: the time is up."""
    rows = model._default_manager.filter(user_id=user.pk, data_key_id=old).order_by("id")
    unreadable: list[UUID] = []
    while batch := list(rows.exclude(id__in=unreadable)[:BATCH]):
        if time.monotonic() > until:
            return False
        ready = []
        for row in batch:
            before = bytes(row.sealed)
            try:
                ready.append(_Move(row, before, row.reseal(keyring, keyring)))
            except VaultError:
                unreadable.append(row.id)
        _carry_out(keyring, old, ready)
        time.sleep(PAUSE)
    return True


class _Move(NamedTuple):
    """A row that is sealed again in memory, what it held, and the fields to be stored."""

    row: SealedRow
    before: bytes
    fields: tuple[str, ...]

    def store(self, old: UUID) -> None:
        """Over what was read only: words saved meanwhile are newer, and are read next."""
        values: dict[str, Any] = {name: getattr(self.row, name) for name in self.fields}
        rows = type(self.row)._default_manager.filter(pk=self.row.pk)
        rows.filter(data_key_id=old, sealed=self.before).update(**values)


def _carry_out(keyring: Keyring, old: UUID, moves: list[_Move]) -> None:
    """Store a batch, or the first rows of it: the rest is read again."""
    started = time.monotonic()
    try:
        with transaction.atomic():
            hold_data_key(keyring.user_id, keyring.current_id)
            for move in moves:
                move.store(old)
                if time.monotonic() - started > HOLD:
                    break
    except IntegrityError:
        for move in moves:
            _carry_out_alone(keyring, old, move)


def _carry_out_alone(keyring: Keyring, old: UUID, move: _Move) -> None:
    try:
        with transaction.atomic():
            hold_data_key(keyring.user_id, keyring.current_id)
            move.store(old)
    except IntegrityError:
        with transaction.atomic():
            hold_data_key(keyring.user_id, keyring.current_id)
            move.row.give_way(keyring)


def _let_go(user: AbstractBaseUser, old: UUID) -> bool:
    """Delete a key once nothing is sealed under it. False: something is."""
    with transaction.atomic():
        # Whoever saves under it holds its row until the end.
        keys = DataKey.objects.select_for_update().filter(user_id=user.pk, id=old)
        list(keys)
        for model in sealed_models():
            if model._default_manager.filter(user_id=user.pk, data_key_id=old).exists():
                return False
        KeySlot.objects.filter(user_id=user.pk, data_key_id=old).delete()
        keys.delete()
    return True


def sealed_models() -> list[type[SealedRow]]:
    """Returns every private table, whichever package it belongs to."""
    return [model for model in apps.get_models() if issubclass(model, SealedRow)]

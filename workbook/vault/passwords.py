"""What a password does to a journal: begin it, open it, and follow when the password changes."""

import logging
import os
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password
from django.db import OperationalError, transaction
from django.db.models import Exists, QuerySet

from workbook.vault.data_keys import hold_data_key
from workbook.vault.derivation import Recipe, deriving_once
from workbook.vault.hashers import recipe_of
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey, KeySlot
from workbook.vault.sealing import VaultError, WrongSecret, new_key
from workbook.vault.slots import (
    fill_password_slot,
    gather,
    make_password_slot,
    open_password_slot,
)

logger = logging.getLogger(__name__)

SALT_BYTES = 16


class _Opened(NamedTuple):
    slot: KeySlot
    data_key: bytes
    recipe: Recipe


def begin(user: AbstractBaseUser, password: str) -> Keyring:
    """Begins a new data key, open from now on to this password: the first, or one after a closed
    one.

    ``password`` is the account's own, set before on ``user``. It must be known to the person alone:
    under one that staff chose, a journal would not be the writer's only. Raises TooBusy.
    """
    known = DataKey.objects.filter(user_id=user.pk).values_list("generation", flat=True)
    number = max(known, default=0) + 1
    data_key = DataKey(user_id=user.pk, generation=number, origin=number)
    keyring = Keyring(user.pk, {data_key.id: new_key()})
    slot = new_password_slot(user, keyring, password)
    with transaction.atomic():
        data_key.save(force_insert=True)
        slot.save(force_insert=True)
    return keyring


def new_password_slot(user: AbstractBaseUser, keyring: Keyring, password: str) -> KeySlot:
    """Returns a slot, not yet saved, through which the account's password opens the current key."""
    return make_password_slot(keyring, keyring.current_id, password, _recipe_for(user))


def open_with_password(user: AbstractBaseUser, password: str) -> Keyring | None:
    """Returns the journal of someone who signs in. None: no slot opens, so the journal stays
    closed.

    A slot that the account's real password doesn't open is kept for the earlier password it was
    made with. One that opens by an outdated recipe is brought up to date. Raises TooBusy; Damaged
    or Closed when nothing opens and a slot could not even be tried.
    """
    with deriving_once():
        live = _password_slots(user).filter(standing=KeySlot.Standing.LIVE)
        opened, refused = _try(live, password)
        recipe = recipe_of(user.password)
        outdated = [slot for slot in opened if recipe and slot.recipe != recipe]
        if (refused or outdated) and check_password(password, user.password):
            # Only if it still is: one that is changed meanwhile has a slot that refuses the old.
            same = get_user_model()._default_manager.filter(pk=user.pk, password=user.password)
            _password_slots(user).filter(Exists(same), id__in=[slot.id for slot in refused]).update(
                standing=KeySlot.Standing.EARLIER
            )
            for slot, data_key, _old in outdated:
                fill_password_slot(slot, data_key, password, recipe or _recipe_for(user))
                # An update, not a save: a password changed meanwhile has removed this slot.
                _password_slots(user).filter(id=slot.id).update(sealed=slot.sealed)
    return _gather(user, opened)


def open_with_earlier_password(user: AbstractBaseUser, password: str) -> Keyring | None:
    """Returns the part of a journal that this former password of the account opens, if any.

    Raises as :func:`open_with_password`. Follow with a new data key for all that is open then
    (resealing.py): whatever opened this part may be known to others by now.
    """
    with deriving_once():
        opened, _refused = _try(_password_slots(user), password)
    return _gather(user, opened)


def change_password_slot(user: AbstractBaseUser, keyring: Keyring, password: str) -> None:
    """Lets ``password``, set before on ``user``, open the current key and all it leads to.

    No earlier one opens any of it; what is closed stays as it is. Raises TooBusy, and
    OperationalError where the current key was replaced meanwhile.
    """
    current = keyring.current_id
    with deriving_once():
        recipe = _recipe_for(user)
        known = set(DataKey.objects.filter(user_id=user.pk).values_list("id", flat=True))
        if current not in known:
            raise OperationalError("The data key was replaced meanwhile.")
        # Whatever no link leads to keeps a slot of its own.
        led_to = gather(user.pk, {current: keyring.data_key(current)}).held
        kept = [held for held in keyring.held if held in known and held not in led_to]
        slots = [make_password_slot(keyring, held, password, recipe) for held in (current, *kept)]
    with transaction.atomic():
        hold_data_key(user.pk, current)
        _password_slots(user).filter(data_key_id__in=keyring.held).delete()
        KeySlot.objects.bulk_create(slots)


def _password_slots(user: AbstractBaseUser) -> QuerySet[KeySlot]:
    return KeySlot.objects.filter(user_id=user.pk, kind=KeySlot.Kind.PASSWORD)


def _recipe_for(user: AbstractBaseUser) -> Recipe:
    """The recipe of the password hash, so that both cost one derivation; else a new one."""
    return recipe_of(user.password) or Recipe.current(os.urandom(SALT_BYTES))


def _try(slots: Iterable[KeySlot], password: str) -> tuple[list[_Opened], list[KeySlot]]:
    """The slots that the password opens, and those that refuse it."""
    opened: list[_Opened] = []
    refused: list[KeySlot] = []
    failure: VaultError | None = None
    for slot in slots:
        try:
            opened.append(_Opened(slot, *open_password_slot(slot, password)))
        except WrongSecret:
            refused.append(slot)
        except VaultError as error:
            logger.error("A key slot stays shut: %s", error)
            failure = error
    if failure and not opened:
        raise failure
    return opened, refused


def _gather(user: AbstractBaseUser, opened: list[_Opened]) -> Keyring | None:
    if not opened:
        return None
    return gather(user.pk, {one.slot.data_key_id: one.data_key for one in opened})

"""One key slot: a data key wrapped under one secret, inside the server's own wrapping.

Inside the outer wrapping a password's slot is recipe ‖ wrapped, any other kind is wrapped alone.
"""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from workbook.vault import sealing, server_keys
from workbook.vault.derivation import Recipe, derive
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey, KeySlot
from workbook.vault.sealing import VaultError, WrongSecret

logger = logging.getLogger(__name__)

OUTER = "key slot"


def make_slot(
    keyring: Keyring, key_id: UUID, kind: KeySlot.Kind, secret: bytes, **more: Any
) -> KeySlot:
    """Makes a new slot, not yet saved, through which ``secret`` opens one key of the keyring.

    ``more`` are other fields of the slot: ``standing``, ``locator`` or ``expires_on``.
    """
    slot = KeySlot(user_id=keyring.user_id, data_key_id=key_id, kind=kind, **more)
    _fill(slot, keyring.data_key(key_id), secret)
    return slot


def make_password_slot(keyring: Keyring, key_id: UUID, password: str, recipe: Recipe) -> KeySlot:
    """Makes a new slot, not yet saved, through which a password opens one key of the keyring.
    Raises TooBusy.
    """
    slot = KeySlot(user_id=keyring.user_id, data_key_id=key_id, kind=KeySlot.Kind.PASSWORD)
    fill_password_slot(slot, keyring.data_key(key_id), password, recipe)
    return slot


def fill_password_slot(slot: KeySlot, data_key: bytes, password: str, recipe: Recipe) -> None:
    """Wraps a data key into a password's slot, new or filled before; the caller saves.

    Raises TooBusy.
    """
    _fill(slot, data_key, derive(password, recipe), recipe.pack())


def open_slot(slot: KeySlot, secret: bytes) -> bytes:
    """Returns the data key in a slot. Raises WrongSecret, Damaged, or Closed without its server
    key.
    """
    return _unwrap(slot, secret, _envelope(slot))


def open_password_slot(slot: KeySlot, password: str) -> tuple[bytes, Recipe]:
    """Returns the data key in a password's slot, and the recipe it is wrapped by. Raises as
    :func:`open_slot`, and TooBusy.
    """
    recipe, wrapped = Recipe.unpack(_envelope(slot))
    return _unwrap(slot, derive(password, recipe), wrapped), recipe


def keyring_behind(slot: KeySlot, secret: bytes) -> Keyring:
    """Returns the keyring of all that a slot's secret leads to. Raises as :func:`open_slot`."""
    return gather(slot.user_id, {slot.data_key_id: open_slot(slot, secret)})


def check_outer(slot: KeySlot) -> None:
    """Checks that a server key held here opens a slot's outer wrapping. Raises Closed or Damaged.

    The data key inside stays closed: that takes something its person has.
    """
    _envelope(slot)


def gather(user_id: UUID, opened: Mapping[UUID, bytes]) -> Keyring:
    """Returns a keyring of the opened data keys and of those being replaced, below them."""
    reached = dict(opened)
    links = list(KeySlot.objects.filter(user_id=user_id, kind=KeySlot.Kind.LINK))
    looking = True
    while looking:
        looking = False
        for link in links:
            if link.data_key_id not in reached and (key := _follow(link, reached)):
                reached[link.data_key_id] = key
                looking = True
    order = DataKey.objects.filter(user_id=user_id).order_by("generation")
    ids = order.values_list("id", flat=True)
    return Keyring(user_id, {key_id: reached[key_id] for key_id in ids if key_id in reached})


def _follow(link: KeySlot, reached: Mapping[UUID, bytes]) -> bytes | None:
    for secret in reached.values():
        try:
            return open_slot(link, secret)
        except WrongSecret:
            continue
        except VaultError as error:
            logger.error("A key slot stays shut: %s", error)
            return None
    return None


def _fill(slot: KeySlot, data_key: bytes, secret: bytes, recipe: bytes = b"") -> None:
    context = slot.context()
    wrapped = sealing.wrap(secret, data_key, f"{slot.kind} slot", *context)
    slot.sealed = server_keys.wrap(recipe + wrapped, OUTER, *context)


def _envelope(slot: KeySlot) -> bytes:
    return server_keys.unwrap(bytes(slot.sealed), OUTER, *slot.context())


def _unwrap(slot: KeySlot, secret: bytes, wrapped: bytes) -> bytes:
    return sealing.unwrap(secret, wrapped, f"{slot.kind} slot", *slot.context())

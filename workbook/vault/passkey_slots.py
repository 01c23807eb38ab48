"""What a passkey opens: a data key under what its device makes of a fixed text (WebAuthn's PRF).

The output is a secret like a password: it comes with one request, opens or makes a slot, and is
kept nowhere. Devices claim to have it that don't, and some have answered otherwise the next time;
so a slot is stored only after a second answer has opened what the first one sealed.
"""

import hashlib
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet

from workbook.vault.keyring import Keyring
from workbook.vault.models import KeySlot
from workbook.vault.sealing import KEY_BYTES, VaultError, WrongSecret, derive_key, join
from workbook.vault.slots import keyring_behind, make_slot, open_slot

_DISTINCT = 8
"""So many different bytes at the least. Fewer in 32 random ones: once in 10^24."""


class NoSecret(VaultError):
    """Says that a passkey answered with no secret to rely on: none, no two alike, or all too
    simple.
    """


def salt_for(rp_id: str) -> bytes:
    """Returns the fixed text of a site. Of its host name alone, to which passkeys are bound anyway.

    No key of the server's is in it: a new one would leave every passkey's slot shut.
    """
    return hashlib.sha256(join(b"alongside", b"passkey salt", rp_id.encode())).digest()


def finder(user_id: UUID, credential_id: bytes) -> bytes:
    """Returns 32 bytes that say which passkey a slot is for, and nothing of it."""
    return derive_key(credential_id, "passkey finder", user_id.bytes)


def slots_of_passkey(user: AbstractBaseUser, credential_id: bytes) -> QuerySet[KeySlot]:
    """Returns the slot that a passkey opens, if it has one."""
    locator = finder(user.pk, credential_id)
    return KeySlot.objects.filter(user_id=user.pk, kind=KeySlot.Kind.PASSKEY, locator=locator)


def add_passkey_slot(
    user: AbstractBaseUser, keyring: Keyring, credential_id: bytes, first: bytes, second: bytes
) -> None:
    """Lets a passkey open the journal, by what it answered twice. Raises NoSecret."""
    locator, secret = finder(user.pk, credential_id), _secret(first, credential_id)
    slot = make_slot(keyring, keyring.current_id, KeySlot.Kind.PASSKEY, secret, locator=locator)
    try:
        opened = open_slot(slot, _secret(second, credential_id))
    except VaultError:
        raise NoSecret("A passkey's second answer didn't open what the first sealed.") from None
    if opened != keyring.data_key(keyring.current_id):
        raise NoSecret("A passkey's second answer opened something else.")
    with transaction.atomic():
        slots_of_passkey(user, credential_id).delete()
        slot.save(force_insert=True)


def open_with_passkey(
    user: AbstractBaseUser, credential_id: bytes, answer: bytes
) -> Keyring | None:
    """Returns the journal that a passkey's answer opens; None: it has no slot, or isn't its secret.

    Raises Damaged, or Closed without its server key.
    """
    slot = slots_of_passkey(user, credential_id).first()
    try:
        return keyring_behind(slot, _secret(answer, credential_id)) if slot else None
    except (NoSecret, WrongSecret):
        return None


def opens_journal(user: AbstractBaseUser, credential_id: bytes) -> bool:
    """Returns whether a passkey has a slot."""
    return slots_of_passkey(user, credential_id).exists()


def is_last_way(user: AbstractBaseUser, keyring: Keyring) -> bool:
    """Returns whether a passkey would be all that opens these keys: no password of theirs does."""
    slots = KeySlot.objects.filter(user_id=user.pk, data_key_id=keyring.current_id)
    live = slots.filter(kind=KeySlot.Kind.PASSWORD, standing=KeySlot.Standing.LIVE)
    return not live.exists()


def _secret(answer: bytes, credential_id: bytes) -> bytes:
    """HKDF of the answer, for this credential and this purpose. Raises NoSecret."""
    if len(answer) != KEY_BYTES or len(set(answer)) < _DISTINCT:
        raise NoSecret("A passkey answered with no secret.")
    return derive_key(answer, "passkey", credential_id)

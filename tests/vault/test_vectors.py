"""What was sealed by the first release opens for ever: vectors.json is never made anew.

A new format adds vectors of its own beside these.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.vault.notes import Note, Placed
from workbook.vault import passkey_slots, recovery_code, recovery_keys, sealing, server_keys, totp
from workbook.vault.derivation import Recipe, derive
from workbook.vault.hashers import SealedArgon2PasswordHasher
from workbook.vault.keyring import Keyring
from workbook.vault.models import KeySlot, Session
from workbook.vault.sealing import Damaged
from workbook.vault.sessions import SessionStore, row_id
from workbook.vault.slots import open_password_slot, open_slot

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text())
USER = UUID(VECTORS["user"])
KEYS = {UUID(name): bytes.fromhex(key) for name, key in VECTORS["keys"].items()}


@pytest.fixture(autouse=True)
def their_server_key(settings: Any) -> None:
    settings.WORKBOOK_KEYS = (b"n" * 32, bytes.fromhex(VECTORS["server_key"]))


def context(vector: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(part) for part in vector["context"]]


def slot(kind: str) -> KeySlot:
    vector = VECTORS["slots"][kind]
    return KeySlot(
        user_id=USER,
        id=UUID(vector["id"]),
        data_key_id=UUID(vector["data_key_id"]),
        kind=kind,
        locator=bytes.fromhex(vector["locator"]) or None,
        sealed=bytes.fromhex(vector["sealed"]),
    )


def test_the_format_is_the_one_of_these_vectors() -> None:
    assert VECTORS["format"] == sealing.FORMAT


def test_keys_are_derived_as_before() -> None:
    vector = VECTORS["derived"]
    derived = sealing.derive_key(
        bytes.fromhex(vector["secret"]), vector["purpose"], bytes.fromhex(vector["context"])
    )
    assert derived.hex() == vector["key"]


def test_sealed_bytes_open() -> None:
    vector = VECTORS["sealed"]
    key, sealed = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sealed"])
    assert sealing.open_sealed(key, sealed, *context(vector)).decode() == vector["text"]


def test_wrapped_keys_open() -> None:
    vector = VECTORS["wrapped"]
    secret, wrapped = bytes.fromhex(vector["secret"]), bytes.fromhex(vector["wrapped"])
    key = sealing.unwrap(secret, wrapped, vector["purpose"], *context(vector))
    assert key.hex() == vector["key"]


def test_the_servers_wrapping_opens() -> None:
    vector = VECTORS["server_wrapped"]
    wrapped = bytes.fromhex(vector["wrapped"])
    inner = server_keys.unwrap(wrapped, vector["purpose"], *context(vector))
    assert inner.hex() == vector["inner"]


def test_a_password_gives_the_same_root_and_fits_its_hash() -> None:
    vector = VECTORS["password"]
    recipe, rest = Recipe.unpack(bytes.fromhex(vector["recipe"]))
    assert rest == b""
    assert derive(vector["password"], recipe).hex() == vector["root"]
    assert SealedArgon2PasswordHasher().verify(vector["password"], vector["hash"])


def test_a_recovery_code_reads_and_finds_as_before() -> None:
    vector = VECTORS["recovery_code"]
    secret = recovery_code.read(vector["code"])
    assert secret.decode() == vector["secret"]
    assert recovery_code.show(secret) == vector["code"]
    assert recovery_code.finder(secret).hex() == vector["finder"]


def test_each_kind_of_slot_opens() -> None:
    newest, older = list(KEYS.values())[::-1]
    password = VECTORS["password"]["password"]
    token = VECTORS["device"]["token"]
    assert open_password_slot(slot("password"), password)[0] == newest
    assert open_slot(slot("spare"), VECTORS["recovery_code"]["secret"].encode()) == newest
    assert open_slot(slot("device"), token.encode()) == newest
    assert open_slot(slot("link"), newest) == older
    assert recovery_keys._device_finder(token).hex() == VECTORS["device"]["finder"]


def test_a_passkeys_slot_opens() -> None:
    vector = json.loads(Path(__file__).with_name("vectors_passkey.json").read_text())
    credential_id, answer = (bytes.fromhex(vector[name]) for name in ("credential_id", "answer"))
    assert passkey_slots.salt_for(vector["rp_id"]).hex() == vector["salt"]
    assert passkey_slots.finder(USER, credential_id).hex() == vector["finder"]
    stored = KeySlot(
        user_id=USER,
        id=UUID(vector["slot"]["id"]),
        data_key_id=UUID(vector["slot"]["data_key_id"]),
        kind="passkey",
        locator=bytes.fromhex(vector["slot"]["locator"]),
        sealed=bytes.fromhex(vector["slot"]["sealed"]),
    )
    secret = passkey_slots._secret(answer, credential_id)
    assert open_slot(stored, secret) == list(KEYS.values())[-1]


def test_a_code_apps_codes_are_those_of_its_secret() -> None:
    # RFC 4226, appendix D.
    expected = ["755224", "287082", "359152", "969429", "338314"]
    assert [totp.code_at(b"12345678901234567890", step) for step in range(5)] == expected


def test_a_row_opens() -> None:
    vector = VECTORS["row"]
    row = Note(
        user_id=USER,
        id=UUID(vector["id"]),
        data_key_id=UUID(vector["data_key_id"]),
        revision=vector["revision"],
        sealed=bytes.fromhex(vector["sealed"]),
    )
    assert row.sealed_as() == vector["sealed_as"]
    assert row.open(Keyring(USER, KEYS)) == vector["payload"]


def test_a_row_with_its_place_in_the_seal_opens_there_and_nowhere_else() -> None:
    vector = VECTORS["placed_row"]
    row = Placed(
        user_id=USER,
        id=UUID(vector["id"]),
        data_key_id=UUID(vector["data_key_id"]),
        revision=vector["revision"],
        sealed=bytes.fromhex(vector["sealed"]),
        day=date.fromisoformat(vector["day"]),
        number=vector["number"],
        beside=UUID(vector["beside"]),
    )
    assert row.sealed_as() == vector["sealed_as"]
    assert row.open(Keyring(USER, KEYS)) == vector["payload"]
    row.number += 1
    with pytest.raises(Damaged):
        row.open(Keyring(USER, KEYS))


def test_tags_stay_the_same() -> None:
    vector = VECTORS["tags"]
    tags = Keyring(USER, KEYS).tags(vector["purpose"], *vector["parts"])
    assert [tag.hex() for tag in tags] == vector["tags"]


def test_a_session_opens_with_its_cookie() -> None:
    vector = VECTORS["session"]
    row = Session(user_id=USER, session_key=vector["row"])
    assert row_id(vector["token"]) == vector["row"]
    keyring = SessionStore(vector["token"])._open_keys(row, bytes.fromhex(vector["sealed_keys"]))
    assert keyring is not None
    assert keyring.pack() == Keyring(USER, KEYS).pack()

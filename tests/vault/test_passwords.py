import logging
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.vault.notes import Note
from tests.vault.writers import Writer
from workbook.vault import derivation, sealing
from workbook.vault.derivation import deriving_once
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey, KeySlot
from workbook.vault.passwords import (
    begin,
    change_password_slot,
    open_with_earlier_password,
    open_with_password,
)
from workbook.vault.recovery_keys import add_recovery_key
from workbook.vault.resealing import replace_data_key
from workbook.vault.sealing import Closed, Damaged
from workbook.vault.slots import gather


def write(keyring: Keyring, text: str) -> Note:
    note = Note(user_id=keyring.user_id)
    note.seal(keyring, {"answer": text})
    return note


def set_password(user: Any, password: str) -> None:
    """As staff does it: the account gets a password, the journal doesn't."""
    user.set_password(password)
    user.save()


def only_slot(writer: Writer) -> KeySlot:
    return KeySlot.objects.get(user=writer.user)


def test_the_password_that_began_a_journal_opens_it(ada: Writer) -> None:
    note = write(ada.keyring, "words")
    again = open_with_password(ada.user, ada.password)
    assert again is not None
    assert note.open(again) == {"answer": "words"}


def test_a_wrong_password_opens_nothing_and_changes_nothing(ada: Writer) -> None:
    assert open_with_password(ada.user, "not hers at all") is None
    assert only_slot(ada).standing == KeySlot.Standing.LIVE
    assert open_with_password(ada.user, ada.password)


def test_an_account_without_a_journal_has_nothing_to_open(ada: Writer) -> None:
    KeySlot.objects.all().delete()
    assert open_with_password(ada.user, ada.password) is None


def test_joining_and_entering_cost_one_derivation_each(
    monkeypatch: pytest.MonkeyPatch, ada: Writer
) -> None:
    count = 0
    real = derivation.hash_secret_raw

    def counting(*args: Any, **kwargs: Any) -> bytes:
        nonlocal count
        count += 1
        return real(*args, **kwargs)

    monkeypatch.setattr(derivation, "hash_secret_raw", counting)
    with deriving_once():
        assert ada.user.check_password(ada.password)
        assert open_with_password(ada.user, ada.password)
    assert count == 1
    with deriving_once():
        ada.user.set_password("another one of hers")
        change_password_slot(ada.user, ada.keyring, "another one of hers")
    assert count == 2


def test_a_stolen_slot_without_the_server_keys_is_closed(settings: Any, ada: Writer) -> None:
    settings.WORKBOOK_KEYS = (b"n" * 32,)
    with pytest.raises(Closed):
        open_with_password(ada.user, ada.password)


@pytest.mark.parametrize("part", [0, 5, 20, 40, 60, 80, -1])
def test_a_damaged_slot_is_damage_and_not_a_wrong_password(
    ada: Writer, part: int, caplog: pytest.LogCaptureFixture
) -> None:
    slot = only_slot(ada)
    flipped = bytearray(slot.sealed)
    flipped[part] ^= 1
    KeySlot.objects.filter(pk=slot.pk).update(sealed=bytes(flipped))
    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(Closed if part == 0 else Damaged),
    ):
        open_with_password(ada.user, ada.password)
    assert "stays shut" in caplog.text


def test_a_slot_in_another_persons_place_is_damage(ada: Writer, ben: Writer) -> None:
    KeySlot.objects.filter(user=ben.user).update(sealed=only_slot(ada).sealed)
    with pytest.raises(Damaged):
        open_with_password(ben.user, ada.password)


def test_a_slot_that_claims_another_data_key_is_damage(ada: Writer) -> None:
    KeySlot.objects.update(data_key_id=uuid4())
    with pytest.raises(Damaged):
        open_with_password(ada.user, ada.password)


def test_after_a_change_only_the_new_password_opens(ada: Writer) -> None:
    note = write(ada.keyring, "words")
    set_password(ada.user, "another one of hers")
    change_password_slot(ada.user, ada.keyring, "another one of hers")
    again = open_with_password(ada.user, "another one of hers")
    assert again is not None
    assert note.open(again) == {"answer": "words"}
    assert open_with_password(ada.user, ada.password) is None
    assert open_with_earlier_password(ada.user, ada.password) is None


def test_the_old_password_that_comes_a_moment_late_sets_back_no_new_slot(ada: Writer) -> None:
    late = type(ada.user).objects.get(pk=ada.user.pk)  # Signing in, while the password changes.
    set_password(ada.user, "another one of hers")
    change_password_slot(ada.user, ada.keyring, "another one of hers")
    assert open_with_password(late, ada.password) is None
    assert only_slot(ada).standing == KeySlot.Standing.LIVE
    assert open_with_password(ada.user, "another one of hers") is not None


def test_a_password_set_by_staff_opens_the_account_and_not_the_journal(ada: Writer) -> None:
    set_password(ada.user, "handed over by staff")
    assert open_with_password(ada.user, "handed over by staff") is None
    assert only_slot(ada).standing == KeySlot.Standing.EARLIER
    assert open_with_earlier_password(ada.user, ada.password)


def test_an_earlier_journal_comes_back_and_opens_with_the_newer_one(ada: Writer) -> None:
    old_note = write(ada.keyring, "before")
    set_password(ada.user, "chosen after the reset")
    assert open_with_password(ada.user, "chosen after the reset") is None
    begun = begin(ada.user, "chosen after the reset")
    new_note = write(begun, "after")
    with pytest.raises(Closed):
        old_note.open(begun)

    regained = open_with_earlier_password(ada.user, ada.password)
    assert regained is not None
    both = gather(ada.user.pk, {ring.current_id: key_of(ring) for ring in (begun, regained)})
    fresh = replace_data_key(ada.user, both, "chosen after the reset")
    for keyring in (fresh, open_with_password(ada.user, "chosen after the reset")):
        assert keyring is not None
        assert old_note.open(keyring) == {"answer": "before"}
        assert new_note.open(keyring) == {"answer": "after"}
    assert open_with_earlier_password(ada.user, ada.password) is None


def test_a_slot_follows_the_costs_of_the_password_hash(settings: Any, ada: Writer) -> None:
    before = only_slot(ada)
    settings.VAULT_ARGON2 = (16, 1, 1)
    with deriving_once():
        assert ada.user.check_password(ada.password)
        assert open_with_password(ada.user, ada.password)
    after = only_slot(ada)
    assert after.id == before.id
    assert after.sealed != before.sealed
    again = open_with_password(ada.user, ada.password)
    assert again is not None
    assert again.current_id == ada.keyring.current_id
    assert only_slot(ada).sealed == after.sealed


def test_two_beginnings_at_once_make_one_journal(ada: Writer) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DataKey.objects.create(user=ada.user, generation=1, origin=1)


def test_deleting_a_person_removes_every_key_of_theirs_and_no_other(
    ada: Writer, ben: Writer
) -> None:
    add_recovery_key(ada.user, ada.keyring)
    ada.user.delete()
    assert DataKey.objects.get().user_id == KeySlot.objects.get().user_id == ben.user.pk


def test_rows_are_kept_and_found_by_their_two_part_key(ada: Writer, notes: type[Note]) -> None:
    note = write(ada.keyring, "words")
    note.save()
    found = notes.objects.get(pk=(ada.user.pk, note.id))
    assert found.open(ada.keyring) == {"answer": "words"}
    found.revision += 1
    found.seal(ada.keyring, {"answer": "more"})
    found.save()
    assert notes.objects.get().open(ada.keyring) == {"answer": "more"}


def test_nothing_readable_stands_in_the_tables(ada: Writer, notes: type[Note]) -> None:
    write(ada.keyring, "canary-55").save()
    key = ada.keyring.data_key(ada.keyring.current_id)
    for model in (notes, KeySlot, DataKey):
        for values in model.objects.values_list():
            for value in values:
                stored = bytes(value) if isinstance(value, bytes | memoryview) else b""
                assert key not in stored
                assert b"canary" not in stored


def test_a_replaced_key_hangs_below_the_new_one_and_leads_nowhere(ada: Writer) -> None:
    fresh = replace_data_key(ada.user, ada.keyring, ada.password)
    stranger = {uuid4(): sealing.new_key()}
    with pytest.raises(ValueError):
        gather(ada.user.pk, stranger)
    assert gather(ada.user.pk, {fresh.current_id: key_of(fresh)}).held == fresh.held
    older = gather(ada.user.pk, {ada.keyring.current_id: key_of(ada.keyring)})
    assert older.held == ada.keyring.held


def key_of(keyring: Keyring) -> bytes:
    return keyring.data_key(keyring.current_id)

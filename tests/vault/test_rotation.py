"""Server keys change without anybody noticing; data keys change when their person asks."""

import os

import pytest
from django.db import OperationalError, transaction

from tests.vault.writers import join
from workbook.vault import replacing, rotation
from workbook.vault.models import KeySlot
from workbook.vault.passwords import open_with_password
from workbook.vault.recovery_code import CodeMistake
from workbook.vault.replacing import replace_data_key
from workbook.vault.sealing import Closed, Damaged, VaultError
from workbook.vault.spare_keys import add_device, add_spare_key, find_by_device, find_by_spare_key

NEW_KEY = os.urandom(32)


@pytest.fixture
def all_notes(notes, monkeypatch):
    """The tests' own private table stands for those of other packages (tests/journal has those)."""
    monkeypatch.setattr(replacing, "sealed_models", lambda: [notes])
    return notes


def write(person, text):
    from tests.vault.notes import Note

    note = Note(user=person.user, about=person.keyring.tag("about", text))
    person.keyring.seal(note, {"about": text})
    note.save(force_insert=True)
    return note


def test_after_a_rotation_the_old_server_key_is_needed_for_nothing(ada, ben, notes, settings):
    old = settings.WORKBOOK_KEYS
    write(ada, "kept")
    code = add_spare_key(ada.user, ada.keyring)
    settings.WORKBOOK_KEYS = (NEW_KEY, *old)
    assert rotation.count_under_older_keys() == 5  # two passwords, two slots, one spare key
    assert rotation.rewrap_all() == (5, 0)
    assert rotation.count_under_older_keys() == 0
    settings.WORKBOOK_KEYS = (NEW_KEY,)
    for person in (ada, ben):
        person.user.refresh_from_db()
        assert person.user.check_password(person.password)
        assert open_with_password(person.user, person.password)
    assert find_by_spare_key(code)


def test_a_rotation_that_was_cut_off_is_run_again(ada, ben, settings, monkeypatch):
    settings.WORKBOOK_KEYS = (NEW_KEY, *settings.WORKBOOK_KEYS)
    moves = list(rotation._moves())
    moves[0]()
    assert rotation.rewrap_all() == (len(moves) - 1, 0)


def test_a_rotation_signs_nobody_out(ada, settings):
    before = ada.user.get_session_auth_hash()
    settings.WORKBOOK_KEYS = (NEW_KEY, *settings.WORKBOOK_KEYS)
    rotation.rewrap_all()
    ada.user.refresh_from_db()
    assert ada.user.get_session_auth_hash() == before


def test_rows_under_a_lost_server_key_are_counted_and_left(ada, settings):
    settings.WORKBOOK_KEYS = (NEW_KEY,)
    before = bytes(KeySlot.objects.get().sealed)
    assert rotation.rewrap_all() == (0, 2)
    assert bytes(KeySlot.objects.get().sealed) == before


def test_a_new_data_key_keeps_every_word_and_ends_every_other_way_in(ada, all_notes):
    note = write(ada, "kept")
    code = add_spare_key(ada.user, ada.keyring)
    device = add_device(ada.user, ada.keyring)
    fresh = replace_data_key(ada.user, ada.keyring, ada.password, code)
    note.refresh_from_db()
    assert fresh.open(note) == {"about": "kept"}
    with pytest.raises(Closed):
        ada.keyring.open(note)
    assert find_by_device(device) is None
    for found in (open_with_password(ada.user, ada.password), find_by_spare_key(code)[1]):
        assert found.open(note) == {"about": "kept"}


def test_without_the_spare_key_the_old_one_opens_nothing_any_more(ada, all_notes):
    code = add_spare_key(ada.user, ada.keyring)
    replace_data_key(ada.user, ada.keyring, ada.password)
    assert find_by_spare_key(code) is None


def test_a_mistyped_spare_key_or_a_damaged_row_changes_nothing(ada, all_notes):
    note = write(ada, "kept")
    with pytest.raises(CodeMistake):
        replace_data_key(ada.user, ada.keyring, ada.password, "AAAA")
    broken = write(ada, "broken")
    all_notes.objects.filter(pk=broken.pk).update(sealed=bytes(broken.sealed)[:-1] + b"?")
    with pytest.raises(Damaged):
        replace_data_key(ada.user, ada.keyring, ada.password)
    note.refresh_from_db()
    assert open_with_password(ada.user, ada.password).open(note) == {"about": "kept"}


def test_words_sealed_under_a_key_that_is_replaced_meanwhile_are_refused_and_not_lost(
    ada, all_notes
):
    note = write(ada, "before")
    fresh = replace_data_key(ada.user, ada.keyring, ada.password)
    with pytest.raises(OperationalError), transaction.atomic():
        write(ada, "late")
    assert [fresh.open(row) for row in all_notes.objects.all()] == [{"about": "before"}]
    assert all_notes.objects.get().id == note.id


def test_nobody_elses_rows_are_touched(ada, all_notes):
    ben = join("ben")
    note = write(ben, "his")
    replace_data_key(ada.user, ada.keyring, ada.password)
    note.refresh_from_db()
    assert ben.keyring.open(note) == {"about": "his"}
    with pytest.raises(VaultError):
        ada.keyring.open(note)

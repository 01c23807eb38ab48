"""Server keys change without anybody noticing."""

import os

from workbook.vault import rotation
from workbook.vault.models import KeySlot
from workbook.vault.passwords import open_with_password
from workbook.vault.recovery_keys import add_recovery_key, find_by_recovery_key

NEW_KEY = os.urandom(32)


def write(person, text):
    from tests.vault.notes import Note

    note = Note(user=person.user, about=person.keyring.tag("about", text))
    note.seal(person.keyring, {"about": text})
    note.save(force_insert=True)
    return note


def test_after_a_rotation_the_old_server_key_is_needed_for_nothing(ada, ben, notes, settings):
    old = settings.WORKBOOK_KEYS
    write(ada, "kept")
    code = add_recovery_key(ada.user, ada.keyring)
    settings.WORKBOOK_KEYS = (NEW_KEY, *old)
    assert rotation.count_under_older_keys() == 5  # two passwords, two slots, one recovery key
    assert rotation.rewrap_all() == (5, 0)
    assert rotation.count_under_older_keys() == 0
    settings.WORKBOOK_KEYS = (NEW_KEY,)
    for person in (ada, ben):
        person.user.refresh_from_db()
        assert person.user.check_password(person.password)
        assert open_with_password(person.user, person.password)
    assert find_by_recovery_key(code)


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

"""A new data key: at once the only way in, then row by row what everything is sealed under."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, transaction

from tests.raw import with_a_bit_flipped
from tests.vault.notes import Note
from tests.vault.writers import join
from workbook.vault import resealing
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey
from workbook.vault.passwords import (
    begin,
    change_password_slot,
    open_with_earlier_password,
    open_with_password,
)
from workbook.vault.recovery_code import CodeMistake
from workbook.vault.recovery_keys import (
    add_device,
    add_recovery_key,
    find_by_device,
    find_by_recovery_key,
    open_with_recovery_key,
    recovery_key_standing,
)
from workbook.vault.resealing import finish_replacing, replace_data_key
from workbook.vault.sealing import Closed, VaultError
from workbook.vault.slots import gather

LATER = "chosen after the reset"


@pytest.fixture
def all_notes(notes, monkeypatch):
    """The tests' own private table stands for those of other packages (tests/journal has those)."""
    monkeypatch.setattr(resealing, "sealed_models", lambda: [notes])
    return notes


def write(person, text, keyring=None):
    keyring = keyring or person.keyring
    note = Note(user=person.user, about=keyring.tag("about", text))
    note.seal(keyring, {"about": text})
    note.save(force_insert=True)
    return note


def replaced(person, *args, **kwargs) -> Keyring:
    fresh = replace_data_key(person.user, person.keyring, person.password, *args, **kwargs)
    return finish_replacing(person.user, fresh, seconds=60)


def key_of(keyring: Keyring) -> dict:
    return {keyring.current_id: keyring.data_key(keyring.current_id)}


@pytest.fixture
def newer(ada):
    """A part that was begun beside Ada's closed one, after staff have set a password."""
    ada.user.set_password(LATER)
    ada.user.save()
    assert open_with_password(ada.user, LATER) is None
    return begin(ada.user, LATER)


# --- One way in ---


def test_a_new_data_key_keeps_every_word_and_ends_every_other_way_in(ada, all_notes):
    note = write(ada, "kept")
    code = add_recovery_key(ada.user, ada.keyring)
    device = add_device(ada.user, ada.keyring)
    fresh = replaced(ada, code)
    note.refresh_from_db()
    assert note.open(fresh) == {"about": "kept"}
    assert bytes(note.about) == fresh.tag("about", "kept")
    with pytest.raises(Closed):
        note.open(ada.keyring)
    assert find_by_device(device) is None
    for found in (open_with_password(ada.user, ada.password), find_by_recovery_key(code)[1]):
        assert found.held == fresh.held
        assert note.open(found) == {"about": "kept"}
    assert list(DataKey.objects.values_list("id", flat=True)) == list(fresh.held)


def test_the_new_key_is_the_only_way_in_before_any_row_has_moved(ada, all_notes):
    note = write(ada, "kept")
    code, device = add_recovery_key(ada.user, ada.keyring), add_device(ada.user, ada.keyring)
    fresh = replace_data_key(ada.user, ada.keyring, ada.password)
    assert find_by_recovery_key(code) is None
    assert find_by_device(device) is None
    assert note.open(open_with_password(ada.user, ada.password)) == {"about": "kept"}
    # From the older key nothing leads to the new one.
    assert gather(ada.user.pk, key_of(ada.keyring)).held == ada.keyring.held
    assert set(fresh.held) == {*ada.keyring.held, fresh.current_id}


def test_without_the_recovery_key_the_old_one_opens_nothing_any_more(ada, all_notes):
    code = add_recovery_key(ada.user, ada.keyring)
    replaced(ada)
    assert find_by_recovery_key(code) is None


def test_a_mistyped_recovery_key_changes_nothing(ada, all_notes):
    write(ada, "kept")
    with pytest.raises(CodeMistake):
        replace_data_key(ada.user, ada.keyring, ada.password, "AAAA")
    assert open_with_password(ada.user, ada.password).held == ada.keyring.held


def test_one_that_was_replaced_meanwhile_is_not_replaced_again(ada, all_notes):
    replace_data_key(ada.user, ada.keyring, ada.password)
    with pytest.raises(OperationalError):
        replace_data_key(ada.user, ada.keyring, ada.password)
    finish_replacing(ada.user, open_with_password(ada.user, ada.password), seconds=60)
    with pytest.raises(OperationalError):
        replace_data_key(ada.user, ada.keyring, ada.password)
    with pytest.raises(OperationalError):
        change_password_slot(ada.user, ada.keyring, "another one of hers")
    assert open_with_password(ada.user, ada.password)


def test_nobody_elses_rows_are_touched(ada, all_notes):
    ben = join("ben")
    note = write(ben, "his")
    replaced(ada)
    note.refresh_from_db()
    assert note.open(ben.keyring) == {"about": "his"}
    with pytest.raises(VaultError):
        note.open(ada.keyring)


# --- Parts ---


def test_a_newer_closed_part_opens_beside_the_older_one_only(ada, newer, all_notes):
    code, device = add_recovery_key(ada.user, newer), add_device(ada.user, newer)
    fresh = replace_data_key(ada.user, ada.keyring, "her own once more")
    assert find_by_recovery_key(code) is None
    assert find_by_device(device) is None
    assert open_with_password(ada.user, LATER) is None
    for opened in (
        open_with_recovery_key(ada.user, code),
        open_with_earlier_password(ada.user, LATER),
    ):
        assert opened.held == newer.held
    assert recovery_key_standing(ada.user, fresh) == ""


def test_an_older_closed_part_keeps_its_ways_in_whatever_is_done_beside_it(ada, all_notes):
    code = add_recovery_key(ada.user, ada.keyring)
    ada.user.set_password(LATER)
    ada.user.save()
    newer = begin(ada.user, LATER)
    replace_data_key(ada.user, newer, LATER)
    assert find_by_recovery_key(code)[1].held == ada.keyring.held
    assert open_with_earlier_password(ada.user, ada.password).held == ada.keyring.held


def test_parts_that_are_put_together_go_back_as_far_as_the_oldest(ada, newer, all_notes):
    both = Keyring(ada.user.pk, key_of(ada.keyring) | key_of(newer))
    fresh = finish_replacing(ada.user, replace_data_key(ada.user, both, LATER), seconds=60)
    key = DataKey.objects.get()
    assert key.id == fresh.current_id
    assert (key.origin, key.generation) == (1, 3)


# --- Row by row ---


def test_what_was_cut_off_is_taken_up_again(ada, all_notes, monkeypatch):
    notes = [write(ada, f"note {number}") for number in range(7)]
    monkeypatch.setattr(resealing, "BATCH", 2)
    keyring = replace_data_key(ada.user, ada.keyring, ada.password)
    real, left = resealing._carry_out, 2

    def killed(*args):
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        real(*args)

    monkeypatch.setattr(resealing, "_carry_out", killed)
    with pytest.raises(KeyboardInterrupt):
        finish_replacing(ada.user, keyring, seconds=60)
    monkeypatch.setattr(resealing, "_carry_out", real)
    moved = all_notes.objects.filter(data_key_id=keyring.current_id).count()
    assert 0 < moved < len(notes)
    again = open_with_password(ada.user, ada.password)
    assert set(again.held) == set(keyring.held)
    for note in notes:
        note.refresh_from_db()
        assert note.open(again)["about"].startswith("note ")
    done = finish_replacing(ada.user, again, seconds=60)
    assert done.held == (keyring.current_id,)
    assert {note.open(done)["about"] for note in all_notes.objects.all()} == {
        f"note {number}" for number in range(7)
    }


def test_no_time_left_is_no_harm(ada, all_notes):
    note = write(ada, "kept")
    keyring = replace_data_key(ada.user, ada.keyring, ada.password)
    assert finish_replacing(ada.user, keyring, seconds=0).held == keyring.held
    assert note.open(keyring) == {"about": "kept"}


def test_a_password_that_is_changed_in_between_opens_all_of_it(ada, all_notes):
    note = write(ada, "kept")
    keyring = replace_data_key(ada.user, ada.keyring, ada.password)
    ada.user.set_password("another one of hers")
    change_password_slot(ada.user, keyring, "another one of hers")
    again = open_with_password(ada.user, "another one of hers")
    assert note.open(again) == {"about": "kept"}
    assert len(finish_replacing(ada.user, again, seconds=60).held) == 1
    assert open_with_password(ada.user, ada.password) is None


def test_a_second_replacing_in_between_takes_all_of_it_along(ada, all_notes):
    note = write(ada, "kept")
    first = replace_data_key(ada.user, ada.keyring, ada.password)
    second = replace_data_key(ada.user, first, ada.password)
    left = finish_replacing(ada.user, second, seconds=60)
    note.refresh_from_db()
    assert note.open(left) == {"about": "kept"}
    assert DataKey.objects.get().id == left.current_id


def test_a_row_that_cant_be_read_stays_with_its_key_and_all_others_move(ada, all_notes):
    note, broken = write(ada, "kept"), write(ada, "broken")
    whole = bytes(broken.sealed)
    all_notes.objects.filter(pk=broken.pk).update(sealed=with_a_bit_flipped(whole))
    left = replaced(ada)
    note.refresh_from_db()
    assert note.data_key_id == left.current_id
    assert set(left.held) == {*ada.keyring.held, left.current_id}
    # A backup mends it, and then it moves as well.
    all_notes.objects.filter(pk=broken.pk).update(sealed=whole)
    again = finish_replacing(ada.user, open_with_password(ada.user, ada.password), seconds=60)
    broken.refresh_from_db()
    assert broken.open(again) == {"about": "broken"}
    assert len(again.held) == 1


def test_words_sealed_under_a_key_that_is_gone_are_refused_and_not_lost(ada, all_notes):
    note = write(ada, "before")
    fresh = replaced(ada)
    with pytest.raises(OperationalError), transaction.atomic():
        write(ada, "late")
    assert [row.open(fresh) for row in all_notes.objects.all()] == [{"about": "before"}]
    assert all_notes.objects.get().id == note.id


def test_words_saved_under_the_older_key_in_between_move_as_well(ada, all_notes):
    keyring = replace_data_key(ada.user, ada.keyring, ada.password)
    note = write(ada, "late, from a page that was under way")
    left = finish_replacing(ada.user, keyring, seconds=60)
    note.refresh_from_db()
    assert note.open(left) == {"about": "late, from a page that was under way"}


def test_newer_words_are_not_overwritten_by_those_that_were_read(ada, all_notes, monkeypatch):
    note = write(ada, "read by the move")
    keyring = replace_data_key(ada.user, ada.keyring, ada.password)
    real = resealing._carry_out

    def meanwhile(*args):
        monkeypatch.setattr(resealing, "_carry_out", real)
        note.seal(keyring, {"about": "saved meanwhile"})
        note.save(force_update=True)
        real(*args)

    monkeypatch.setattr(resealing, "_carry_out", meanwhile)
    left = finish_replacing(ada.user, keyring, seconds=60)
    note.refresh_from_db()
    assert note.open(left) == {"about": "saved meanwhile"}


# --- Others write meanwhile ---


@pytest.mark.django_db(transaction=True)
def test_a_batch_ends_with_the_row_in_which_its_moment_is_over_and_others_get_their_turn(
    make_person, monkeypatch
):
    from tests.journal.writing import write as save
    from workbook.chapters.loader import library
    from workbook.journal.models import Entry

    ana, book = make_person("ana"), library().book("alongside")
    prompt = book.prompt("understood-once").prompt
    first = save(ana.user, ana.keyring, book, prompt, {"text": "x"}, expected=0).entry
    rows = []
    for number in range(60):
        payload = {"book": "", "prompt": "", "occurrence": str(number), "answer": {"text": "x"}}
        row = Entry(user=ana.user, day=first.day, sequence=number)
        for name, tag in row.tags(ana.keyring, payload).items():
            setattr(row, name, tag)
        row.seal(ana.keyring, payload)
        rows.append(row)
    Entry.objects.bulk_create(rows)
    keyring = replace_data_key(ana.user, ana.keyring, ana.password)
    now, held, pauses = 0.0, [], []
    store, carry_out = resealing._Move.store, resealing._carry_out

    def store_slowly(*args):
        nonlocal now
        store(*args)
        now += resealing.HOLD * 0.4

    def watched(*args):
        began = now
        carry_out(*args)
        held.append(now - began)

    def others_write(seconds):
        assert not connection.in_atomic_block
        pauses.append(seconds)

    monkeypatch.setattr(resealing._Move, "store", store_slowly)
    monkeypatch.setattr(resealing, "_carry_out", watched)
    clock = SimpleNamespace(monotonic=lambda: now, sleep=others_write)
    monkeypatch.setattr(resealing, "time", clock)
    left = finish_replacing(ana.user, keyring, seconds=120)
    assert len(left.held) == 1
    assert max(held) <= resealing.HOLD * 1.4
    assert len(held) >= 20
    assert pauses == [resealing.PAUSE] * len(held)

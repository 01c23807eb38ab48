import copy
import pickle
import traceback
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.notes import Bookmark, Note, Placed
from workbook.vault import sealing
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged

PERSON, STRANGER = uuid4(), uuid4()
PARTS = st.lists(st.text(max_size=8), max_size=3)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def new_keyring(person: UUID = PERSON, keys: int = 1) -> Keyring:
    return Keyring(person, {uuid4(): sealing.new_key() for _ in range(keys)})


KEYRING = new_keyring()


def sealed_note(payload: dict[str, Any], keyring: Keyring = KEYRING) -> Note:
    note = Note(user_id=keyring.user_id)
    note.seal(keyring, payload)
    return note


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_whatever_is_written_reads_back(payload: dict[str, Any]) -> None:
    assert sealed_note(payload).open(KEYRING) == payload


def test_answers_of_the_same_block_have_the_same_length() -> None:
    lengths = {len(sealed_note({"a": "x" * length}).sealed) for length in range(240)}
    assert len(lengths) == 1
    assert b"canary" not in sealed_note({"a": "canary"}).sealed


def test_every_flipped_byte_is_damage() -> None:
    note = sealed_note({"answer": "words"})
    whole = note.sealed
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        note.sealed = bytes(flipped)
        with pytest.raises(Damaged):
            note.open(KEYRING)


def test_a_row_moved_to_another_id_is_damage() -> None:
    note = sealed_note({"answer": "words"})
    note.id = uuid4()
    with pytest.raises(Damaged):
        note.open(KEYRING)


def test_an_older_revision_put_back_is_damage() -> None:
    note = sealed_note({"answer": "first"})
    older = note.sealed
    note.revision = 2
    note.seal(KEYRING, {"answer": "second"})
    assert note.open(KEYRING) == {"answer": "second"}
    note.sealed = older
    with pytest.raises(Damaged):
        note.open(KEYRING)


def test_a_row_given_to_another_person_is_damage_even_with_the_key() -> None:
    note = sealed_note({"answer": "words"})
    note.user_id = STRANGER
    with pytest.raises(Damaged):
        note.open(Keyring(STRANGER, {KEYRING.current_id: KEYRING.data_key(KEYRING.current_id)}))


def test_a_row_of_another_table_is_damage() -> None:
    note = sealed_note({"answer": "words"})
    passing = Bookmark(user_id=PERSON, id=note.id, data_key_id=note.data_key_id, sealed=note.sealed)
    with pytest.raises(Damaged):
        passing.open(KEYRING)


def placed(keyring: Keyring = KEYRING) -> Placed:
    row = Placed(user_id=keyring.user_id, day=date(2026, 11, 27), number=3, beside=uuid4())
    row.seal(keyring, {"answer": "words"})
    return row


@pytest.mark.parametrize(
    "changed", [{"day": date(2026, 11, 28)}, {"number": 4}, {"beside": uuid4()}, {"number": None}]
)
def test_a_row_in_another_place_than_its_seal_says_is_damage(changed: dict[str, Any]) -> None:
    row = placed()
    assert row.open(KEYRING) == {"answer": "words"}
    for name, value in changed.items():
        setattr(row, name, value)
    with pytest.raises(Damaged):
        row.open(KEYRING)


def test_a_row_sealed_before_its_place_was_sealed_with_it_still_opens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as before:
        before.setattr(Placed, "BOUND", ())
        row = placed()
    assert row.open(KEYRING) == {"answer": "words"}


def test_a_row_that_claims_another_of_my_keys_is_damage() -> None:
    keyring = new_keyring(keys=2)
    note = sealed_note({"answer": "words"}, keyring)
    note.data_key_id = keyring.held[0]
    with pytest.raises(Damaged):
        note.open(keyring)


def test_a_row_whose_key_is_not_held_is_closed() -> None:
    note = sealed_note({"answer": "words"})
    with pytest.raises(Closed):
        note.open(new_keyring())


def test_nobody_seals_into_another_persons_row() -> None:
    with pytest.raises(ValueError, match="another person's"):
        Note(user_id=STRANGER).seal(KEYRING, {"answer": "words"})


def test_the_newest_key_seals_and_the_older_ones_still_open() -> None:
    keyring = new_keyring(keys=2)
    first, second = keyring.held
    note = sealed_note({"answer": "old"}, Keyring(PERSON, {first: keyring.data_key(first)}))
    assert note.open(keyring) == {"answer": "old"}
    assert sealed_note({}, keyring).data_key_id == keyring.current_id == second


def test_resealing_moves_a_row_and_its_tags_to_the_newer_key() -> None:
    both = new_keyring(keys=2)
    old = Keyring(PERSON, {both.held[0]: both.data_key(both.held[0])})
    note = sealed_note({"about": "sleep"}, old)
    note.about = old.tag("about", "sleep")
    note.reseal(old, both)
    assert note.data_key_id == both.current_id
    assert note.open(both) == {"about": "sleep"}
    assert note.about == both.tag("about", "sleep") != old.tag("about", "sleep")


def test_a_tag_is_the_same_each_time_and_differs_by_person_purpose_and_parts() -> None:
    again = Keyring.unpack(PERSON, KEYRING.pack())
    assert KEYRING.tag("prompt", "book", "id") == again.tag("prompt", "book", "id")
    assert len(KEYRING.tag("prompt", "book", "id")) == 16
    others = [
        KEYRING.tag("occurrence", "book", "id"),
        KEYRING.tag("prompt", "book", "id", ""),
        KEYRING.tag("prompt", "booki", "d"),
        KEYRING.tag("promptbook", "id"),
        new_keyring().tag("prompt", "book", "id"),
    ]
    assert len({KEYRING.tag("prompt", "book", "id"), *others}) == 6


@given(one=PARTS, other=PARTS)
def test_only_the_same_parts_have_the_same_tag(one: list[str], other: list[str]) -> None:
    assert (KEYRING.tag("p", *one) == KEYRING.tag("p", *other)) == (one == other)


def test_tags_are_those_of_every_key_held_the_current_first() -> None:
    keyring = new_keyring(keys=3)
    tags = keyring.tags("prompt", "id")
    assert tags[0] == keyring.tag("prompt", "id")
    assert len(set(tags)) == 3


def test_a_keyring_shows_nothing_and_is_never_copied_or_pickled() -> None:
    key = KEYRING.data_key(KEYRING.current_id)
    shown = repr(KEYRING) + str(KEYRING)
    assert key.hex() not in shown
    assert repr(key) not in shown
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="can't be copied or pickled"):
            copying(KEYRING)


def test_no_failure_quotes_what_was_written() -> None:
    canary = "canary-7b1f"
    note = sealed_note({"answer": canary})
    note.revision = 9
    not_json = Note(user_id=PERSON, data_key_id=KEYRING.current_id)
    key, context = KEYRING._row_key(
        not_json.sealed_as(), not_json.data_key_id, not_json.id, not_json.revision
    )
    not_json.sealed = sealing.seal(key, sealing.pad(canary.encode()), *context)
    for row in (note, not_json):
        with pytest.raises(Damaged) as caught:
            row.open(KEYRING)
        error: BaseException | None = caught.value
        assert canary not in "".join(traceback.format_exception(error))
        while error is not None:
            assert canary not in repr(vars(error)) + repr(error.args)
            error = error.__context__


def test_a_keyring_holds_at_least_one_key() -> None:
    with pytest.raises(ValueError):
        Keyring(PERSON, {})

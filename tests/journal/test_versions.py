"""Earlier versions: which moments are kept, how many, and what stands apart."""

import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.journal.entries.content import Origin
from workbook.journal.entries.queries import opened
from workbook.journal.entries.store import Stale
from workbook.journal.entries.versions import MOST, NEWEST, cut_between, superfluous, versions_of
from workbook.journal.models import EarlierVersion, Entry

PAGE = "The bus was late. Nobody minded, and somebody had brought oranges. " * 6


def texts(person, entry=None):
    entry = entry or Entry.objects.get()
    return [v.answer.get("text") for v in versions_of(person.keyring, entry)]


def current(person):
    return opened(Entry.objects.get(), person.keyring).answer["text"]


def test_typing_on_in_one_sitting_keeps_no_version(person, put):
    for end in range(20, len(PAGE), 20):
        put(person, PAGE[:end])
    assert texts(person) == []


def test_what_a_sitting_ended_with_is_kept_once_the_next_one_begins(person, put, clock):
    put(person, "one")
    clock.forward(minutes=10)
    put(person, "one, two")
    clock.forward(minutes=31)
    put(person, "one, two, three")
    put(person, "one, two, three, four")
    assert texts(person) == ["one, two"]


def test_a_clock_set_back_still_ends_a_sitting(person, put, clock):
    put(person, "one")
    clock.forward(hours=-1)
    put(person, "two")
    assert texts(person) == ["one"]


def test_a_version_is_kept_before_a_large_cut(person, put):
    put(person, PAGE)
    put(person, PAGE[:150])
    assert texts(person) == [PAGE]


def test_a_page_deleted_sentence_by_sentence_is_kept_on_the_way(person, put):
    put(person, PAGE)
    for end in range(len(PAGE), 0, -60):
        put(person, PAGE[:end])
    lengths = [len(text) for text in texts(person)]
    assert lengths[-1] >= len(PAGE) - 240
    steps = [longer - shorter for shorter, longer in pairwise(lengths)]
    assert max(steps) <= 300


def test_an_emptied_answer_is_kept_however_short(person, put):
    put(person, "Ana")
    put(person, "")
    assert texts(person) == ["Ana"]


def test_a_short_answer_that_is_written_anew_is_kept(person, put):
    put(person, "When I hear that laugh, I will read a label out loud.", "start-step")
    put(person, "If the cooler hums, my hands go into cold water.", "start-step")
    assert texts(person) == ["When I hear that laugh, I will read a label out loud."]


def test_versions_are_sealed_and_say_nothing_in_the_clear(person, put, clock):
    put(person, "the words of before")
    clock.forward(hours=1)
    put(person, "the words of now")
    row = EarlierVersion.objects.get()
    assert b"words" not in bytes(row.sealed)
    assert (row.user, row.entry_id) == (person.user, Entry.objects.get().id)


@pytest.mark.parametrize("letter", "aش漢")
def test_a_cut_counts_what_is_gone_and_not_what_moved_or_came(letter):
    first, second = f"{letter}bcd efgh. " * 30, "Something else entirely stands here. " * 10
    one, other = {"text": first + second}, {"text": second + first}
    assert cut_between(one, one) == 0
    assert cut_between(one, {"text": first + "new " + second}) == 0
    assert cut_between(one, {"text": first}) == len(second)
    assert cut_between(one, {"text": ""}) == len(first + second)
    assert cut_between(one, other) < 10


def test_a_long_life_leaves_fifty_versions_with_the_first_and_the_newest(person, put, clock):
    for number in range(MOST + 25):
        put(person, f"day {number}")
        clock.forward(days=1)
    kept = texts(person)
    assert len(kept) == MOST
    assert kept[:NEWEST] == [f"day {number}" for number in range(MOST + 23, MOST + 13, -1)]
    assert kept[-1] == "day 0"


@given(st.integers(3, 400), st.integers(NEWEST + 2, 60))
def test_thinning_one_by_one_reaches_back_evenly_and_keeps_both_ends(count, most):
    revisions: list[int] = []
    for revision in range(1, count + 1):
        revisions.append(revision)
        for place in superfluous(revisions, most):
            revisions.pop(place)
    assert len(revisions) == min(count, most)
    assert revisions[0] == 1
    newest = min(NEWEST, count)
    assert revisions[-newest:] == list(range(count - newest + 1, count + 1))


def test_stale_words_are_kept_apart_and_overwrite_nothing(person, put):
    put(person, "from the phone")
    with pytest.raises(Stale) as stale:
        put(person, "from the old tab", expected=0)
    assert stale.value.current.answer == {"text": "from the phone"}
    assert stale.value.conflict.answer == {"text": "from the old tab"}
    assert current(person) == "from the phone"
    [apart] = versions_of(person.keyring, Entry.objects.get())
    assert apart.is_apart
    assert Entry.objects.get().has_apart


def test_a_page_left_behind_keeps_one_version_however_often_it_sends(person, put):
    put(person, "newer")
    mark = uuid.uuid4().hex
    for turn, text in enumerate(["old", "old words", "old words and more"], 1):
        with pytest.raises(Stale):
            put(person, text, expected=Origin(0, page=mark, turn=turn))
    assert texts(person) == ["old words and more"]
    with pytest.raises(Stale):
        put(person, "old", expected=Origin(0, page=mark, turn=1))  # The first, come late.
    assert texts(person) == ["old words and more"]


def test_two_pages_left_behind_keep_a_version_each(person, put):
    put(person, "newer")
    for text in ("abc", "xyz"):
        with pytest.raises(Stale):
            put(person, text, expected=Origin(0, page=uuid.uuid4().hex, turn=1))
    assert sorted(texts(person)) == ["abc", "xyz"]


def test_a_blank_page_left_behind_leaves_nothing_to_choose(person, put):
    put(person, "newer")
    with pytest.raises(Stale) as stale:
        put(person, "", expected=0)
    assert stale.value.conflict is None
    assert texts(person) == []


def test_a_page_that_lost_the_answer_to_its_save_goes_on_from_its_own_words(person, put):
    mark = uuid.uuid4().hex
    put(person, "one", expected=Origin(0, page=mark, turn=1))
    put(person, "one, two", expected=Origin(0, page=mark, turn=2))
    assert current(person) == "one, two"
    put(person, "one", expected=Origin(0, page=mark, turn=1))  # Comes late, and changes nothing.
    assert current(person) == "one, two"
    assert texts(person) == []


def test_after_another_page_wrote_the_first_one_has_to_look(person, put):
    mark = uuid.uuid4().hex
    put(person, "one", expected=Origin(0, page=mark, turn=1))
    put(person, "from the phone", expected=1)
    with pytest.raises(Stale):
        put(person, "one, two", expected=Origin(0, page=mark, turn=2))
    assert current(person) == "from the phone"


def test_an_answer_begun_anew_is_not_taken_for_the_one_that_was_deleted(person, put):
    first = put(person, "deleted")
    Entry.objects.all().delete()
    put(person, "begun anew")
    with pytest.raises(Stale):
        put(person, "from a page of before", expected=Origin(1, entry=str(first.entry.id)))
    assert current(person) == "begun anew"

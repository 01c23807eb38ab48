"""What somebody writes into the tables who holds no key: it is noticed and shown as nothing else.

Each attack is plain SQL on rows as they are stored.
"""

import io
import json
import uuid
import zipfile
from datetime import date

import pytest
from django.urls import reverse

from tests.elements import page as tree_of
from tests.journal.intruder import Intruder, an_earlier_release, is_bound
from tests.raw import with_a_bit_flipped
from workbook.journal.entries.content import NO_PAGE
from workbook.journal.entries.free_pages import free_page, page_form
from workbook.journal.entries.queries import answers_for, newest_of, opened
from workbook.journal.entries.restoring import set_day
from workbook.journal.entries.search import Search, find
from workbook.journal.entries.store import Stale, keep
from workbook.journal.entries.versions import versions_of
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.rendering.listing import a_page, entries_in
from workbook.journal.transfer.export import files as exporting
from workbook.vault.sealing import Damaged

pytestmark = pytest.mark.django_db

BOOK, LINE, LONG, DAILY = "alongside", "today-brought", "understood-once", "steady-now"
PLACE = ("day", "sequence", "prompt_tag", "occurrence_tag")


@pytest.fixture
def entries():
    return Intruder(Entry)


@pytest.fixture
def versions():
    return Intruder(EarlierVersion)


@pytest.fixture
def two(person, put):
    """Two answers of one person: to a line and to a longer question."""
    return put(person, "words under the line", LINE).entry, put(person, "longer words").entry


def write_page(person, text, day):
    ident = uuid.uuid4()
    form = page_form(person.user, ident, day=day)
    return keep(person.user, person.keyring, _with(form, text).draft(), NO_PAGE).entry


def _with(form, text):
    from dataclasses import replace

    return replace(form, answer={"text": text})


def read(person, ident):
    return opened(Entry.objects.get(id=ident), person.keyring)


# --- Each move is noticed ---


@pytest.mark.parametrize("column", PLACE)
def test_an_entry_with_a_column_of_another_is_damaged(person, entries, two, column):
    one, other = two
    Entry.objects.filter(id=other.id).update(goes_at="2999-01-01T00:00Z")  # Makes room for its tag.
    set_day(person.user, person.keyring, one.id, date(2020, 1, 1))
    entries.change(one.id, **{column: entries.row(other.id)[column]})
    assert read(person, one.id).is_damaged


def test_two_entries_that_changed_places_are_both_damaged(person, entries, put):
    one = put(person, "a hard day", DAILY, occurrence="2026-11-01", answer={"value": 1}).entry
    other = put(person, "a good day", DAILY, occurrence="2026-11-02", answer={"value": 5}).entry
    first, second = entries.row(one.id), entries.row(other.id)
    entries.change(one.id, occurrence_tag=b"for a moment")
    entries.change(other.id, **{name: first[name] for name in PLACE})
    entries.change(one.id, **{name: second[name] for name in PLACE})
    assert read(person, one.id).is_damaged
    assert read(person, other.id).is_damaged


def test_an_entry_given_to_somebody_else_is_damaged_or_closed_to_them(
    make_person, put, entries, entered
):
    ana, ben = make_person("ana"), make_person("ben")
    hers = put(ana, "only ana's").entry
    his = put(ben, "ben's own", LINE).entry
    stolen = {"user_id": entries.row(his.id)["user_id"]}
    entries.change(hers.id, **stolen)
    assert "only ana" not in entered(ben).get(reverse("journal")).text
    entries.change(hers.id, data_key_id=entries.row(his.id)["data_key_id"])
    row = Entry.objects.get(id=hers.id)
    with pytest.raises(Damaged):
        row.open(ben.keyring)
    page = entered(ben).get(reverse("journal")).text
    assert "only ana" not in page
    assert "can’t be read" in page


def test_an_entry_with_the_seal_of_its_earlier_version_is_damaged(
    person, put, clock, entries, versions
):
    put(person, "the words of before")
    clock.forward(hours=1)
    entry = put(person, "the words of now").entry
    (before,) = versions.rows()
    entries.change(entry.id, sealed=before["sealed"], revision=before["revision"])
    assert read(person, entry.id).is_damaged


def test_a_version_moved_to_another_entry_is_damaged_there(person, put, clock, versions, two):
    clock.forward(hours=1)
    put(person, "the line of now", LINE)
    one, other = two
    (version,) = versions.rows()
    versions.change(version["id"], entry_id=versions.value("entry_id", other.id))
    (moved,) = versions_of(person.keyring, Entry.objects.get(id=other.id))
    assert moved.is_damaged
    assert not moved.answer
    assert versions_of(person.keyring, Entry.objects.get(id=one.id)) == []


def test_words_that_stood_apart_are_damaged_beside_another_entry(person, put, versions, two):
    with pytest.raises(Stale):
        put(person, "typed on an old page", LINE, expected=0)
    (version,) = versions.rows()
    versions.change(version["id"], entry_id=versions.value("entry_id", two[1].id))
    (moved,) = versions_of(person.keyring, Entry.objects.get(id=two[1].id))
    assert moved.is_damaged


def test_versions_with_each_others_seals_are_damaged(person, put, clock, versions):
    for number in range(3):
        entry = put(person, f"words {number}").entry
        clock.forward(hours=1)
    one, other = versions.rows()
    for to, source in ((one, other), (other, one)):
        versions.change(to["id"], sealed=source["sealed"], revision=source["revision"])
    found = versions_of(person.keyring, Entry.objects.get(id=entry.id))
    assert [version.is_damaged for version in found] == [True, True]


# --- And what is shown then ---


def test_where_it_was_moved_from_and_to_nothing_is_shown_as_something_else(
    person, put, entries, entered, book
):
    entry = put(person, "words under the line", LINE).entry
    other = put(person, "longer words").entry
    tag = entries.row(other.id)["prompt_tag"]
    entries.change(entry.id, prompt_tag=tag)
    client = entered(person)
    there = client.get(f"/books/{BOOK}/walking-beside/").text
    assert "longer words" in there
    assert "words under the line" not in there
    assert "can’t be read" in there
    listed = client.get(reverse("journal")).text
    assert "words under the line" not in listed
    assert "changed from outside this site" in listed
    assert entries.row(entry.id)["prompt_tag"] == tag


def test_a_moved_day_is_shown_as_damaged_and_can_not_be_set(person, put, entries, entered):
    entry = put(person, "words of a day", LINE).entry
    day = entries.value("day", date(2019, 5, 5))
    entries.change(entry.id, day=day)
    before = entries.row(entry.id)
    client = entered(person)
    page = tree_of(client.get(reverse("entry", args=[entry.id])).text)
    assert "words of a day" not in page.words
    assert "changed from outside this site" in page.words
    assert not page.all("input", name="day")
    refused = client.post(reverse("entry-day", args=[entry.id]), {"day": "2020-02-02"})
    assert refused.status_code == 422
    assert entries.row(entry.id) == before


def test_new_words_are_kept_beside_a_moved_entry_which_is_left_as_it_is(person, put, entries, book):
    entry = put(person, "words of a day", LINE).entry
    entries.change(entry.id, day=entries.value("day", date(2019, 5, 5)))
    before = entries.row(entry.id)
    put(person, "new words", LINE, expected=0)
    after = entries.row(entry.id)
    assert {name: value for name, value in after.items() if name != "occurrence_tag"} == {
        name: value for name, value in before.items() if name != "occurrence_tag"
    }
    # Once its day is put right again, it is read again.
    entries.change(entry.id, day=entries.value("day", entry.day))
    assert read(person, entry.id).answer == {"text": "words of a day"}
    found = answers_for(person.user, person.keyring, book, [book.prompt(LINE).prompt])[LINE]
    assert {written.answer["text"] for written in found} == {"new words", "words of a day"}


def test_words_for_one_day_are_never_written_over_those_of_another(person, put, entries, book):
    monday = put(person, "", DAILY, occurrence="2026-11-02", answer={"value": 1}).entry
    tag = put(person, "", DAILY, occurrence="2026-11-03", answer={"value": 5}).entry
    second = entries.row(tag.id)
    entries.remove(tag.id)
    entries.change(monday.id, occurrence_tag=second["occurrence_tag"])
    sealed = entries.row(monday.id)["sealed"]
    put(person, "", DAILY, occurrence="2026-11-03", answer={"value": 3}, expected=1)
    assert entries.row(monday.id)["sealed"] == sealed
    found = answers_for(person.user, person.keyring, book, [book.prompt(DAILY).prompt])[DAILY]
    told = {(one.occurrence, one.answer["value"]) for one in found if not one.is_damaged}
    assert ("2026-11-03", 3) in told


def test_a_page_of_ones_own_under_anothers_address_is_not_shown(person, entries):
    one = write_page(person, "a page about work", date(2026, 11, 1))
    other = write_page(person, "a page about home", date(2026, 11, 2))
    first, second = entries.row(one.id), entries.row(other.id)
    entries.remove(one.id)
    entries.change(other.id, occurrence_tag=first["occurrence_tag"])
    ident = uuid.UUID(opened_occurrence(person, first))
    assert free_page(person.user, person.keyring, ident).is_damaged
    assert second["sealed"] == entries.row(other.id)["sealed"]


def opened_occurrence(person, row):
    entry = Entry(
        user=person.user,
        id=uuid.UUID(str(row["id"])),
        data_key_id=person.keyring.current_id,
        revision=row["revision"],
        sealed=row["sealed"],
    )
    place = (entry.id, entry.data_key_id, entry.revision, entry.sealed)
    return Entry.open_values(person.keyring, *place)["occurrence"]


def test_search_and_parts_do_not_show_what_was_moved_in(person, entries, two):
    one, other = two
    entries.change(one.id, prompt_tag=entries.row(other.id)["prompt_tag"])
    part = "alongside/walking-beside"
    hits = find(person.user, person.keyring, Search("words", part=part)).hits
    found = {(hit.written.is_damaged, "".join(hit.excerpts)) for hit in hits}
    assert found == {(False, "longer <mark>words</mark>"), (True, "")}
    listed, _more = a_page(entries_in(person.user, person.keyring, part), person.keyring, 1)
    assert {written.answer.get("text") for written in listed} == {"longer words", None}


def test_a_download_leaves_out_what_was_moved_and_says_so(person, put, clock, entries, versions):
    put(person, "the words of before")
    clock.forward(hours=1)
    kept = put(person, "the words of now").entry
    moved = put(person, "words of a day", LINE).entry
    entries.change(moved.id, sequence=7)
    (version,) = versions.rows()
    versions.change(version["id"], revision=version["revision"] + 1)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(exporting.chunks(person.user, person.keyring))))
    told = json.loads(archive.read("journal.json"))
    assert [entry["answer"] for entry in told["entries"]] == [{"text": "the words of now"}]
    assert told["left_out"] == {"damaged": 2, "closed": 0}
    assert "changed from outside" in archive.read("read-me.txt").decode()
    assert kept


# --- Rows of earlier releases ---


@pytest.fixture
def older(person, put, clock):
    """An entry with a version, both sealed by a release that sealed nothing of where they stand."""
    with an_earlier_release():
        put(person, "the words of before")
        clock.forward(hours=1)
        entry = put(person, "the words of now").entry
    clock.forward(hours=1)
    return Entry.objects.get(id=entry.id)


def test_a_row_of_an_earlier_release_is_read(person, older):
    assert not is_bound(person.keyring, older)
    assert opened(older, person.keyring).answer == {"text": "the words of now"}
    (version,) = versions_of(person.keyring, older)
    assert version.answer == {"text": "the words of before"}


def test_it_is_sealed_with_its_place_when_it_is_written(person, older, put, versions):
    put(person, "the words of later")
    entry = Entry.objects.get()
    assert is_bound(person.keyring, entry)
    latest = EarlierVersion.objects.get(revision=2)
    assert is_bound(person.keyring, latest)


def test_it_is_sealed_with_its_place_when_its_day_is_set(person, older):
    set_day(person.user, person.keyring, older.id, date(2020, 1, 1))
    assert is_bound(person.keyring, Entry.objects.get())


def test_it_is_noticed_already_under_another_prompt(person, older, put, entries):
    other = put(person, "under the line", LINE).entry
    entries.change(older.id, prompt_tag=entries.row(other.id)["prompt_tag"])
    assert read(person, older.id).is_damaged


# --- What changes a place from inside ---


def test_setting_the_day_keeps_words_versions_and_revision(person, put, clock, two):
    clock.forward(hours=1)
    entry = put(person, "longer words, and more").entry
    set_day(person.user, person.keyring, entry.id, date(2001, 2, 3))
    now = read(person, entry.id)
    assert (now.entry.day, now.version) == (date(2001, 2, 3), entry.revision)
    assert now.answer == {"text": "longer words, and more"}
    assert len(versions_of(person.keyring, now.entry)) == 1


def test_a_day_set_while_words_are_on_their_way_stays_set(person, put, monkeypatch, two):
    from workbook.vault.rows import SealedRow

    swap = SealedRow.swap

    def set_meanwhile(entry, *args, **kwargs):
        monkeypatch.setattr(SealedRow, "swap", swap)
        set_day(person.user, person.keyring, entry.id, date(2001, 2, 3))
        return swap(entry, *args, **kwargs)

    monkeypatch.setattr(SealedRow, "swap", set_meanwhile)
    put(person, "longer words, and more")
    now = read(person, two[1].id)
    assert (now.entry.day, now.answer["text"]) == (date(2001, 2, 3), "longer words, and more")


def test_what_comes_back_beside_newer_words_brings_its_versions(person, put, clock):
    from workbook.journal.entries import deletion

    put(person, "the words of before")
    clock.forward(hours=1)
    put(person, "the words of now")
    goes_at = deletion.delete(person.user, person.keyring, Entry.objects.all(), deletion.LATER)
    put(person, "begun anew")
    assert deletion.undo(person.user, person.keyring, goes_at)
    found = versions_of(person.keyring, Entry.objects.get())
    assert [version.is_damaged for version in found] == [False, False]
    assert all(is_bound(person.keyring, version.row) for version in found)


def test_one_whose_version_can_not_be_read_comes_back_as_an_entry_of_its_own(
    person, put, clock, versions
):
    from workbook.journal.entries import deletion

    put(person, "the words of before")
    clock.forward(hours=1)
    old = put(person, "the words of now").entry
    goes_at = deletion.delete(person.user, person.keyring, Entry.objects.all(), deletion.LATER)
    put(person, "begun anew")
    (version,) = versions.rows()
    versions.change(version["id"], sealed=with_a_bit_flipped(version["sealed"]))
    assert deletion.undo(person.user, person.keyring, goes_at)
    assert read(person, old.id).answer == {"text": "the words of now"}
    assert len(newest_of(person.keyring, 9, 1_000_000)[0]) == 2
    assert len(versions_of(person.keyring, Entry.objects.get(id=old.id))) == 1

"""Bringing a journal in: all of it comes back, nothing doubles, and nothing here is lost."""

import dataclasses
import datetime
import io
import itertools
import json
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.campaigns import rounds
from tests.costs import cost
from tests.journal.writing import write
from tests.raw import with_a_bit_flipped
from workbook.accounts.models import User
from workbook.chapters.loader import library
from workbook.journal.entries import fields
from workbook.journal.entries import versions as versions_module
from workbook.journal.entries.free_pages import free_page
from workbook.journal.entries.placed import Standing
from workbook.journal.entries.queries import answers_for
from workbook.journal.models import EarlierVersion, Entry, Place, PutAside
from workbook.journal.reading_position import remember
from workbook.journal.transfer import views
from workbook.journal.transfer.export import files
from workbook.journal.transfer.export.as_json import VERSION, dumps, record_data, written_down
from workbook.journal.transfer.export.records import Record, Stock, Version
from workbook.journal.transfer.import_ import importing, reading_json, uploads
from workbook.journal.transfer.import_.checking import Unreadable
from workbook.journal.transfer.import_.importing import Outcome, bring_in
from workbook.journal.transfer.import_.reading_json import JournalFile
from workbook.vault.models import DataKey

BOOK, LINE, PICK = "alongside", "today-brought", "worth-my-time"
IMPORT = reverse("import-journal")
WORDS = "Rain on the roof. ليلة هادئة 🌧️"


def moment(day, hour=8):
    return datetime.datetime(2026, 1, day, hour, tzinfo=datetime.UTC)


def version(text, day=1, **more):
    more = {"revision": day, **more}
    said = {"kind": "short answer", "question": "What?", "answer": {"text": text}, "language": "en"}
    return Version(**said, written_at=moment(day), **more)


def record(text, day=1, *earlier, prompt=LINE, occurrence="", **more):
    date = datetime.date(2026, 1, 1)
    whose = {"book": BOOK, "prompt": prompt, "occurrence": occurrence}
    return Record(date, version(text, day, **whose, **more), tuple(earlier))


def zipped(person):
    return b"".join(files.chunks(person.user, person.keyring))


def data_of(person):
    """What journal.json says of a person's journal."""
    stock = Stock.of(User.objects.get(pk=person.user.pk), person.keyring)
    lines = written_down(stock, stock.records(), moment(31), {"help": "h", "disclaimer": "d"})
    return json.loads(b"".join(lines))


def all_versions(person):
    """(prompt, occurrence) → every text kept of it, the current one first."""
    found = {}
    for one in Stock.of(person.user, person.keyring).records():
        versions = (one.record.now, *one.record.earlier)
        key = one.record.now.identity[1:]
        found[key] = [v.answer.get("text") for v in versions]
    return found


def send(client, content, name="journal-2026-01-01.zip"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})


def as_file(entries, **more):
    """A journal file as its bytes, out of entries as objects."""
    head = {
        "format": "alongside-journal",
        "version": 1,
        "help": "h",
        "disclaimer": "d",
        "made_at": "2026-01-01T00:00:00+00:00",
        "place": None,
        "put_aside": None,
    }
    return dumps({**head, "entries": entries, "left_out": {}, **more}).encode()


def entry_data(**more):
    return {**record_data(record("words")), **more}


# --- Round trips ---


@pytest.fixture
def keep(person):
    book = library().book(BOOK)

    def keep(prompt, answer, *, who=person, **more):
        more = {"expected": 0, **more}
        return write(who.user, who.keyring, book, book.prompt(prompt).prompt, answer, **more)

    return keep


def test_a_journal_taken_along_comes_back_in_another_account(person, make_person, entered, keep):
    keep(LINE, {"text": WORDS})
    keep(PICK, {"chosen": ["Puddles"], "own": ""})
    remember(person.user, person.keyring, library().book(BOOK), library().book(BOOK).chapters[2])
    other = make_person("bo")
    response = send(entered(other), zipped(person))
    assert response.status_code == 302
    before, after = data_of(person), data_of(other)
    assert after["entries"] == before["entries"]
    assert after["place"] == before["place"]
    book = library().book(BOOK)
    answers = answers_for(other.user, other.keyring, book, [book.prompt(LINE).prompt])
    assert answers[LINE][0].answer == {"text": WORDS}


def test_the_bare_json_can_be_brought_in_as_well(person, make_person, entered, keep):
    keep(LINE, {"text": WORDS})
    content = zipfile.ZipFile(io.BytesIO(zipped(person))).read("journal.json")
    other = make_person("bo")
    assert send(entered(other), content, "journal.json").status_code == 302
    assert all_versions(other) == {(LINE, ""): [WORDS]}


def test_a_second_time_adds_nothing_and_says_so(person, entered, keep):
    keep(LINE, {"text": WORDS})
    content = zipped(person)
    client = entered(person)
    for _time in range(2):
        response = client.post(IMPORT, {"file": SimpleUploadedFile("j.zip", content)}, follow=True)
        assert "here already" in response.content.decode()
    assert Entry.objects.count() == 1
    assert not EarlierVersion.objects.exists()


names = st.sampled_from(["today-brought", "worth-my-time", "gone-long-ago"])
days = st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 1, 1))
moments = st.none() | st.datetimes(
    datetime.datetime(1990, 1, 1),
    datetime.datetime(2100, 1, 1),
    timezones=st.just(datetime.UTC),
)
texts = st.text(max_size=20) | st.text(st.characters(categories=["Cs", "Cc", "Lo"]), max_size=3)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts
numbers = st.floats(allow_nan=False, allow_infinity=False)
answers = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        scalars | numbers,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
CONTENT = {
    "kind": st.sampled_from(["short answer", "table", "people", "a kind of tomorrow"]),
    "question": texts,
    "answer": answers,
    "language": st.sampled_from(["", "en", "es-MX"]),
    "title": texts,
    "is_sensitive": st.booleans(),
    "written_at": moments,
}
PROMPTS = {
    "book": st.just(BOOK),
    "prompt": names,
    "occurrence": st.just("") | days.map(str) | st.uuids().map(str),
}
PAGES = {"occurrence": st.uuids().map(str)}
versions = st.builds(Version, **CONTENT, revision=st.integers(1, 50))
records = st.builds(
    Record,
    day=days,
    now=st.builds(Version, **CONTENT, **PROMPTS, revision=st.integers(1, 50))
    | st.builds(Version, **CONTENT, **PAGES, revision=st.integers(1, 50)),
    earlier=st.lists(versions, max_size=3).map(tuple),
)
journals = st.lists(records, max_size=5, unique_by=lambda r: r.now.identity)


@pytest.fixture
def empty(person):
    """``empty()`` → the person, with nothing written."""

    def empty(who=person):
        for model in (Entry, EarlierVersion, Place, PutAside):
            model.objects.filter(user=who.user).delete()
        return who

    return empty


many = settings(
    max_examples=rounds(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@many
@given(journals)
def test_whatever_is_taken_along_comes_back_the_same_and_only_once(
    empty, make_person_once, journal
):
    ana, bo = empty(), empty(make_person_once("bo"))
    bring_in(ana.user, ana.keyring, journal)
    content = json.dumps(data_of(ana)).encode()
    for time in range(2):
        outcome = bring_in(bo.user, bo.keyring, JournalFile(io.BytesIO(content)).entries())
        assert outcome == (Outcome(new=len(journal)) if not time else Outcome(same=len(journal)))
        assert data_of(bo)["entries"] == data_of(ana)["entries"]


def test_versions_of_one_revision_are_written_down_in_one_order(empty):
    alike = [version("late", 9, revision=4), version("early", 2, revision=4)]
    alike += [version("also early", 2, revision=4)]
    written_down = []
    for order in itertools.permutations(alike):
        ana = empty()
        bring_in(ana.user, ana.keyring, [record("now", 20, *order)])
        [entry] = data_of(ana)["entries"]
        written_down.append([one["answer"]["text"] for one in entry["earlier"]])
    assert written_down == [["late", "early", "also early"]] * 6


@pytest.fixture
def make_person_once(make_person):
    made = {}

    def make(name):
        if name not in made:
            made[name] = make_person(name)
        return made[name]

    return make


def histories(journal):
    """(book, prompt, occurrence) → the set of versions: words and times, whatever their order."""
    found = {}
    for one in journal:
        found.setdefault(one.now.identity, set()).update(
            version.key for version in (one.now, *one.earlier)
        )
    return found


@many
@given(journals, journals)
def test_two_journals_become_one_that_holds_every_version_of_both(empty, one, other):
    ana = empty()
    bring_in(ana.user, ana.keyring, one)
    bring_in(ana.user, ana.keyring, other)
    kept = [opened.record for opened in Stock.of(ana.user, ana.keyring).records()]
    for key, history in histories([*one, *other]).items():
        words = {json.dumps(json.loads(version)[0]) for version in history}
        found = {json.dumps(json.loads(version)[0]) for version in histories(kept)[key]}
        assert words == found
    before = data_of(ana)["entries"]
    for again in (one, other):
        assert not bring_in(ana.user, ana.keyring, again).new
    assert data_of(ana)["entries"] == before


# --- Other words here ---


def test_newer_words_here_stay_on_top_and_the_others_become_a_version(person):
    bring_in(person.user, person.keyring, [record("here, later", 9)])
    outcome = bring_in(person.user, person.keyring, [record("from the file", 3)])
    assert outcome == Outcome(joined=1)
    assert all_versions(person) == {(LINE, ""): ["here, later", "from the file"]}


def test_newer_words_in_the_file_come_on_top_and_those_here_become_a_version(person):
    bring_in(person.user, person.keyring, [record("here, long ago", 2)])
    before = Entry.objects.get().revision
    bring_in(person.user, person.keyring, [record("from the file", 5)])
    assert all_versions(person) == {(LINE, ""): ["from the file", "here, long ago"]}
    assert Entry.objects.get().revision > before


def test_a_file_that_goes_on_from_what_is_here_comes_on_top_whatever_the_clocks_say(person):
    bring_in(person.user, person.keyring, [record("first", 9)])
    bring_in(person.user, person.keyring, [record("second", 3, version("first", 9))])
    assert all_versions(person)[LINE, ""][0] == "second"


def test_an_older_copy_of_this_journal_changes_nothing(person):
    bring_in(person.user, person.keyring, [record("first", 1)])
    bring_in(person.user, person.keyring, [record("second", 3, version("first", 1))])
    assert bring_in(person.user, person.keyring, [record("first", 1)]) == Outcome(same=1)


def test_versions_that_stand_apart_stay_apart(person):
    apart = version("from the old tab", 2, is_apart=True)
    bring_in(person.user, person.keyring, [record("from the phone", 3, apart)])
    assert Entry.objects.get().has_apart
    assert EarlierVersion.objects.get().is_apart


def test_an_answer_that_has_moved_to_another_id_since_is_found_there(person, monkeypatch):
    book = library().book(BOOK)
    placed = book.prompt(LINE)
    renamed = placed._replace(prompt=dataclasses.replace(placed.prompt, was=("old-id",)))
    monkeypatch.setattr(importing, "standing_of", lambda *_given: Standing(book, renamed))
    bring_in(person.user, person.keyring, [record("second", 2, version("first", 1))])
    assert bring_in(person.user, person.keyring, [record("first", 1, prompt="old-id")]).same == 1
    # Answers that were always two stay two.
    other = record("other words", 1, prompt="old-id")
    assert bring_in(person.user, person.keyring, [other]) == Outcome(new=1)
    assert bring_in(person.user, person.keyring, [other]) == Outcome(same=1)


def test_a_damaged_entry_is_set_aside_and_never_written_over(person):
    bring_in(person.user, person.keyring, [record("whole", 1)])
    broken = Entry.objects.get()
    sealed = with_a_bit_flipped(bytes(broken.sealed))
    Entry.objects.update(sealed=sealed)
    assert bring_in(person.user, person.keyring, [record("from the file", 2)]) == Outcome(new=1)
    assert bytes(Entry.objects.get(id=broken.id).sealed) == sealed
    assert Entry.objects.count() == 2


def test_a_page_of_ones_own_keeps_its_address_its_day_and_its_title(person):
    ident = uuid.UUID("6d2c0c1e-0000-4000-8000-000000000001")
    day = datetime.date(1999, 1, 5)
    page = Record(day, version("words", occurrence=str(ident), title="On rain"))
    bring_in(person.user, person.keyring, [page])
    written = free_page(person.user, person.keyring, ident)
    assert (written.title, written.entry.day) == ("On rain", day)


def test_a_data_key_that_was_replaced_meanwhile_keeps_nothing(person):
    DataKey.objects.filter(user=person.user).delete()
    with pytest.raises(OperationalError):
        bring_in(person.user, person.keyring, [record("words")])
    assert not Entry.objects.exists()


def test_an_entry_that_stands_twice_in_a_file_becomes_one(person):
    outcome = bring_in(person.user, person.keyring, [record("one", 1), record("two", 2)])
    assert outcome == Outcome(new=1, joined=1)
    assert all_versions(person) == {(LINE, ""): ["two", "one"]}


def test_a_place_of_ones_own_is_left_and_what_was_opened_is_joined(person, entered, keep):
    book = library().book(BOOK)
    remember(person.user, person.keyring, book, book.chapters[3])
    there = {"book": book.key, "chapter": book.chapters[0].slug, "seen": [book.chapters[1].slug]}
    assert send(entered(person), as_file([], place=there)).status_code == 302
    place = data_of(person)["place"]
    assert place["chapter"] == book.chapters[3].slug
    assert set(place["seen"]) == {book.chapters[1].slug, book.chapters[3].slug}


def test_what_was_put_aside_stays_so_and_nothing_comes_back_into_sight(person, entered):
    aside = {"prompts": [[BOOK, LINE]], "chapters": []}
    for _time in range(2):
        assert send(entered(person), as_file([], put_aside=aside)).status_code == 302
    assert data_of(person)["put_aside"] == aside
    more = {"prompts": [[BOOK, PICK]], "chapters": []}
    assert send(entered(person), as_file([], put_aside=more)).status_code == 302
    assert data_of(person)["put_aside"]["prompts"] == [[BOOK, LINE], [BOOK, PICK]]


def test_what_stands_beside_the_entries_stays_short_however_often_it_comes(person, entered):
    for time in range(3):
        many = [f"chapter-{time}-{n}" for n in range(1_000)]
        place = {"book": BOOK, "chapter": many[0], "seen": many}
        aside = {
            "prompts": [[BOOK, one] for one in many],
            "chapters": [[BOOK, one] for one in many],
        }
        content = as_file([], place=place, put_aside=aside)
        assert send(entered(person), content).status_code == 302
    beside = data_of(person)
    assert len(beside["place"]["seen"]) == 1_000
    assert [len(pairs) for pairs in beside["put_aside"].values()] == [1_000, 1_000]
    assert beside["put_aside"]["prompts"][0] == [BOOK, "chapter-0-0"]


# --- What can't be brought in ---


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "damaged"),
        (b"hello", "damaged"),
        (b"{}", "isn't a journal"),
        (b"[]", "damaged"),
        (b'{"format": "alongside-journal", "version": 1}', "missing"),
        (as_file([])[:-5], "damaged"),
        (as_file([]) + b"x", "damaged"),
        (as_file([]).replace(b"alongside-journal", b"other"), "isn't a journal"),
        (as_file([], version=VERSION + 1), "newer"),
        (as_file([], version=True), "isn't a journal"),
        (as_file([], surprise=1), "doesn't know"),
        (as_file([], place={"book": "x"}), "place"),
        (as_file([], place={"book": "a", "chapter": "b", "seen": [["c"]]}), "place"),
        (as_file([], place={"book": "a", "chapter": "b", "seen": [], "closed_cards": ["c"]}), "place"),
        (as_file([entry_data(asked=["a b"])]), "asked"),
        (as_file([entry_data(asked=["a"] * 51)]), "asked"),
        (as_file([], put_aside={"prompts": ["x"], "chapters": []}), "put_aside"),
        (as_file([], put_aside={"prompts": [], "other": []}), "put_aside"),
        (as_file([entry_data(book="", prompt="", occurrence=str(uuid.UUID(int=0)))]), "occ"),
        (as_file([], made_at="yesterday"), "made_at"),
        (as_file([7]), "Entry 1"),
        (as_file([entry_data(), entry_data(day="2026-02-30")]), "Entry 2"),
        (as_file([entry_data(day="0001-01-01")]), "day"),
        (as_file([entry_data(book="../x")]), "book"),
        (as_file([entry_data(prompt="")]), "prompt"),
        (as_file([entry_data(book="", prompt="")]), "occurrence"),
        (as_file([entry_data(occurrence="soon")]), "occurrence"),
        (as_file([entry_data(kind=7)]), "kind"),
        (as_file([entry_data(kind="")]), "kind"),
        (as_file([entry_data(answer="words")]), "answer"),
        (as_file([entry_data(answer={"text": "a" * 200_001})]), "answer"),
        (as_file([entry_data(answer={"rows": [[]] * 50_001})]), "answer"),
        (as_file([entry_data(answer={"value": 2**60})]), "answer"),
        (as_file([entry_data(language="en us")]), "language"),
        (as_file([entry_data(written_at="2026-01-01T00:00:00")]), "written_at"),
        (as_file([entry_data(written_at="9999-12-31T23:59:59-23:59")]), "written_at"),
        (as_file([entry_data(revision=-1)]), "revision"),
        (as_file([entry_data(revision=True)]), "revision"),
        (as_file([entry_data(apart=True)]), "apart"),
        (as_file([entry_data(sensitive="yes")]), "sensitive"),
        (as_file([entry_data(secret="x")]), "Entry 1"),
        (as_file([entry_data(earlier=[7])]), "earlier"),
        (as_file([entry_data(earlier={})]), "earlier"),
        (as_file([{k: v for k, v in entry_data().items() if k != "day"}]), "day"),
        (as_file([]).replace(b"null", b"NaN"), "damaged"),
        (as_file([entry_data(answer={"x": 1})]).replace(b'"x": 1', b'"x": 1e999'), "damaged"),
        (b"[" * 200_000, "damaged"),
        (b'{"format": ' + b"[" * 200_000, "larger"),
        (b'{"format": ' + b"9" * 10_000 + b"}", "damaged"),
        (b"\xff\xfe\x00", "damaged"),
        (b"PK\x03\x04 not really", "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_refused_kindly_and_changes_nothing(
    person, entered, content, says
):
    response = send(entered(person), content)
    html = response.content.decode()
    assert response.status_code == 422
    assert says in html.replace("’", "'").replace("&#x27;", "'")
    assert "Nothing was changed." in html
    assert not Entry.objects.exists()


def test_the_refusal_repeats_nothing_of_the_file(person, entered):
    content = as_file([entry_data(**{"a secret key": "a secret word"})], **{"secret part": 1})
    assert "secret" not in send(entered(person), content).content.decode()


def test_a_zip_of_something_else_or_one_with_a_password_is_refused(person, entered):
    client = entered(person)
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        archive.writestr("holiday.jpg", b"x")
    assert send(client, pack.getvalue()).status_code == 422
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        archive.writestr("journal.json", as_file([]))
    locked = bytearray(pack.getvalue())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(sign) + offset] |= 1
    assert send(client, bytes(locked)).status_code == 422


def test_a_zip_of_thousands_of_files_is_refused_before_they_are_counted(person, entered):
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        archive.writestr("journal.json", "{}")
        for number in range(3_000):
            archive.writestr(f"{number}", "")
    response = send(entered(person), pack.getvalue())
    assert response.status_code == 422
    assert "damaged" in response.content.decode()


def test_a_zip_in_a_folder_of_its_own_is_understood(person, entered):
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        archive.writestr("journal-2026-01-01/journal.json", as_file([entry_data()]))
    assert send(entered(person), pack.getvalue()).status_code == 302
    assert Entry.objects.count() == 1


def test_more_than_a_journal_can_be_is_refused_on_the_way(monkeypatch):
    monkeypatch.setattr(reading_json, "MOST_JSON", 1024 * 1024)
    many = as_file([entry_data()] * 5_000)
    with pytest.raises(Unreadable, match="larger"):
        list(JournalFile(io.BytesIO(many)).entries())


def zip_of(content, **more):
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("journal.json", content, **more)
    return pack.getvalue()


BRACKETS, HEAD = b"[],", as_file([])[:-1]
INSIDE = as_file([entry_data(answer={"x": 7})])
HOSTILE = {
    "parts that nobody knows": lambda: HEAD + b"".join(
        b', "part %d": [%s[]]' % (n, BRACKETS * 100_000) for n in range(100)
    ),
    "a part of lists": lambda: HEAD.replace(b'"help"', b'"place": [' + BRACKETS * 9_000_000 + b'[]], "help"'),
    "lists in an answer": lambda: INSIDE.replace(b"7", b"[" + BRACKETS * 2_000_000 + b"[]]"),
    "objects in an answer": lambda: INSIDE.replace(b"7", b"[" + b'{"a":{}},' * 2_000_000 + b"[]]"),
    "numbers in an answer": lambda: INSIDE.replace(b"7", b"[" + b"7," * 5_000_000 + b"7]"),
    "names in an answer": lambda: INSIDE.replace(b"7", b"{" + b'"a":7,' * 4_000_000 + b'"a":7}'),
    "depth": lambda: INSIDE.replace(b"7", b"[" * 5_000_000),
    "blanks": lambda: HEAD + b" " * 64_000_000 + b"}",
    "blanks between": lambda: HEAD + (b" " * 1_000_000 + b',"a":') * 60,
    "blanks in an answer": lambda: INSIDE.replace(b"7", b" " * 64_000_000 + b"7"),
    "lines": lambda: b"\n" * 64_000_000,
    "one long text": lambda: INSIDE.replace(b"7", b'"' + b"a" * 64_000_000 + b'"'),
    "one long text of escapes": lambda: INSIDE.replace(b"7", b'"' + b"\\n" * 20_000_000 + b'"'),
    "quotes": lambda: INSIDE.replace(b"7", b'"' + b'\\"' * 20_000_000 + b'"'),
    "backslashes": lambda: INSIDE.replace(b"7", b'"' + b"\\" * 40_000_000),
    "one long number": lambda: INSIDE.replace(b"7", b"7" * 40_000_000),
    "one long fraction": lambda: INSIDE.replace(b"7", b"0." + b"7" * 2_000_000),
    "one long word": lambda: INSIDE.replace(b"7", b"t" * 40_000_000),
    "a long question": lambda: INSIDE.replace(b"What?", b"?" * 40_000_000),
    "versions": lambda: as_file([entry_data(earlier=[])]).replace(
        b'"earlier": []', b'"earlier": [' + b"{}," * 8_000_000 + b"{}]"
    ),
    "a place": lambda: as_file([]).replace(
        b'"place": null', b'"place": {"book": "a", "chapter": "b", "seen": [' + b'"c",' * 5_000_000 + b'"c"]}'
    ),
}  # fmt: skip


def entries_in(file):
    """How many a file holds; -1 for one that is refused."""
    try:
        return len(list(JournalFile(io.BytesIO(file)).entries()))
    except Unreadable:
        return -1


def usual_file():
    return as_file([entry_data(occurrence=str(uuid.uuid4())) for _entry in range(500)])


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_costs_more_than_a_moment_to_refuse(name):
    content, usual = zip_of(HOSTILE[name]()), usual_file()
    measured = cost(lambda: entries_in(content), lambda: entries_in(usual), trace=False)
    assert measured.result == (1 if name == "one long fraction" else -1)
    assert measured.times < 80


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_takes_more_memory_than_a_journal(name):
    content = zip_of(HOSTILE[name]())
    measured = cost(lambda: entries_in(content), lambda: None)
    assert measured.megabytes < 64


def test_a_zip_that_comes_to_more_than_its_size_allows_is_refused(monkeypatch):
    text = as_file([entry_data(answer={"text": "a" * 190_000})] * 20)
    packed = zip_of(text)
    assert len(text) > 200 * len(packed)
    with pytest.raises(Unreadable, match="larger"):
        list(JournalFile(io.BytesIO(packed)).entries())
    assert len(list(JournalFile(io.BytesIO(text)).entries())) == 20
    # What a zip says of itself is not what it is held to.
    lying = bytearray(packed)
    for sign, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = lying.index(sign) + offset
        lying[place : place + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        list(JournalFile(io.BytesIO(bytes(lying))).entries())


def test_a_journal_of_many_like_versions_is_no_bomb(person, entered, put, clock):
    for number in range(versions_module.MOST):
        put(person, "Rain on the roof, and nobody minded. " * 100 + str(number))
        clock.forward(hours=1)
    content = zipped(person)
    assert send(entered(person), content).status_code == 302


def test_half_an_emoji_comes_back_as_it_was_typed(person, make_person, entered, keep):
    keep(LINE, {"text": "half \ud83d an emoji, and a whole \U0001f642"})
    other = make_person("bo")
    assert send(entered(other), zipped(person)).status_code == 302
    assert all_versions(other) == {(LINE, ""): ["half \ud83d an emoji, and a whole \U0001f642"]}


def test_what_takes_too_long_is_kept_in_part_and_the_rest_comes_with_the_next(
    person, entered, monkeypatch
):
    content = as_file([entry_data(occurrence=str(uuid.uuid4())) for _entry in range(300)])
    looks = itertools.count()
    # The file is read once to its end, and two portions are kept.
    most = 300 + 2 * importing.AT_ONCE
    monkeypatch.setattr(views, "thread_time", lambda: 99.0 if next(looks) > most else 0.0)
    response = send(entered(person), content)
    assert response.status_code == 503
    assert "Nothing is added twice" in response.text
    assert Entry.objects.count() == 2 * importing.AT_ONCE
    monkeypatch.undo()
    assert send(entered(person), content).status_code == 302
    assert Entry.objects.count() == 300


def test_what_takes_too_long_to_read_changes_nothing(person, entered, monkeypatch):
    monkeypatch.setattr(views, "MOST_SECONDS", -1)
    response = send(entered(person), as_file([entry_data()]))
    assert response.status_code == 422
    assert "too long to read" in response.text
    assert not Entry.objects.exists()


def test_nothing_of_a_file_is_read_before_it_is_known_whose_journal_it_is_for(
    person, entered, monkeypatch
):
    def fail(*args):
        raise AssertionError("read")

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", fail)
    for client in (Client(), entered(person, locked=True)):
        assert send(client, as_file([entry_data()])).status_code == 302


def test_more_entries_than_a_journal_holds_are_refused(monkeypatch):
    monkeypatch.setattr("workbook.journal.transfer.import_.reading_json.MOST_ENTRIES", 3)
    with pytest.raises(Unreadable, match="more entries"):
        list(JournalFile(io.BytesIO(as_file([entry_data()] * 4))).entries())


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_at_all_break_the_reader(content):
    with pytest.raises(Unreadable):
        list(JournalFile(io.BytesIO(content)).entries())


@given(st.integers(0, 4000), st.binary(min_size=1, max_size=4))
def test_a_file_damaged_anywhere_is_refused_or_still_a_journal(place, damage):
    content = bytearray(as_file([entry_data()] * 3))
    place %= len(content)
    content[place : place + len(damage)] = damage
    try:
        found = list(JournalFile(io.BytesIO(bytes(content))).entries())
    except Unreadable:
        return
    assert all(isinstance(one, Record) for one in found)


def test_a_file_that_is_too_large_is_refused_without_being_kept(person, entered, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    response = send(entered(person), as_file([entry_data()] * 10))
    assert response.status_code == 413
    assert "too large" in response.content.decode()


def test_a_large_upload_never_touches_a_disk(person, entered, monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", fail)
    content = as_file([entry_data(answer={"text": WORDS * 3000})] * 40)
    assert len(content) > 3 * 1024 * 1024
    assert send(entered(person), content).status_code == 302
    client = entered(person)
    client.handler.enforce_csrf_checks = True
    assert send(client, content).status_code == 403


def test_without_a_file_the_page_says_so(person, entered):
    response = entered(person).post(IMPORT)
    assert response.status_code == 422
    assert "Choose a file" in response.content.decode()


def test_it_needs_an_open_journal(person, entered):
    for client in (Client(), entered(person, locked=True)):
        for response in (client.get(IMPORT), send(client, as_file([entry_data()]))):
            assert response.status_code == 302
            assert response.url.startswith(reverse("login"))
    assert not Entry.objects.exists()


def test_a_database_that_breaks_on_the_way_is_told_with_the_truth(
    person, entered, monkeypatch, caplog
):
    real = importing._Portion.keep
    calls = []

    def fail_later(self, records):
        calls.append(1)
        if len(calls) > 1:
            raise OperationalError("disk full: INSERT … Rain on the roof.")
        real(self, records)

    content = as_file([entry_data(occurrence=f"2026-01-{day:02}") for day in range(1, 32)] * 2)
    monkeypatch.setattr(importing, "AT_ONCE", 20)
    monkeypatch.setattr(importing._Portion, "keep", fail_later)
    response = send(entered(person), content)
    assert response.status_code == 503
    assert "Nothing is added twice" in response.content.decode()
    assert "Rain" not in caplog.text
    monkeypatch.setattr(importing._Portion, "keep", real)
    assert send(entered(person), content).status_code == 302
    assert Entry.objects.count() == 31


def test_what_is_too_deep_or_not_an_answer_is_told_apart():
    deep = {"a": 1}
    for _level in range(fields.MOST_DEEP):
        deep = {"a": deep}
    assert not fields.is_answer(deep)
    assert not fields.is_answer({"k" * 65: 1})
    assert not fields.is_answer([1])
    assert fields.is_answer({"people": [{"who": "Fay", "kinds": ["Personal"]}], "n": 1.5})


def test_a_long_history_is_bounded_and_still_comes_only_once(person):
    def long(first):
        earlier = [version(f"v{n}", n % 27 + 1, revision=n) for n in range(first, first + 60)]
        return [record(f"now {first}", 28, *earlier)]

    bring_in(person.user, person.keyring, long(1))
    assert EarlierVersion.objects.count() == versions_module.MOST
    bring_in(person.user, person.keyring, long(100))
    before = all_versions(person)
    assert {"now 1", "now 100"} <= set(before[LINE, ""])
    for first in (1, 100):
        assert bring_in(person.user, person.keyring, long(first)) == Outcome(same=1)
    assert all_versions(person) == before


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_zip_is_refused_kindly_whatever_bytes_of_it_are_damaged(packed):
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", packed) as archive:
        archive.writestr("Día/journal.json", b'{"format": "alongside-journal", "version": 1}' * 5)
    whole = pack.getvalue()
    for place in range(4, len(whole)):
        for other in (0x00, 0x80, 0xFF):
            damaged = whole[:place] + bytes([other]) + whole[place + 1 :]
            with pytest.raises(Unreadable):
                list(JournalFile(io.BytesIO(damaged)).entries())


def test_a_zip_packed_in_a_way_that_takes_memory_is_never_opened(monkeypatch):
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("journal.json", b"{}")
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with pytest.raises(Unreadable):
        list(JournalFile(io.BytesIO(pack.getvalue())).entries())

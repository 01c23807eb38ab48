"""Everything on its way out: what is in the zip, what is kept apart, and how it is made."""

import contextlib
import io
import json
import tracemalloc
import uuid
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from tests.journal.writing import write
from tests.raw import with_a_bit_flipped
from workbook.chapters.loader import library
from workbook.crisis.loader import help_lines
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.transfer import permits
from workbook.journal.transfer.export import files as exporting
from workbook.journal.transfer.export.as_json import FORMAT, VERSION
from workbook.journal.transfer.export.files import help_line

BOOK, LINE, PICK, SENSITIVE = "alongside", "today-brought", "worth-my-time", "around-for"
EXPORT = reverse("export")
WORDS = "Rain on the roof. ليلة هادئة 🌧️ <b>&amp;</b>"
TOMATOES = {"columns": ["What or who", "When"], "rows": [["the tomatoes", "July | August"]]}


@pytest.fixture
def keep(person):
    """``keep("prompt-id", answer)`` writes an answer of the person."""
    book = library().book(BOOK)

    def keep(prompt, answer, *, who=person, **more):
        more = {"expected": 0, **more}
        return write(who.user, who.keyring, book, book.prompt(prompt).prompt, answer, **more)

    return keep


@pytest.fixture
def add_version(person):
    """``add_version(written, answer)`` keeps an earlier version of an entry."""

    def add(written, answer, *, revision=0, is_apart=False, day="2026-01-02"):
        row = EarlierVersion(
            user=person.user, entry_id=written.entry.id, revision=revision, is_apart=is_apart
        )
        payload = written.entry.open(person.keyring)
        moment = f"{day}T08:00:00+00:00"
        row.seal(person.keyring, {**payload, "answer": answer, "written_at": moment})
        row.save(force_insert=True)
        return row

    return add


def unpacked(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    assert archive.testzip() is None
    return {name: archive.read(name).decode() for name in archive.namelist()}


def taken(client):
    return unpacked(client.post(EXPORT))


def test_the_page_says_what_is_taken_and_that_it_is_not_locked(person, entered):
    html = entered(person).get(EXPORT).content.decode()
    assert "not locked" in html
    assert "last time" not in html


def test_the_json_holds_everything_with_the_question_as_it_was_asked(
    person, entered, keep, add_version
):
    written = keep(LINE, {"text": WORDS})
    add_version(written, {"text": "Rain."})
    keep(SENSITIVE, TOMATOES)
    data = json.loads(taken(entered(person))["journal.json"])
    assert (data["format"], data["version"]) == (FORMAT, VERSION)
    first, second = data["entries"]
    assert first["answer"] == {"text": WORDS}
    assert first["question"] == library().book(BOOK).prompt(LINE).prompt.question.plain
    assert first["book"] == library().book(BOOK).key
    assert first["day"] == written.entry.day.isoformat()
    assert [version["answer"] for version in first["earlier"]] == [{"text": "Rain."}]
    assert second["answer"] == TOMATOES
    assert data["left_out"] == {"damaged": 0, "closed": 0}


def test_readable_files_hold_the_words_and_their_earlier_versions(
    person, entered, keep, add_version
):
    add_version(keep(LINE, {"text": WORDS}), {"text": "An earlier drizzle."})
    files = taken(entered(person))
    assert "Rain on the roof. ليلة هادئة 🌧️ &lt;b&gt;&amp;amp;&lt;/b&gt;" in files["journal.html"]
    for name in ("journal.html", "journal.md"):
        assert "An earlier drizzle." in files[name]
        assert "Start Here" in files[name]


def test_sensitive_answers_are_in_files_of_their_own_when_readable(person, entered, keep):
    keep(LINE, {"text": WORDS})
    keep(SENSITIVE, TOMATOES)
    files = taken(entered(person))
    assert "tomatoes" not in files["journal.html"] + files["journal.md"] + files["read-me.txt"]
    for name in ("kept-apart.html", "kept-apart.md", "journal.json"):
        assert "tomatoes" in files[name]
    assert "Rain on the roof" not in files["kept-apart.html"] + files["kept-apart.md"]


def test_without_sensitive_answers_there_are_no_files_for_them(person, entered, keep):
    keep(LINE, {"text": WORDS})
    names = {"journal.json", "journal.html", "journal.md", "read-me.txt"}
    assert set(taken(entered(person))) == names


def test_every_file_carries_the_help_line_and_the_disclaimer(person, entered, keep):
    keep(SENSITIVE, TOMATOES)
    files = taken(entered(person))
    assert len(files) == 6
    for name, text in files.items():
        assert help_lines().disclaimer in text, name
        if name.endswith(".html"):
            assert 'id="crisis-banner"' in text
            assert help_lines().banner_html() in text
        elif name.endswith(".md"):
            assert text.startswith("**Help now:")
        else:
            assert help_line() in text


def test_the_html_needs_nothing_but_itself(person, entered, keep):
    keep(LINE, {"text": "<script>alert(1)</script><img onerror=x>"})
    html = taken(entered(person))["journal.html"]
    for sign in ("<script", "<img", "<link", "<iframe", " src=", "url(", "@import", "https:"):
        assert sign not in html
    assert "default-src 'none'" in html


def test_an_empty_journal_gives_a_whole_zip_too(person, entered):
    files = taken(entered(person))
    assert json.loads(files["journal.json"])["entries"] == []


def test_nobody_elses_words_are_in_it(person, make_person, entered, keep):
    keep(LINE, {"text": WORDS})
    assert "Rain" not in "".join(taken(entered(make_person("bo"))).values())


def test_what_was_deleted_is_not_in_it(person, entered, keep, add_version):
    from django.utils import timezone

    gone = keep(LINE, {"text": WORDS})
    going = add_version(keep(PICK, {"chosen": ["Puddles"], "own": ""}), {"chosen": ["Mud"]})
    Entry.objects.filter(user=person.user, id=gone.entry.id).update(goes_at=timezone.now())
    EarlierVersion.objects.filter(user=person.user, id=going.id).update(goes_at=timezone.now())
    text = "".join(taken(entered(person)).values())
    assert "Puddles" in text
    assert "Rain" not in text
    assert "Mud" not in text


def test_what_is_damaged_is_said_and_the_rest_is_taken(person, entered, keep, add_version):
    broken = keep(LINE, {"text": WORDS}).entry
    row = add_version(keep(PICK, {"chosen": ["Puddles"], "own": ""}), {"chosen": ["Mud"]})
    for damaged in (broken, row):
        damaged.sealed = with_a_bit_flipped(bytes(damaged.sealed))
        damaged.save(force_update=True)
    files = taken(entered(person))
    data = json.loads(files["journal.json"])
    assert len(data["entries"]) == 1
    assert data["left_out"]["damaged"] == 2
    assert "damaged" in files["read-me.txt"]


def test_what_waits_for_an_earlier_secret_is_said_too(person, entered, keep):
    keep(PICK, {"chosen": ["Puddles"], "own": ""})
    closed = keep(LINE, {"text": WORDS}).entry
    Entry.objects.filter(user=person.user, id=closed.id).update(data_key_id=uuid.uuid4())
    files = taken(entered(person))
    assert json.loads(files["journal.json"])["left_out"] == {"damaged": 0, "closed": 1}
    assert "older journal that is closed" in files["read-me.txt"]


def test_half_an_emoji_breaks_no_file(person, entered, keep):
    keep(LINE, {"text": "half \ud83c of one"})
    files = taken(entered(person))
    assert json.loads(files["journal.json"])["entries"][0]["answer"]["text"] == "half \ud83c of one"


def test_it_is_never_cached_and_its_name_says_little(person, entered, keep):
    response = entered(person).post(EXPORT)
    assert "no-store" in response["Cache-Control"]
    assert 'filename="journal-20' in response["Content-Disposition"]
    person.user.neutral_titles = True
    person.user.save()
    assert 'filename="notes-20' in entered(person).post(EXPORT)["Content-Disposition"]


def test_it_needs_an_open_journal_a_post_and_a_token(person, entered, keep):
    keep(LINE, {"text": WORDS})
    for client in (Client(), entered(person, locked=True)):
        response = client.post(EXPORT)
        assert response.status_code == 302
        assert response.url.startswith(reverse("login"))
    client = entered(person)
    client.handler.enforce_csrf_checks = True
    response = client.post(EXPORT)
    assert response.status_code == 403
    assert "Download everything" in response.content.decode()
    assert "Rain" not in response.content.decode()


def test_asking_over_and_over_is_slowed_down_for_that_account_only(person, make_person, entered):
    client = entered(person)
    for _time in range(6):
        assert client.post(EXPORT).status_code == 200
    response = client.post(EXPORT)
    assert response.status_code == 429
    assert response["Retry-After"]
    assert entered(make_person("bo")).post(EXPORT).status_code == 200


def test_a_busy_database_is_said_before_anything_is_sent(person, entered, monkeypatch):
    def fail(*args, **kwargs):
        raise InterfaceError("the connection is closed")

    client = entered(person)
    client.raise_request_exception = False
    monkeypatch.setattr(exporting.Stock, "of", fail)
    response = client.post(EXPORT)
    assert response.status_code == 503
    assert 'id="crisis-banner"' in response.content.decode()


def test_what_breaks_on_the_way_leaves_no_zip_that_looks_whole(person, keep, monkeypatch):
    keep(LINE, {"text": WORDS})

    def fail(*args, **kwargs):
        raise OperationalError("gone")

    sent = []
    monkeypatch.setattr(exporting.as_html, "written_down", fail)
    with pytest.raises(OperationalError):
        sent.extend(exporting.chunks(person.user, person.keyring))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(sent)))


def fill(person, count, words):
    """So many entries of a free page each, quicker than saving them one by one."""
    for number in range(count):
        ident = uuid.UUID(int=number + 1)
        payload = {"book": "", "prompt": "", "occurrence": str(ident), "kind": "long answer"}
        entry = Entry(user=person.user, id=ident, day="2026-03-01", sequence=number)
        for name, tag in entry.tags(person.keyring, payload).items():
            setattr(entry, name, tag)
        entry.seal(person.keyring, payload | {"answer": {"text": words}})
        entry.save(force_insert=True)


def test_memory_stays_small_however_much_there_is(person):
    fill(person, 150, "many words " * 9_000)
    tracemalloc.start()
    size = sum(len(chunk) for chunk in exporting.chunks(person.user, person.keyring))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 100_000
    assert peak < 20 * 1024 * 1024  # Of 15 MB in five files; a portion is 2 MB.


def test_the_number_of_queries_does_not_grow_with_that_of_entries(
    person, django_assert_max_num_queries
):
    fill(person, 300, "a few words")
    with django_assert_max_num_queries(13):
        for _chunk in exporting.chunks(person.user, person.keyring):
            pass


@pytest.mark.django_db(transaction=True)
def test_whoever_downloads_slowly_keeps_nobody_from_saving(make_person, keep):
    slow, other = make_person("slow"), make_person("other")
    fill(slow, 60, "".join(map(chr, range(0x4E00, 0x4E00 + 9_000))))
    sending = exporting.chunks(slow.user, slow.keyring)
    begun = next(sending)

    def save():
        try:
            keep(LINE, {"text": WORDS}, who=other)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(save).result(timeout=2)
    archive = zipfile.ZipFile(io.BytesIO(b"".join([begun, *sending])))
    assert len(json.loads(archive.read("journal.json"))["entries"]) == 60


def test_a_journal_of_usual_size_is_finished_first_and_one_that_is_huge_is_streamed(
    person, entered, keep, monkeypatch
):
    keep(LINE, {"text": WORDS})
    usual = entered(person).post(EXPORT)
    assert not usual.streaming
    assert int(usual["Content-Length"]) == len(usual.content)
    monkeypatch.setattr(permits, "ENOUGH", 1)
    huge = entered(person).post(EXPORT)
    assert huge.streaming
    assert "no-store" in huge["Cache-Control"]
    assert set(unpacked(huge)) == set(unpacked(usual))


def test_whole_journals_go_one_by_one_and_whoever_waits_is_told(
    person, make_person, entered, keep, monkeypatch
):
    monkeypatch.setattr(permits, "ENOUGH", 1)
    first = entered(person).post(EXPORT)
    client = entered(make_person("bo"))
    refused = client.post(EXPORT)
    assert refused.status_code == 503
    assert refused["Retry-After"] == "30"
    assert "Please try again in a moment" in refused.content.decode()
    file = io.BytesIO(b"x")
    file.name = "x.json"
    assert client.post(reverse("import-journal"), {"file": file}).status_code == 503
    unpacked(first)
    unpacked(client.post(EXPORT))


def test_a_reader_who_goes_away_in_the_middle_gives_the_permit_back(person, entered, monkeypatch):
    monkeypatch.setattr(permits, "ENOUGH", 1)
    response = entered(person).post(EXPORT)
    next(iter(response.streaming_content))
    response.close()
    permits.WholeJournalPermit().close()


def test_a_permit_without_a_sign_of_life_is_over(monkeypatch):
    first = permits.WholeJournalPermit()
    with pytest.raises(permits.NotNow):
        permits.WholeJournalPermit()
    monkeypatch.setattr(permits, "LEASE", 0)
    second = permits.WholeJournalPermit()
    first.close()
    monkeypatch.setattr(permits, "LEASE", 60)
    with pytest.raises(permits.NotNow):
        permits.WholeJournalPermit()
    second.close()
    with contextlib.closing(permits.WholeJournalPermit()):
        pass


def test_what_fails_at_its_beginning_gives_its_permit_back(person, entered, monkeypatch):
    def fail(*args, **kwargs):
        raise InterfaceError("the connection is closed")

    client = entered(person)
    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(exporting.Stock, "of", fail)
        assert client.post(EXPORT).status_code == 503
    assert client.post(EXPORT).status_code == 200


def test_nothing_is_written_to_a_disk(person, entered, keep, monkeypatch):
    keep(LINE, {"text": WORDS})

    def fail(*args, **kwargs):
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", fail)
    monkeypatch.setattr("tempfile.TemporaryFile", fail)
    monkeypatch.setattr("tempfile.SpooledTemporaryFile", fail)
    assert taken(entered(person))

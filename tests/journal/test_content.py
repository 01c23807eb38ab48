"""What an entry holds is said in one place: no field of it is lost on any way it goes."""

import dataclasses
import datetime
import io
import json
import subprocess
import uuid

import pytest

from tests.operations.test_serve import MANAGE, ROOT, environment
from workbook.journal.entries.content import EntryContent, Written
from workbook.journal.entries.queries import opened
from workbook.journal.entries.versions import keep_version, versions_of
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.transfer.export.as_json import written_down
from workbook.journal.transfer.export.records import Record, Stock, Version
from workbook.journal.transfer.import_.checking import BESIDE
from workbook.journal.transfer.import_.importing import bring_in
from workbook.journal.transfer.import_.reading_json import JournalFile
from workbook.operations import keys

NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)
EXAMPLES = {
    "occurrence": str(uuid.UUID(int=7)),
    "answer": {"text": "words"},
    "language": "es-MX",
    "written_at": NOON,
    "is_sensitive": True,
    "turn": 3,
    "cut": 12,
}


def full(**more):
    """Every field of an entry, none of them empty."""
    content = {name: EXAMPLES.get(name, f"a-{name}") for name in EntryContent.stored()} | more
    for field in dataclasses.fields(EntryContent):
        assert content[field.name] not in (field.default, {}), f"{field.name} is empty"
    return content


def test_a_payload_holds_every_field_and_gives_it_back():
    content = EntryContent(**full())
    payload = json.loads(json.dumps(content.to_payload()))
    assert set(EntryContent.stored()) == {field.name for field in dataclasses.fields(content)}
    assert EntryContent.from_payload(payload) == content


def test_payloads_say_what_those_of_earlier_releases_say():
    always = [
        "book",
        "prompt",
        "occurrence",
        "kind",
        "question",
        "answer",
        "language",
        "written_at",
    ]
    assert list(EntryContent().to_payload()) == always
    sometimes = ["title", "sensitive", "page", "turn", "cut"]
    assert list(EntryContent(**full()).to_payload()) == [*always, *sometimes]


@pytest.mark.parametrize("wrong", [None, 5, [], {}, "2026-13-45", "0001-01-01T00:00:00+14:00"])
def test_whatever_a_payload_really_holds_can_be_read(wrong):
    payload = dict.fromkeys(EntryContent(**full()).to_payload(), wrong)
    content = EntryContent.from_payload(payload)
    assert (content.answer, content.written_at, content.is_sensitive) == ({}, None, False)
    assert isinstance(content.kind, str)
    assert EntryContent.from_payload({}) == EntryContent()


def test_every_field_goes_through_rows_versions_export_and_import(person, make_person):
    now = Version(**full(), revision=4)
    before = Version(**full(answer={"text": "before"}), revision=2)
    bring_in(person.user, person.keyring, [Record(NOON.date(), now, (before,))])
    entry = Entry.objects.get()
    assert_same(opened(entry, person.keyring), now)
    keep_version(person.keyring, entry)
    latest, earlier = versions_of(person.keyring, entry)
    assert_same(latest, now)
    assert_same(earlier, before)
    EarlierVersion.objects.filter(id=latest.row.id).delete()

    other = make_person("bo")
    stock = Stock.of(person.user, person.keyring)
    content = b"".join(written_down(stock, stock.records(), NOON, {"help": "h", "disclaimer": "d"}))
    bring_in(other.user, other.keyring, JournalFile(io.BytesIO(content)).entries())
    there = Entry.objects.get(user=other.user)
    stays = {name: None for name, one in EntryContent.stored().items() if not one.travels}
    assert set(stays) == {"page", "turn", "cut"}
    assert_same(opened(there, other.keyring), now, but=stays)
    assert_same(versions_of(other.keyring, there)[0], before, but=stays)


def assert_same(found, expected, but=()):
    names = [name for name in EntryContent.stored() if name not in but]
    assert {n: getattr(found, n) for n in names} == {n: getattr(expected, n) for n in names}


def test_what_is_opened_is_damaged_or_says_every_field():
    assert set(EntryContent.stored()) == set(Written.stored())
    beside = {name for name, one in Version.stored().items() if not one.is_sealed}
    assert beside == {"revision", "is_apart"}
    assert set(EntryContent.stored()) == set(Version.stored()) - beside


ONE_MORE = """
import importlib.util, io, sys
from dataclasses import replace
from pathlib import Path

from workbook.operations import startup

startup.migrate()
name = "workbook.journal.entries.content"
assert name not in sys.modules
spec = importlib.util.find_spec(name)
before = '    page: str = text_field("page"'
source = Path(spec.origin).read_text(encoding="utf-8")
assert before in source
source = source.replace(before, '    mood: str = text_field("mood", 10)\\n' + before)
module = sys.modules[name] = importlib.util.module_from_spec(spec)
exec(compile(source, spec.origin, "exec"), module.__dict__)

from django.utils import timezone
from workbook.accounts.models import User
from workbook.chapters.loader import library
from workbook.journal.entries.content import NO_PAGE, Origin, draft_of
from workbook.journal.entries.queries import opened
from workbook.journal.entries.restoring import bring_back
from workbook.journal.entries.store import keep
from workbook.journal.entries.versions import versions_of
from workbook.journal.models import Entry
from workbook.journal.transfer.export.as_json import written_down
from workbook.journal.transfer.export.records import Stock
from workbook.journal.transfer.import_.checking import Unreadable
from workbook.journal.transfer.import_.importing import bring_in
from workbook.journal.transfer.import_.reading_json import JournalFile
from workbook.vault.passwords import begin


def someone(name):
    user = User.objects.create_user(name, "a long password of " + name)
    return user, begin(user, "a long password of " + name)


def moods(who):
    entry = Entry.objects.get(user=who[0])
    earlier = versions_of(who[1], entry)
    return [opened(entry, who[1]).mood, *(version.mood for version in earlier)]


ana, bo = someone("ana"), someone("bo")
book = library().books[0]
prompt = next(p.prompt for p in book.prompts if p.prompt.kind == "long answer")
draft = draft_of(book, prompt, {"text": "Words that stay. " * 20})
written = keep(*ana, replace(draft, mood="calm"), NO_PAGE)
assert moods(ana) == ["calm"], moods(ana)
# Nothing but the new field is another; what was cut is enough for a version.
written = keep(*ana, replace(draft, mood="glad"), Origin(1))
assert moods(ana) == ["glad"], moods(ana)
written = keep(*ana, replace(draft, mood="sad", answer={"text": "Short."}), Origin(2))
assert moods(ana) == ["sad", "glad"], moods(ana)
bring_back(*ana, written.entry, versions_of(ana[1], written.entry)[0], 3)
assert moods(ana) == ["glad", "sad", "glad"], moods(ana)

stock = Stock.of(*ana)
lines = written_down(stock, stock.records(), timezone.now(), {"help": "h", "disclaimer": "d"})
file = b"".join(lines)
for wrong in (b"7", b'"much too long"'):
    try:
        bring_in(*bo, JournalFile(io.BytesIO(file.replace(b'"sad"', wrong))).entries())
    except Unreadable as error:
        assert "mood" in str(error)
    else:
        raise AssertionError("It was not checked.")
bring_in(*bo, JournalFile(io.BytesIO(file)).entries())
assert moods(bo)[:2] == ["glad", "sad"], moods(bo)
print("carried everywhere")
"""


def test_a_field_that_is_added_is_carried_everywhere(tmp_path):
    keys.make(tmp_path / keys.FILE_NAME)
    run = subprocess.run(
        [*MANAGE, "shell", "-v0", "-c", ONE_MORE],
        env=environment(tmp_path, DEBUG="1"),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "carried everywhere"


def test_the_documents_name_every_key_of_a_file():
    words = (ROOT / "docs" / "export-format.md").read_text(encoding="utf-8")
    keys = [one.key for one in Version.stored().values() if one.travels]
    for key in (*BESIDE, *keys):
        assert f"`{key}`" in words, key

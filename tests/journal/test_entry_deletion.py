"""Deleting: out of sight at once, brought back for a while, then gone from the files as well."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from tests import raw
from workbook.journal.entries import deletion
from workbook.journal.entries.queries import answers_for, newest_of, opened
from workbook.journal.entries.store import Stale
from workbook.journal.entries.versions import versions_of
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.rendering.prompt_form import writer_of
from workbook.vault.models import Session

BOOK, LINE, LONG = "alongside", "today-brought", "understood-once"


def all_of(person):
    return Entry.objects.filter(user=person.user)


@pytest.fixture
def two_versions(person, put, clock):
    put(person, "the words of before")
    clock.forward(hours=1)
    put(person, "the words of now")
    return Entry.objects.get()


def test_what_is_deleted_is_out_of_sight_at_once(person, book, two_versions):
    deletion.delete(person.user, person.keyring, all_of(person), deletion.UNDO)
    prompt = book.prompt(LONG).prompt
    assert newest_of(person.keyring, 10, 1_000_000)[0] == []
    assert answers_for(person.user, person.keyring, book, [prompt]) == {}
    assert versions_of(person.keyring, two_versions) == []
    assert (Entry.objects.count(), EarlierVersion.objects.count()) == (1, 1)


def test_within_the_minute_it_comes_back_as_it_was(person, clock, two_versions):
    goes_at = deletion.delete(person.user, person.keyring, all_of(person), deletion.UNDO)
    assert deletion.going(person.user) == [goes_at]
    clock.forward(seconds=50)
    assert deletion.undo(person.user, person.keyring, goes_at)
    assert opened(Entry.objects.get(), person.keyring).answer == {"text": "the words of now"}
    assert len(versions_of(person.keyring, two_versions)) == 1
    assert deletion.going(person.user) == []


def test_after_the_minute_the_next_write_lets_it_go_with_all_versions(
    person, put, clock, two_versions
):
    goes_at = deletion.delete(person.user, person.keyring, all_of(person), deletion.UNDO)
    clock.forward(seconds=61)
    assert not deletion.undo(person.user, person.keyring, goes_at)
    put(person, "another answer", LINE)
    assert [opened(e, person.keyring).prompt for e in Entry.objects.all()] == [LINE]
    assert not EarlierVersion.objects.exists()


def test_in_seven_days_means_that_it_can_come_back_until_then(person, put, clock, two_versions):
    goes_at = deletion.delete(person.user, person.keyring, all_of(person), deletion.LATER)
    clock.forward(days=6, hours=23)
    put(person, "another answer", LINE)
    assert deletion.undo(person.user, person.keyring, goes_at)
    goes_at = deletion.delete(person.user, person.keyring, all_of(person), deletion.LATER)
    clock.forward(days=7, seconds=1)
    assert deletion.going(person.user) == []
    assert not deletion.undo(person.user, person.keyring, goes_at)
    assert not Entry.objects.exists()


def test_new_words_make_room_and_the_old_come_back_beside_them(person, put, two_versions):
    goes_at = deletion.delete(person.user, person.keyring, all_of(person), deletion.UNDO)
    put(person, "begun anew")
    assert deletion.undo(person.user, person.keyring, goes_at)
    entry = Entry.objects.get()
    assert opened(entry, person.keyring).answer == {"text": "begun anew"}
    found = versions_of(person.keyring, entry)
    assert [(v.answer["text"], v.is_apart) for v in found] == [
        ("the words of now", True),
        ("the words of before", False),
    ]
    assert entry.has_apart


def test_one_person_never_deletes_or_brings_back_anothers(make_person, put, clock):
    ana, bo = make_person("ana"), make_person("bo")
    put(ana, "ana’s")
    put(bo, "bo’s")
    goes_at = deletion.delete(ana.user, ana.keyring, Entry.objects.all(), deletion.UNDO)
    assert Entry.objects.filter(user=bo.user).staying().exists()
    assert not deletion.undo(bo.user, bo.keyring, goes_at)
    clock.forward(minutes=2)
    deletion.sweep(bo.user)
    assert Entry.objects.filter(user=ana.user).exists()


@pytest.mark.django_db(transaction=True)
def test_tidy_lets_go_for_everyone_and_only_what_is_due(make_person, put, clock, capsys):
    ana, bo = make_person("ana"), make_person("bo")
    for person in (ana, bo):
        put(person, "one", LINE)
        put(person, "two")
    deletion.delete(ana.user, ana.keyring, all_of(ana), deletion.UNDO)
    deletion.delete(bo.user, bo.keyring, all_of(bo), deletion.LATER)
    clock.forward(minutes=2)
    call_command("tidy")
    assert not all_of(ana).exists()
    assert all_of(bo).count() == 2
    assert "one" not in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_tidy_empties_the_keys_of_idle_sessions(person, entered):
    entered(person)
    Session.objects.update(lock_minutes=15, seen_at=timezone.now() - timedelta(minutes=16))
    assert Session.objects.filter(sealed_keys__isnull=False).exists()
    call_command("tidy")
    assert not Session.objects.filter(sealed_keys__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_is_left_in_the_database_files(person, make_person, put, clock):
    """At once on SQLite; on PostgreSQL once its operator has the tables written anew."""
    put(person, "the words of before " * 400)
    clock.forward(hours=1)
    put(person, "the words of now " * 400)
    sealed = [
        bytes(row.sealed)[40:200] for row in (Entry.objects.get(), EarlierVersion.objects.get())
    ]
    put(make_person("bo"), "words of somebody else")

    def left():
        content = raw.files()
        return [part in content for part in sealed]

    assert left() == [True, True]
    deletion.delete(person.user, person.keyring, all_of(person), deletion.UNDO)
    assert left() == [True, True]
    clock.forward(minutes=2)
    put(person, "another answer", LINE)
    assert raw.tidied(lambda: left() == [False, False], rewrite=True)


@pytest.mark.django_db(transaction=True)
def test_tidy_empties_the_files_too(person, put, clock):
    put(person, "the words of now " * 400)
    deletion.delete(person.user, person.keyring, all_of(person), deletion.UNDO)
    clock.forward(minutes=2)
    call_command("tidy")
    assert not Entry.objects.exists()


# --- Over HTTP ---


def test_an_answer_is_deleted_from_its_page_and_brought_back_from_the_journal(
    person, entered, two_versions
):
    client = entered(person)
    page = client.post(
        reverse("entry-delete", args=[two_versions.id]), {"when": "now"}, follow=True
    )
    html = page.content.decode()
    assert "the words of now" not in html
    assert "Bring it back" in html
    goes_at = Entry.objects.get().goes_at.isoformat()
    page = client.post(reverse("journal-undo"), {"goes_at": goes_at}, follow=True)
    assert "the words of now" in page.content.decode()


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("alongside/walking-beside", ["a page", "a line"]),
        ("own", ["a line", "long words"]),
        ("everything", []),
    ],
)
def test_a_chapter_the_free_pages_or_everything(person, entered, put, part, left):
    client = entered(person)
    put(person, "a line", LINE)
    put(person, "long words")
    data = {"writer": writer_of(person.user), "answer": "a page", "version": 0}
    client.post(reverse("save-page", args=[uuid.uuid4()]), data)
    assert client.post(reverse("journal-delete"), {"part": part, "when": "now"}).status_code == 302
    found = newest_of(person.keyring, 10, 1_000_000)[0]
    assert sorted(written.answer["text"] for written in found) == sorted(left)


def test_nobody_deletes_what_they_did_not_name(person, entered, put):
    put(person, "words")
    client = entered(person)
    for part in ("", "nowhere", "alongside/nowhere"):
        assert client.post(reverse("journal-delete"), {"part": part}).status_code == 404
    assert Entry.objects.staying().exists()


def test_the_page_says_when_backups_forget(person, entered, settings, put):
    put(person, "words")
    client = entered(person)
    assert (
        "the people who run it can say when"
        in client.get(reverse("journal-delete")).content.decode()
    )
    settings.SITE = replace(settings.SITE, backups_forget_days=30)
    assert "up to 30 days" in client.get(reverse("journal-delete")).content.decode()


def test_undo_with_anything_odd_says_so_and_does_nothing(person, entered):
    client = entered(person)
    for goes_at in ("", "yesterday", "2026-13-45T00:00:00Z", "2026-01-01T00:00:00"):
        page = client.post(reverse("journal-undo"), {"goes_at": goes_at}, follow=True)
        assert "already deleted" in page.content.decode()


def test_a_version_that_stood_apart_is_deleted_with_its_notice_and_comes_back_with_it(
    person, entered, put
):
    put(person, "kept words")
    with pytest.raises(Stale):
        put(person, "words of a page left behind", expected=0)
    entry, apart = Entry.objects.get(), EarlierVersion.objects.get()
    client = entered(person)
    address = reverse("version", args=[entry.id, apart.id])
    page = client.post(address, {"do": "delete"}, follow=True).content.decode()
    assert "Deleted. You can bring it back" in page
    assert not Entry.objects.get().has_apart
    [goes_at] = deletion.going(person.user)
    client.post(reverse("journal-undo"), {"goes_at": goes_at.isoformat()})
    assert Entry.objects.get().has_apart
    assert len(versions_of(person.keyring, entry)) == 1


def test_a_strangers_entry_can_not_be_deleted(make_person, entered, two_versions):
    stranger = entered(make_person("bo"))
    address = reverse("entry-delete", args=[two_versions.id])
    assert stranger.post(address, {"when": "now"}).status_code == 404
    assert Entry.objects.staying().exists()


@pytest.mark.parametrize("name", ["journal-delete", "journal-thin"])
def test_an_expired_page_deletes_nothing_and_comes_again(person, entered, two_versions, name):
    client = entered(person)
    client.handler.enforce_csrf_checks = True
    response = client.post(reverse(name), {"part": "everything", "when": "now"})
    assert response.status_code == 403
    assert "had been open for a while" in response.content.decode()
    assert deletion.going(person.user) == []

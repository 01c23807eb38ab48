"""A row is replaced in one statement where it is still what was read, and else not at all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.journal.writing import write
from workbook.chapters.loader import library
from workbook.journal.entries.restoring import set_day
from workbook.journal.models import Entry
from workbook.vault.keyring import Keyring
from workbook.vault.resealing import finish_replacing, replace_data_key
from workbook.vault.sealing import new_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(person):
    book = library().books[0]
    prompt = next(p.prompt for p in book.prompts if p.prompt.kind == "short answer")
    write(person.user, person.keyring, book, prompt, {"text": "first"}, expected=0)
    return Entry.objects.get()


@pytest.fixture
def saying(person, entry):
    """``saying("second")``: what the entry's seal holds, with other words."""
    payload = entry.open(person.keyring)
    return lambda text: payload | {"answer": {"text": text}}


def test_it_takes_the_place_of_what_was_read_in_one_statement(person, entry, saying):
    day = entry.day.replace(year=2001)
    with CaptureQueriesContext(connection) as captured:
        assert entry.swap(person.keyring, saying("second"), day=day)
    assert len(captured) == 1
    kept = Entry.objects.get()
    assert kept.open(person.keyring) == saying("second")
    assert (kept.revision, kept.day) == (2, day)


def test_of_two_who_read_the_same_one_comes_too_late(person, entry, saying):
    other = Entry.objects.get()
    assert entry.swap(person.keyring, saying("second"))
    assert not other.swap(person.keyring, saying("third"))
    assert Entry.objects.get().open(person.keyring) == saying("second")


def test_where_its_day_was_set_meanwhile_it_comes_too_late(person, entry, saying):
    day = entry.day.replace(year=2001)
    set_day(person.user, person.keyring, entry.id, day)
    assert not entry.swap(person.keyring, saying("second"))
    assert Entry.objects.get().day == day


def test_where_it_comes_too_late_the_object_is_as_it_was(person, entry):
    before = (entry.revision, bytes(entry.sealed), entry.day)
    Entry.objects.update(revision=7)
    assert not entry.swap(person.keyring, {}, day=entry.day.replace(year=2001))
    assert (entry.revision, bytes(entry.sealed), entry.day) == before


def test_what_was_deleted_meanwhile_stays_deleted(person, entry):
    Entry.objects.update(goes_at=timezone.now())
    assert not entry.swap(person.keyring, {"answer": {"text": "second"}})
    assert Entry.objects.get().revision == 1


def test_nothing_is_sealed_under_a_data_key_that_was_replaced_meanwhile(person, entry):
    fresh = replace_data_key(person.user, person.keyring, person.password)
    fresh = finish_replacing(person.user, fresh, seconds=60)
    assert not entry.swap(person.keyring, {"answer": {"text": "second"}})
    kept = Entry.objects.get()
    assert kept.data_key_id == fresh.current_id
    assert kept.open(fresh)["answer"] == {"text": "first"}


def test_a_row_under_an_older_key_is_left_to_the_longer_way(person, entry):
    data_key_id = entry.data_key_id
    both = Keyring(
        person.user.pk,
        {data_key_id: person.keyring.data_key(data_key_id), person.user.pk: new_key()},
    )
    with CaptureQueriesContext(connection) as captured:
        assert not entry.swap(both, {"answer": {"text": "second"}})
    assert len(captured) == 0


def test_nobody_replaces_another_persons_row(person, entry, make_person):
    other = make_person("somebody else")
    assert not entry.swap(other.keyring, {"answer": {"text": "theirs"}})
    assert Entry.objects.get().open(person.keyring)["answer"] == {"text": "first"}

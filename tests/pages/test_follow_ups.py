"""A question that comes back: once, at a later visit, and never again by itself."""

import datetime

from tests.journal.test_saving import save
from workbook.journal.entries.restoring import set_day
from workbook.journal.models import Entry

LINE = "If you’ve tried something for your one thing, is it helping?"


def yesterday(person):
    for entry in Entry.objects.all():
        day = entry.day - datetime.timedelta(days=1)
        set_day(person.user, person.keyring, entry.id, day)


def home(client):
    return client.get("/").content.decode()


def read_and_answer(client, person):
    client.get("/books/alongside/who-for-what/")
    save(client, person, "help-most", answer="Someone to listen")


def test_it_comes_back_at_the_next_visit_once(person, entered):
    client = entered(person)
    read_and_answer(client, person)
    assert LINE not in home(client), "the same day is no later visit"
    yesterday(person)
    html = home(client)
    assert LINE in html
    assert "/books/alongside/who-for-what/#prompt-later-helping" in html
    assert LINE not in home(client)
    assert LINE not in home(entered(person))


def test_without_its_cause_or_once_answered_it_stays_away(person, entered):
    client = entered(person)
    client.get("/books/alongside/who-for-what/")
    assert LINE not in home(client)
    read_and_answer(client, person)
    save(client, person, "later-helping", answer="Some")
    yesterday(person)
    assert LINE not in home(client)


def test_reading_on_does_not_forget_that_it_was_asked(person, entered):
    client = entered(person)
    read_and_answer(client, person)
    yesterday(person)
    assert LINE in home(client)
    client.get("/books/alongside/fill-a-gap/")
    assert LINE not in home(client)

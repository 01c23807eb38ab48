"""Chapters drawn once for many readers: each sees their own page, as if it were drawn for them."""

import re

import pytest
from django.conf import settings as site
from django.urls import reverse

from workbook.accounts import page_cache as around
from workbook.chapters.loader import library
from workbook.journal.entries.store import write
from workbook.journal.models import Entry
from workbook.journal.rendering import days, outlines
from workbook.journal.views import listing
from workbook.pages import page_cache

pytestmark = pytest.mark.django_db

CHAPTERS = [(book.slug, chapter.slug) for book in library().books for chapter in book.chapters]


def forget() -> None:
    """Whatever was drawn, as in a new process."""
    for stencil in (
        page_cache._stencil,
        listing._journal,
        outlines._stencil,
        days._day,
        days._entry,
    ):
        stencil._drawn.clear()


def answer_everything(person, words):
    """In words, wherever one answers in words."""
    for book in library().books:
        for placed in book.prompts:
            prompt = placed.prompt
            if "text" in prompt.fields({}) and not prompt.repeat:
                answer = {"text": f"{words} {prompt.id}"}
                write(person.user, person.keyring, book, prompt, answer, expected=0)


def shown(client, address) -> str:
    """A page, without what is another at each drawing."""
    html = client.get(address).text
    html = re.sub(r'(name="page" value=")[0-9a-f]{32}', r"\1", html)
    html = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", html)
    return re.sub(r'(name="occurrence" value=")[0-9a-f-]{36}', r"\1", html)


def test_each_is_the_page_that_would_be_drawn_for_this_reader_alone(make_person, entered):
    ana, bo = make_person("ana-of-the-hill"), make_person("bo-of-the-lake")
    answer_everything(ana, "hill words")
    answer_everything(bo, "lake words")
    clients = {}
    for person in (ana, bo):
        clients[person.user.name] = client = entered(person)
        client.cookies[site.VISIT_COOKIE_NAME] = "asked"
    for book, chapter in CHAPTERS:
        address = reverse("chapter", args=[book, chapter])
        alone = {}
        for name, client in clients.items():
            forget()
            alone[name] = shown(client, address)
        forget()
        for _time in range(2):
            for name, client in clients.items():
                assert shown(client, address) == alone[name], address
        assert "lake words" not in alone["ana-of-the-hill"], address
        assert "hill words" not in alone["bo-of-the-lake"], address
        assert "ana-of-the-hill" not in alone["bo-of-the-lake"], address


def test_the_journal_is_each_persons_own(make_person, entered):
    ana, bo = make_person("ana-of-the-hill"), make_person("bo-of-the-lake")
    answer_everything(ana, "hill <b>words</b>")
    answer_everything(bo, "lake words")
    forget()
    pages = {
        person.user.name: shown(entered(person), reverse("journal")) for person in (ana, bo, ana)
    }
    assert "hill &lt;b&gt;words&lt;/b&gt;" in pages["ana-of-the-hill"]
    assert "lake words" not in pages["ana-of-the-hill"]
    assert "bo-of-the-lake" not in pages["ana-of-the-hill"]
    assert "hill" not in pages["bo-of-the-lake"]


def test_nothing_of_anybodys_stays_in_what_is_kept(person, entered):
    answer_everything(person, "words that must not stay")
    client = entered(person)
    forget()
    for book, chapter in CHAPTERS:
        client.get(reverse("chapter", args=[book, chapter]))
    client.get(reverse("journal"))
    assert Entry.objects.count() > 10
    for stencil in (
        page_cache._stencil,
        listing._journal,
        outlines._stencil,
        days._day,
        days._entry,
    ):
        assert stencil._drawn
        for drawn in stencil._drawn.values():
            text = repr(drawn._pieces)
            assert "must not stay" not in text
            assert person.user.name not in text
            assert str(person.user.pk) not in text


def test_people_who_see_it_otherwise_get_a_drawing_of_their_own(person, entered):
    client = entered(person)
    address = reverse("chapter", args=CHAPTERS[0])
    assert 'data-tab="Notes"' not in client.get(address).text
    person.user.neutral_titles = True
    person.user.save()
    html = client.get(address).text
    assert 'data-tab="Notes"' in html
    assert "<title>Notes</title>" in html
    locked = entered(person, locked=True).get(address).text
    assert 'id="cover"' not in locked
    assert "Your journal is locked" in locked


def test_the_frame_knows_no_more_of_a_person_than_it_says():
    assert around._Somebody._fields == ("neutral_titles", "has_events", "name")
    assert around._Asked._fields == ("path", "resolver_match")

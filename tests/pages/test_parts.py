"""What is alike for all readers is drawn once; each still sees their own page and nobody else's."""

import re

import pytest
from django.conf import settings as site
from django.urls import reverse

from tests.journal.writing import write
from workbook.chapters.loader import library
from workbook.pages import parts

pytestmark = pytest.mark.django_db

CHAPTERS = [(book.slug, chapter.slug) for book in library().books for chapter in book.chapters]
RANDOM = re.compile(
    r'(name="(?:page|csrfmiddlewaretoken|occurrence)" value=")[^"]+', flags=re.ASCII
)


def answer_everything(person, words):
    """In words, wherever one answers in words."""
    for book in library().books:
        for placed in book.prompts:
            prompt = placed.prompt
            if "text" in prompt.fields({}) and not prompt.repeat:
                answer = {"text": f"{words} {prompt.id}"}
                write(person.user, person.keyring, book, prompt, answer, expected=0)


@pytest.fixture
def readers(make_person, entered):
    """Two people with words in each chapter, and what each sees at an address."""
    found = {}
    for name, words in (("ana-of-the-hill", "hill <b>words</b>"), ("bo-of-the-lake", "lake words")):
        person = make_person(name)
        answer_everything(person, words)
        found[name] = entered(person)
        found[name].cookies[site.VISIT_COOKIE_NAME] = "asked"
    return found


def pages_of(client) -> list[str]:
    """Returns every chapter, without what is another at each drawing."""
    addresses = [reverse("chapter", args=one) for one in CHAPTERS]
    return [RANDOM.sub(r"\1", client.get(address).text) for address in addresses]


def test_a_page_is_the_one_that_is_drawn_where_nothing_is_kept(readers, monkeypatch):
    kept = {name: [pages_of(client) for _time in range(2)] for name, client in readers.items()}
    monkeypatch.setattr(parts, "MOST_DRAWN", -1)
    for name, client in readers.items():
        alone = pages_of(client)
        assert kept[name] == [alone, alone]


def test_each_reader_sees_their_own_words_escaped_and_nobody_else_s(readers):
    ana, bo = ("".join(pages_of(client)) for client in readers.values())
    assert "hill &lt;b&gt;words&lt;/b&gt;" in ana
    assert "lake words" in bo
    assert "hill &lt;b" not in bo
    assert "lake words" not in ana
    assert "ana-of-the-hill" not in bo
    assert "bo-of-the-lake" not in ana


def test_nothing_of_anybody_s_is_kept(readers):
    for client in readers.values():
        pages_of(client)
    _stock, kept = parts._drawn
    assert len(kept) > 100
    for block, html in kept.values():
        assert not block.needs()
        assert not re.search(r"hill &lt;b|lake words|of-the-hill|of-the-lake", html)


def test_a_neutral_title_and_a_locked_journal_are_their_owner_s(person, entered):
    client, address = entered(person), reverse("chapter", args=CHAPTERS[0])
    assert 'data-tab="Notes"' not in client.get(address).text
    person.user.neutral_titles = True
    person.user.save()
    html = client.get(address).text
    assert 'data-tab="Notes"' in html
    assert "<title>Notes</title>" in html
    locked = entered(person, locked=True).get(address).text
    assert 'id="cover"' not in locked
    assert "Your journal is locked" in locked

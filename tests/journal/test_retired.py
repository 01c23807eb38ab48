"""Questions that the book asks no more: what was answered stays, under the question as it was."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.elements import page
from tests.journal.writing import write
from tests.prompts.books import write_book
from workbook.journal.entries.queries import opened
from workbook.journal.models import Entry
from workbook.prompts import registry

pytestmark = pytest.mark.django_db

ASKED = "What did the *river* say?"
LINE = f"::: short answer river\n{ASKED}\n:::\n"
PEOPLE = "::: people folk\nkinds: Peer\nWho was there?\n:::\n"
STAYS = "\n::: short answer stays\nWhat stays?\n:::\n"
WORDS = "It went on <over> the stones."


@pytest.fixture
def edition(settings, tmp_path):
    return lambda *chapters: write_book(settings, tmp_path / "content", *chapters)


@pytest.fixture
def client(edition, person, entered):
    """A browser of somebody who answered two questions that the next edition doesn't ask."""
    book = edition(LINE + "\n" + PEOPLE + STAYS, "Text.\n")
    for ident, answer in (
        ("river", {"text": WORDS}),
        ("folk", {"people": [{"who": "Sis", "kinds": ["Peer"], "good_for": "tea", "reach": ""}]}),
    ):
        prompt = book.prompt(ident).prompt
        write(person.user, person.keyring, book, prompt, answer, expected=0)
    edition(STAYS, "Text.\n")
    return entered(person)


def main_of(response):
    assert response.status_code == 200
    return page(response.text).one("main", id="main")


def ident_of(person, prompt):
    found = (opened(entry, person.keyring) for entry in Entry.objects.filter(user=person.user))
    return next(written.entry.id for written in found if written.prompt == prompt)


def test_it_stands_in_the_journal_under_the_question_as_it_was_asked(client):
    entries = main_of(client.get("/journal/")).all("article", "entry")
    by_question = {entry.one("h3").words: entry.words for entry in entries}
    assert WORDS in by_question["What did the river say?"]
    assert "Sis" in by_question["Who was there?"]


def test_it_has_a_page_that_says_so_and_no_way_to_a_form_that_is_gone(client, person):
    main = main_of(client.get(f"/journal/entries/{ident_of(person, 'river')}/"))
    assert main.one("h1").words == "What did the river say?"
    assert WORDS in main.words
    assert "The book doesn’t ask this anymore. Your answer stays here." in main.words
    links = [a.attributes["href"] for a in main.all("a")]
    assert not [href for href in links if href.startswith("/books/")]


def test_all_of_them_stand_together_beside_the_chapters(client):
    chapters = main_of(client.get("/journal/?by=chapter"))
    (link,) = [a for a in chapters.all("a") if a.attributes["href"].endswith("gone")]
    assert link.words == "Questions that are no longer in the book"
    together = main_of(client.get(f"/journal/{link.attributes['href']}"))
    assert WORDS in together.words
    assert "Sis" in together.words


def test_it_is_found_and_can_be_deleted(client, person):
    found = client.post("/journal/search/", {"words": "stones"})
    assert "What did the river say?" in main_of(found).words
    ident = ident_of(person, "river")
    assert client.post(f"/journal/entries/{ident}/delete/", {"when": "now"}).status_code == 302
    assert WORDS not in main_of(client.get("/journal/")).words


def test_it_is_taken_along_and_brought_in_where_nobody_ever_asked_it(client, person, make_person, entered):  # fmt: skip
    sent = b"".join(client.post(reverse("export")))
    archive = zipfile.ZipFile(io.BytesIO(sent))
    assert "What did the river say?" in archive.read("journal.md").decode()
    entries = json.loads(archive.read("journal.json"))["entries"]
    assert {entry["prompt"] for entry in entries} == {"river", "folk"}
    other = entered(make_person("somebody-else"))
    upload = SimpleUploadedFile("journal.zip", sent)
    assert other.post(reverse("import-journal"), {"file": upload}).status_code < 400
    assert WORDS in main_of(other.get("/journal/")).words


def test_a_question_that_comes_back_has_its_answer_again(client, edition):
    edition(LINE + STAYS, "Text.\n")
    form = main_of(client.get("/books/small/one/")).one("form", id="prompt-river")
    assert form.one("input", name="answer").attributes["value"] == WORDS


@pytest.mark.parametrize("kind", ["people", "short answer"])
def test_even_a_kind_that_this_release_does_not_know_is_readable(client, monkeypatch, kind):
    # A registry without it; taking it out and putting it back would change the order of kinds.
    rest = {name: known for name, known in registry.KINDS.items() if name != kind}
    monkeypatch.setattr(registry, "KINDS", rest)
    words = main_of(client.get("/journal/")).words
    assert "Sis" in words
    assert WORDS in words


def test_a_book_that_is_gone_takes_no_answer_with_it(client, person, settings, tmp_path):
    root = tmp_path / "other"
    (root / "new").mkdir(parents=True)
    (root / "new" / "book.md").write_text("---\nkey: new\ntitle: New\n---\n\nWelcome.\n")
    settings.CONTENT_DIR = root
    assert WORDS in main_of(client.get("/journal/")).words
    main = main_of(client.get(f"/journal/entries/{ident_of(person, 'river')}/"))
    assert "doesn’t ask this anymore" in main.words

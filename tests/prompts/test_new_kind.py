"""Adding a kind is one module, one template and one line in the registry, and nothing else."""

import copy
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from tests.elements import page
from tests.prompts.books import write_book
from tests.prompts.new_kind.weather import Weather
from workbook import writing
from workbook.authoring.lint.run import lint
from workbook.chapters.loading import load
from workbook.crisis.loader import help_lines
from workbook.journal.rendering.prompt_form import writer_of
from workbook.prompts.registry import KINDS

pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).parent / "new_kind" / "templates"
CHAPTER = """
::: inner weather sky
repeat: any
hint: A guess is fine.
What is the weather in there?
- Fog
- A clear spell
:::

::: recall sky
:::

::: example
for: sky

A thick fog
:::
"""


@pytest.fixture
def book(settings, monkeypatch, tmp_path):
    monkeypatch.setitem(KINDS, Weather.kind, Weather)
    engines = copy.deepcopy(settings.TEMPLATES)
    engines[0]["DIRS"].append(TEMPLATES)
    settings.TEMPLATES = engines
    return write_book(settings, tmp_path / "content", CHAPTER)


@pytest.fixture
def client(person, entered, book):
    """A reader's browser, in which "Fog" is saved."""
    client = entered(person)
    data = {"writer": writer_of(person.user), "version": "0", "answer": "Fog"}
    assert client.post(reverse("save-answer", args=["small", "sky"]), data).status_code == 302
    return client


def test_it_is_asked_answered_and_recalled_on_its_page(client):
    html = client.get("/books/small/one/").content.decode()
    assert 'id="prompt-sky"' in html
    assert "What is the weather in there?" in html
    assert html.count("It felt like Fog.") == 2  # recalled, and among the earlier answers
    assert "Not today" in html


def test_signed_out_it_shows_what_there_is_to_answer_with(book, db):
    html = Client().get("/books/small/one/").content.decode()
    assert "Fog, A clear spell" in html


def test_a_kind_that_says_nothing_of_examples_is_filled_in_with_words(book):
    html = Client().get("/books/small/one/").text
    example = page(html).one("section", "block--example")
    assert "Made up It felt like A thick fog." in example.words


def test_it_stands_in_the_journal_and_is_found_there(client):
    assert "It felt like Fog." in client.get("/journal/").content.decode()
    found = client.post("/journal/search/", {"words": "fog"}).content.decode()
    assert "What is the weather in there?" in found


def test_it_reads_as_text_even_when_its_question_is_gone(book):
    prompt = book.prompt("sky").prompt
    assert prompt.show({"sky": "Fog"}).as_text() == "It felt like Fog."
    assert Weather.read_back({"sky": "Fog"}, None).as_text() == "It felt like Fog."


def test_it_prints_blank_and_filled_in(client):
    address = "/books/small/one/print/"
    assert "Fog, A clear spell" in client.get(address).content.decode()
    assert "It felt like Fog." in client.post(address).content.decode()


def test_it_is_exported_readable_and_as_data(client):
    sent = b"".join(client.post(reverse("export")))
    archive = zipfile.ZipFile(io.BytesIO(sent))
    assert "It felt like Fog." in archive.read("journal.md").decode()
    (entry,) = json.loads(archive.read("journal.json"))["entries"]
    assert (entry["kind"], entry["answer"]) == ("inner weather", {"sky": "Fog"})


def test_the_writing_desk_asks_for_it_and_adds_it_to_the_file(book, settings):
    settings.ROOT_URLCONF, settings.MIDDLEWARE = writing.ROOT_URLCONF, writing.MIDDLEWARE
    settings.ALLOWED_HOSTS = writing.ALLOWED_HOSTS
    desk, ask = Client(headers={"host": "127.0.0.1"}), "/desk/small/01-one/ask/"
    assert "What the weather is like inside." in page(desk.get(ask).text).words
    form = page(desk.get(ask, {"kind": "inner weather"}).text)
    assert "The skies, one a line" in form.words
    (seen,) = form.all("input", name="seen")
    given = {
        "kind": "inner weather",
        "question": "And now?",
        "options": "Hail\nSun",
        "repeat": "any",
    }
    answer = desk.post(ask, {**given, "seen": seen.attributes["value"], "after": ""})
    assert answer.status_code == 302, answer.text
    (new,) = [
        p.prompt for p in load(settings.CONTENT_DIR).book("small").prompts if p.prompt.id != "sky"
    ]
    assert isinstance(new, Weather)
    assert (new.skies, new.repeat) == (("Hail", "Sun"), "any")


def test_it_is_linted_with_its_own_mistakes(book, settings):
    shutil.copy(site.BASE_DIR / "content" / "help.toml", settings.CONTENT_DIR)
    path = settings.CONTENT_DIR / "small" / "01-one.md"
    path.write_text(path.read_text().replace("- A clear spell\n", ""))
    found = lint(settings.CONTENT_DIR, help_lines()).findings
    line = path.read_text().splitlines().index("::: inner weather sky") + 1
    assert [f.line for f in found if "'inner weather' needs at least 2" in f.message] == [line]

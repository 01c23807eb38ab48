"""Ways in: sentences on the first page, pages in no order, and what to do first."""

from pathlib import Path

import pytest
from django.test import Client

from tests.elements import page
from workbook.authoring.lint.run import lint
from workbook.chapters.loader import library
from workbook.crisis.loader import help_lines
from workbook.journal.reading_position import place_of

TOP = "---\ntitle: {}\n---\n\nText.\n"
BOOK = """---
key: long
title: The long book
doors:
  # For who comes at night.
  - I can’t settle -> one#s-on-a-bad-night

  - Someone won’t wake up -> page:first-things#s-wake-them
  - I have a few minutes -> book:brief
---
"""
BRIEF = "---\nkey: brief\ntitle: Brief pages\norder: any\n---\n\n[The long book](book:long/two)\n"
FIRST = (
    "---\ntitle: First things\nsummary: One step at a time.\n---\n\n## Wake them\n\n::: help\n:::\n"
)
FILES = {
    "long/book.md": BOOK,
    "long/01-one.md": TOP.format("One") + "\n## On a *bad* night\n\nText.\n",
    "long/02-two.md": TOP.format("Two"),
    "brief/book.md": BRIEF,
    "brief/01-a.md": TOP.format("A"),
    "brief/02-b.md": TOP.format("B"),
    "pages/first-things.md": FIRST,
}


def write(root: Path, files: dict[str, str | None]) -> None:
    for name, text in files.items():
        if text is None:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def site(settings, tmp_path):
    """``site({path: text})`` serves these books with changes; None leaves a text out."""
    count = 0

    def site(changes=None):
        nonlocal count
        count += 1
        settings.CONTENT_DIR = tmp_path / f"content-{count}"
        write(settings.CONTENT_DIR, {**FILES, **(changes or {})})
        return library()

    return site


def main_of(client, address):
    return page(client.get(address).text).one("main", id="main")


@pytest.mark.django_db
def test_doors_stand_on_the_first_page_and_on_the_contents_of_their_book(site, person, entered):
    assert not site().problems
    wanted = [
        ("I can’t settle", "/books/long/one/#s-on-a-bad-night"),
        ("Someone won’t wake up", "/first-things/#s-wake-them"),
        ("I have a few minutes", "/books/brief/"),
    ]
    for client in (Client(), entered(person)):
        for address in ("/", "/books/long/"):
            (doors,) = main_of(client, address).all("section", "doors")
            links = [(a.words, a.attributes["href"]) for a in doors.one("ul").all("a")]
            assert links == wanted
        assert not main_of(client, "/books/brief/").all("section", "doors")


@pytest.mark.django_db
def test_pages_in_no_order_have_no_numbers_and_none_before_or_after(site, person, entered):
    site()
    for client in (Client(), entered(person)):
        contents = main_of(client, "/books/brief/").one(of="chapter-list")
        assert contents.tag == "ul"
        assert [a.words for a in contents.all("a")] == ["A", "B"]
        assert not any("value" in item.attributes for item in contents.all("li"))
        assert not [a for a in main_of(client, "/books/brief/b/").all("a") if "rel" in a.attributes]
        assert main_of(client, "/books/long/two/").all("a", rel="prev")
        assert main_of(client, "/books/long/").one(of="chapter-list").tag == "ol"


@pytest.mark.django_db
def test_nothing_keeps_track_of_pages_in_no_order(site, person, entered):
    site()
    client = entered(person)
    client.get("/books/long/one/")
    before = place_of(person.user, person.keyring)
    client.get("/books/brief/a/")
    person.user.refresh_from_db()
    assert place_of(person.user, person.keyring) == before
    assert "Continue where you were: One" in main_of(client, "/").words
    contents = main_of(client, "/books/brief/").one(of="chapter-list")
    assert "opened" not in contents.words
    assert "last" not in contents.words


@pytest.mark.django_db
def test_pages_beside_a_book_are_no_second_beginning(site, person, entered):
    site()
    html = Client().get("/").text
    assert page(html).one("nav", aria_label="Main").all("a")[0].attributes["href"] == "/books/long/"
    buttons = [a.words for a in main_of(Client(), "/").all("a", "button")]
    assert [words for words in buttons if words.startswith("Begin")] == ["Begin reading: One"]
    assert "Brief pages" in buttons
    client = entered(person)
    client.get("/books/long/one/")
    buttons = [a.words for a in main_of(client, "/").all("a", "button")]
    assert buttons.count("All chapters") == 1
    assert "Brief pages" in buttons


@pytest.mark.parametrize(
    ("door", "code"),
    [
        ("one#s-on-a-good-night", "L109"),
        ("one#prompt-none", "L102"),
        ("page:first-things#s-walk-them", "L109"),
        ("page:help-now#s-none", "L109"),
        ("page:first-thing", "L103"),
        ("book:breif", "L110"),
        ("book:brief/c", "L101"),
    ],
)
def test_a_door_to_a_place_that_is_not_there_is_told_with_its_line(site, door, code):
    made = site({"long/book.md": BOOK.replace("book:brief\n", f"{door}\n")})
    (problem,) = made.problems
    assert (problem.path, problem.line, problem.code) == ("long/book.md", 9, code)
    assert len(made.book("long").doors) == 2


def test_a_heading_on_the_help_page_may_be_of_either_of_its_texts(site):
    for heading in ("s-next-hour", "s-in-an-hour", "s-on-the-line"):
        door = BOOK.replace("book:brief\n", f"page:help-now#{heading}\n")
        texts = {
            "long/book.md": door,
            "pages/help-now.md": TOP.format("H") + "\n## On the line\n",
            "pages/next-hour.md": TOP.format("N") + "\n## In an hour\n",
        }
        assert not site(texts).problems


def test_the_linter_reads_what_doors_say(site, settings):
    root = settings.BASE_DIR / "content" / "help.toml"
    made = BOOK.replace("I can’t settle", "You should stay positive")
    site({"long/book.md": made, "help.toml": root.read_text()})
    found = lint(settings.CONTENT_DIR, help_lines()).findings
    assert [f.line for f in found if f.path == "long/book.md" and f.code.startswith("C14")][:1] == [
        6
    ]


def test_what_to_do_first_asks_for_nobody_and_nothing(site):
    # Without the django_db mark any query fails the test; a session would be one.
    site()
    strange = Client().get("/first-things/")
    known = Client()
    known.cookies["sessionid"] = "x" * 32
    again = known.get("/first-things/")
    assert strange.status_code == again.status_code == 200
    assert strange.content == again.content
    for response in (strange, again):
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
    html = page(strange.text)
    assert html.one("title").words == "First things"
    assert html.one(id="s-wake-them").words == "Wake them"
    assert html.all("section", "block--help")
    assert (
        known.get("/first-things/", headers={"If-None-Match": strange["ETag"]}).status_code == 304
    )


@pytest.mark.django_db
def test_a_site_without_that_page_says_that_it_is_not_there(site, monkeypatch):
    monkeypatch.setattr("workbook.chapters.loading.shipped_pages", lambda _tokens: ())
    plain = "---\nkey: {0}\ntitle: {0}\n---\n"
    site({
        "pages/first-things.md": None,
        "pages/about.md": TOP.format("About"),
        "long/book.md": plain.format("long"),
    })  # fmt: skip
    assert Client().get("/first-things/").status_code == 404

"""The doors of the book, and the short pages: each leads to where it says, and tells nobody else."""

import re
from urllib.parse import urldefrag

import pytest
from django.urls import reverse

from tests import elements
from tests.content.texts import BOOK, source
from workbook.chapters.loader import library

SHORT = "short-pages"
PAGES = [page.slug for page in library().book(SHORT).chapters]
TELLING = re.compile(
    r"suicid|overdos|drug|relaps|naloxone|narcan|drink|alcohol|addict", re.IGNORECASE
)
SAID = [
    "I’m not okay right now", "Someone won’t wake up", "I just used", "I want to use",
    "I can’t settle", "Someone scares me", "I’m scared for someone I love", "I have nobody", "I don’t know who to ask",
    "I slipped", "I asked and they said no", "I just got out of jail, detox or the hospital",
    "I only have a few minutes in me", "I’m okay and want to look around",
]  # fmt: skip


def tree(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return elements.page(response.content.decode())


def doors(client, address):
    (section,) = tree(client, address).all("section", "doors")
    return [(link.words, link.attributes["href"]) for link in section.all("a")]


# --- Doors ---


@pytest.fixture(params=["signed out", "signed in", "locked"])
def browser(request, client, person, entered):
    if request.param == "signed out":
        return client
    return entered(person, locked=request.param == "locked")


@pytest.mark.parametrize("address", ["/", reverse("book", args=[BOOK])])
def test_each_door_leads_to_a_page_and_to_its_place_on_it(browser, address):
    found = doors(browser, address)
    assert [said for said, _href in found] == SAID
    for said, href in found:
        path, place = urldefrag(href)
        page = tree(browser, path)
        if place:
            assert len(page.all(id=place)) == 1, said


def test_neither_an_address_nor_a_title_behind_a_door_tells_what_it_is_about(browser):
    for said, href in doors(browser, "/"):
        title = tree(browser, urldefrag(href)[0]).one("title").words
        assert title
        assert not TELLING.search(f"{href} {title}"), said


def test_what_a_door_says_about_danger_leads_to_help_without_an_account(client):
    for said, href in doors(client, "/")[:3]:
        page = tree(client, urldefrag(href)[0])
        main = page.one(id="main")
        links = {link.attributes["href"] for link in main.all("a")}
        assert {"tel:988", "tel:911"} <= links, said
        assert not main.all("form"), said


def test_who_is_scared_of_someone_finds_the_caution_at_the_top(client):
    (href,) = [href for said, href in doors(client, "/") if said == "Someone scares me"]
    main = tree(client, href).one(id="main")
    first = main.all(of="block")[0]
    assert "block--note" in first.classes
    assert "hurts you" in first.words


def test_who_has_nobody_is_not_led_to_an_empty_table_of_people(client):
    (href,) = [href for said, href in doors(client, "/") if said == "I have nobody"]
    path, place = urldefrag(href)
    html = client.get(path).content.decode()
    section = html.partition(f'id="{place}"')[2].partition("<h2")[0]
    assert "tel:988" in section
    assert "warmline" in section
    assert reverse("chapter", args=[BOOK, "my-map"]) + "#prompt-my-holds" in section
    assert "<table" not in section


# --- The short pages ---


def short(slug, name="chapter"):
    return reverse(name, args=[SHORT, slug])


def test_there_are_seven_short_pages():
    assert len(PAGES) == 7
    assert not any(re.search(r"\d", chapter.title) for chapter in library().book(SHORT).chapters)


def test_their_list_has_no_numbers_and_keeps_no_track(person, entered):
    client = entered(person)
    for slug in PAGES:
        client.get(short(slug))
    page = tree(client, reverse("book", args=[SHORT]))
    listed = page.one("section", "book__contents")
    assert not listed.all("ol")
    assert [link.attributes["href"] for link in listed.all("a")] == list(map(short, PAGES))
    assert not re.search(r"\d|opened before|here last|\bmin\b", listed.words)


@pytest.mark.parametrize("slug", PAGES)
def test_a_short_page_has_no_number_no_minutes_and_nothing_before_or_after_it(browser, slug):
    page = tree(browser, short(slug))
    main = page.one(id="main")
    assert not [link for link in page.all("a") if link.attributes.get("rel") in {"prev", "next"}]
    assert not re.search(r"\d", page.one("title").words + main.one("h1").words)
    assert not re.search(r"\b(?:page|day|step) \d|\bminutes? to read\b", main.words)


@pytest.mark.parametrize("slug", PAGES)
def test_a_short_page_can_be_printed(client, slug):
    assert short(slug, "chapter-print") in {
        link.attributes["href"] for link in tree(client, short(slug)).all("a")
    }
    paper = tree(client, short(slug, "chapter-print"))
    for prompt in library().book(SHORT).chapter(slug).prompts:
        assert paper.all(id=f"question-{prompt.id}")


@pytest.mark.parametrize("slug", PAGES)
def test_a_short_page_asks_little(slug):
    chapter = library().book(SHORT).chapter(slug)
    assert len(source(chapter.path).split()) < 400
    assert len(chapter.prompts) <= 2

"""The hard-day card: all of its reader's words at once, on screen and on paper, or after a tap."""

import pytest
from django.test import Client

from tests.elements import page
from tests.journal.writing import write
from tests.prompts.books import write_book
from workbook.journal.models import Place
from workbook.journal.reading_position import place_of

pytestmark = pytest.mark.django_db

BOOK = """
::: short answer hear
What would you want to hear?
:::

::: long answer around
sensitive: yes
framing: F.
way out: W.
What are you still around for?
:::

::: people folk
kinds: Peer
Who?
:::

::: short answer blank
What else?
:::

::: card one
title: For a hard day

- What I want to hear: hear
- What I’m still around for: around
- Who to try: folk
- Nothing here: blank
:::

::: card two
- Still around for: around
:::
"""
ANSWERS = {
    "hear": {"text": "You said that last time, too."},
    "around": {"text": "The tomatoes."},
    "folk": {"people": [{"who": "Sis", "kinds": [], "good_for": "", "reach": "(555) 010-2030"}]},
}
CARD = "/books/small/cards/one/"


@pytest.fixture
def book(settings, tmp_path):
    return write_book(settings, tmp_path / "content", BOOK)


@pytest.fixture
def client(book, person, entered):
    for ident, answer in ANSWERS.items():
        prompt = book.prompt(ident).prompt
        write(person.user, person.keyring, book, prompt, answer, expected=0)
    return entered(person)


def card_of(client, address=CARD):
    return page(client.get(address).text).one("main", id="main").one("article", "hard-day-card")


def choose(client, value, address=CARD):
    """Presses the button on the card's page."""
    form = page(client.get(address).text).one("main", id="main").one("form")
    button = form.one("button")
    assert button.attributes["value"] == value
    token = form.one("input", name="csrfmiddlewaretoken").attributes["value"]
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = client.cookies
    data = {"sensitive": value, "csrfmiddlewaretoken": token}
    assert browser.post(address, data).status_code == 302


def test_every_heading_with_words_is_shown_without_a_tap(client):
    card = card_of(client)
    assert [heading.words for heading in card.all("h2")] == [
        "What I want to hear",
        "What I’m still around for",
        "Who to try",
    ]
    assert not card.all("details")
    for answer in ("You said that last time, too.", "The tomatoes.", "Sis"):
        assert answer in card.words


def test_own_people_can_be_called_and_texted_from_it(client):
    links = [a.attributes["href"] for a in card_of(client).one(of="reach").all("a")]
    assert links == ["tel:5550102030", "sms:5550102030"]


def test_its_reader_can_choose_a_tap_for_what_is_sensitive_and_take_that_back(client, person):
    choose(client, "closed")
    (closed,) = card_of(client).all("details")
    assert closed.one("summary").words == "What I’m still around for"
    assert "The tomatoes." in closed.words
    assert "open" not in closed.attributes
    assert card_of(client).words.count("The tomatoes.") == 1
    # Paper is opened with the rest: what folds there is unfolded by the page, style and script.
    assert "fold" in closed.classes
    choose(client, "open")
    assert not card_of(client).all("details")


def test_the_choice_is_of_one_card_and_of_one_person_and_is_sealed(client, make_person, entered, book, person):  # fmt: skip
    choose(client, "closed")
    assert not card_of(client, "/books/small/cards/two/").all("details")
    assert b"one" not in bytes(Place.objects.get().sealed)
    other = make_person("somebody-else")
    prompt = book.prompt("around").prompt
    write(other.user, other.keyring, book, prompt, ANSWERS["around"], expected=0)
    assert not card_of(entered(other)).all("details")
    client.get("/books/small/one/")
    person.user.refresh_from_db()
    where = place_of(person.user, person.keyring)
    assert (where.chapter, where.closed_cards) == ("one", ("small/one",))


def test_without_anything_sensitive_there_is_nothing_to_choose(book, person, entered):
    prompt = book.prompt("hear").prompt
    write(person.user, person.keyring, book, prompt, ANSWERS["hear"], expected=0)
    main = page(entered(person).get(CARD).text).one("main", id="main")
    assert not main.all("form")


def test_signed_out_a_choice_changes_nothing_and_the_help_comes_first(book):
    assert Client().post(CARD, {"sensitive": "closed"}).status_code == 302
    assert not Place.objects.exists()
    assert page(Client().get(CARD).text).one("main", id="main").one("h1").words == "Help first"

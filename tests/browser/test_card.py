"""The card for a hard day on paper: one sheet, folded to a pocket, whatever its writer needed."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.journal.writing import write
from workbook.chapters.loader import library

pytestmark = pytest.mark.django_db(transaction=True)

BOOK = "alongside"
CARD = reverse("card", args=[BOOK, "hard-day-card"])
FULL = {
    "want-to-hear": {
        "text": "You've been here before. You said it was forever then, too, and it was a Thursday."
        "\nYou don't have to decide anything tonight. Eat the toast. The dog still wants out at six."
        "\nNobody who matters is keeping score. Call before you argue with yourself about calling."
    },
    "hard-day-people": {
        "people": [
            {"who": "Auntie Fay", "kinds": ["Personal"], "good_for": "picking up on the ninth ring",
             "reach": "+1 555 010 2233"},
            {"who": "Dana, next room", "kinds": ["Personal"], "good_for": "TV on, no questions",
             "reach": "knock twice"},
            {"who": "Leon from Mondays", "kinds": ["Peer"], "good_for": "not sighing",
             "reach": "+1 555 010 7788, after six"},
            {"who": "Dr. Amundsen's office", "kinds": ["Professional"], "good_for": "a same-day slot",
             "reach": "+1 555 010 9000, press 3"},
            {"who": "The warmline", "kinds": ["A line"], "good_for": "a voice when it's late",
             "reach": "+1 555 010 4141"},
        ]
    },
    "got-through-hour": {
        "ticked": [
            "Sitting in the same room as someone",
            "A shower, or cold water on my face",
            "A show I know by heart",
            "Holding an animal",
        ],
        "own": [
            {"text": "The long way round the reservoir with the radio on", "ticked": True},
            {"text": "Folding every towel in the house", "ticked": True},
        ],
    },
    "safer-places": {
        "columns": ["Place or company", "When I could go"],
        "rows": [
            ["My cousin's couch on Alder Street", "any time, key under the third pot"],
            ["The laundromat with the good lights", "until midnight, every day"],
            ["The emergency waiting room", "always; say the sentence at the desk"],
        ],
    },
    "others-do": {
        "columns": ["Who", "Please do", "Please don't"],
        "rows": [
            ["Dana", "Sit with the TV on. Ask about soup.", "Ask how I feel, or call my mother"],
            ["Fay", "Talk about the garden until I laugh", "Say it could be worse"],
            ["My manager", "Move my shift, no reason asked", "Tell the others at the desk"],
        ],
    },
    "around-for": {
        "columns": ["What or who", "When, if there's a date"],
        "rows": [["My niece's recital", "May 9"], ["The first tomato", "July, if it rains"]],
    },
    "half-believe": {"text": "I'm having a hard time, and I told one person."},
    "first-signs": {
        "ticked": ["My nights get short, or my days get slept away", "I leave messages unread"],
        "own": [{"text": "I stop humming in the car", "ticked": True}],
    },
    "same-day": {
        "columns": ["If I notice these two", "That same day I will", "And I'll tell"],
        "rows": [
            ["short nights, and I'm mad at everyone", "no screens after ten", "Fay, by text"],
            ["I skip Monday and say I'm busy", "eat, and go to Tuesday instead", "Leon"],
        ],
    },
}  # fmt: skip


def the_card():
    blocks = library().book(BOOK).chapter("hard-day").blocks
    return next(block for block in blocks if block.kind == "card")


@pytest.fixture
def full_card(person):
    assert set(FULL) == {heading.prompt for heading in the_card().headings}
    book = library().book(BOOK)
    for ident, answer in FULL.items():
        placed = book.prompt(ident).prompt
        write(person.user, person.keyring, book, placed, answer, expected=0)


@pytest.fixture
def page(new_context, entered, person, live_server):
    context = new_context()
    token = entered(person).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": token, "url": live_server.url}]
    )
    return context.new_page()


@pytest.mark.parametrize("sheet", ["Letter", "A4"])
def test_a_full_card_prints_on_one_page(page, full_card, sheet):
    page.goto(CARD)
    for answer in FULL.values():
        for words in re.findall(r"'(?:text|who)': '([^'\\]{8,})'", repr(answer)):
            expect(page.locator(".hard-day-card")).to_contain_text(words)
    expect(page.get_by_text("The first tomato")).to_be_visible()
    paper = page.pdf(format=sheet)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_on_paper_the_card_has_its_help_its_columns_and_nothing_cut_off(page, full_card):
    page.set_viewport_size({"width": 692, "height": 900})  # Letter within its margins
    page.goto(CARD)
    page.emulate_media(media="print")
    for part in ("#crisis-banner", "#disclaimer", ".hard-day-card__help"):
        expect(page.locator(part)).to_be_visible()
    for part in ("#exit", ".site-header", ".no-print >> nth=0"):
        expect(page.locator(part)).to_be_hidden()
    headed = [heading.words for heading in the_card().headings]
    assert page.locator(".hard-day-card h2").all_inner_texts() == headed
    expect(page.get_by_role("heading", name="What I’d like to be around for")).to_be_visible()
    headings = page.locator(".hard-day-card section h2").all()
    begins = {round(box["x"]) for heading in headings if (box := heading.bounding_box())}
    assert len(begins) == 2, "one place to begin in each of two columns"
    assert page.evaluate("document.documentElement.scrollWidth") <= 692


def test_what_opens_with_a_tap_on_screen_is_open_on_paper_and_closes_again(page, full_card):
    page.goto(CARD)
    page.get_by_role("button", name="Show the private part only after a tap").click()
    tomato = page.get_by_text("The first tomato")
    expect(tomato).to_be_hidden()
    page.emulate_media(media="print")
    expect(tomato).to_be_visible()
    page.emulate_media(media="screen")
    expect(tomato).to_be_hidden()
    # Browsers whose styles can't unfold anything do it by the page's script.
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(tomato).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(tomato).to_be_hidden()
    page.locator(".hard-day-card summary").click()
    expect(tomato).to_be_visible()
    page.get_by_role("button", name="Show all of it at once").click()
    expect(page.locator(".hard-day-card summary")).to_have_count(0)
    expect(tomato).to_be_visible()

"""What is said before a question is asked, what none of them asks, and what is left for an hour."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from tests import elements
from tests.content.texts import (
    BOOK,
    TEXTS,
    all_of,
    before_the_first_question,
    chapter,
    page,
    source,
    words,
)
from tests.journal.writing import write
from workbook.chapters.loader import library

# --- Courts ---

COURT = re.compile(r"[Ii]f you have .*?\bcourt\b.*?\bcustody case\b.*?\bprobation\b")


def test_that_a_court_may_order_it_shown_is_said_before_the_first_question():
    said = words(all_of(before_the_first_question(chapter("start-here").blocks)))
    assert COURT.search(said)
    assert "You can read the whole book and write nothing." in said


def test_that_a_court_may_order_it_shown_is_on_the_page_about_privacy():
    said = words(all_of(page("privacy").blocks))
    assert COURT.search(said)
    assert "You can read everything and write nothing." in said


def test_nobody_is_to_be_made_to_show_their_pages():
    assert "Never require anyone to show their pages" in words(
        all_of(page("for-organizations").blocks)
    )
    assert "No group or program ought to make anyone show their pages." in words(
        all_of(chapter("start-here").blocks)
    )


# --- Questions ---

NEVER_ASKED = re.compile(
    r"\bwhy\b|\bworst\b|\bduring\b|\btraumatic\b|\bcamera\b|\bwent badly\b|\bhow much did you\b",
    re.IGNORECASE,
)


def asked(prompt):
    """Everything that a question puts to its reader."""
    texts = (one.text for name in ("statements", "steps") for one in getattr(prompt, name, ()))
    return " ".join(
        [
            prompt.question.plain,
            prompt.hint,
            prompt.framing.plain,
            *(
                word
                for name in ("options", "columns", "row_labels")
                for word in getattr(prompt, name, ())
            ),
            *(text if isinstance(text, str) else text.plain for text in texts),
        ]
    )


@pytest.mark.parametrize(
    "prompt",
    [placed.prompt for book in library().books for placed in book.prompts],
    ids=lambda prompt: prompt.id,
)
def test_no_question_asks_for_reasons_or_takes_anyone_back_into_it(prompt):
    assert prompt.question.plain
    assert not NEVER_ASKED.search(asked(prompt))


def test_the_question_about_a_setback_asks_for_what_came_before_and_after():
    table = library().book(BOOK).prompt("before-and-after").prompt
    assert table.sensitive
    assert "The hour before" in source(chapter("kinder-voice").path)
    assert (
        table.question.plain == "What happened in the hour before? What was the first thing after?"
    )


# --- The next hour ---

LINES = ("A place near people.", "One person, or one line.", "What can wait.")


def test_the_three_lines_for_the_next_hour_stand_in_one_file():
    for line in LINES:
        holds = [text for text in TEXTS if line in source(text)]
        assert holds == ["pages/next-hour.md"], line
    elsewhere = "".join(
        path.read_text(encoding="utf-8")
        for folder, pattern in (("templates", "*.html"), ("workbook", "*.py"))
        for path in (settings.BASE_DIR / folder).rglob(pattern)
    )
    for line in LINES:
        assert line not in elsewhere


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/next-hour/", "/help-now/", reverse("card", args=[BOOK, "hard-day-card"])]
)
def test_the_three_lines_are_the_same_wherever_they_stand(client, address):
    response = client.get(address, follow=True)
    assert response.status_code == 200
    steps = elements.page(response.content.decode()).one(id="main").all("ol")
    wanted = elements.page(all_of(page("next-hour").blocks)).one("ol")
    assert [item.words for item in wanted.all("li")] in [
        [item.words for item in step.all("li")] for step in steps
    ]
    assert len(wanted.all("li")) == len(LINES)


@pytest.mark.parametrize("slug", ["start-here", "steady-first", "hard-day"])
def test_whoever_speaks_of_the_three_lines_leads_to_them(slug):
    markup = all_of(chapter(slug).blocks)
    links = [link for link in elements.page(markup).all("a") if link.words == "three lines"]
    assert [link.attributes["href"] for link in links] == [reverse("page", args=["next-hour"])]


# --- The card ---


def test_the_card_shows_reasons_to_live_at_once_and_first(person, entered):
    book = library().book(BOOK)
    for ident, answer in (
        ("around-for", {"columns": ["What or who", "When"], "rows": [["the tomatoes", "July"]]}),
        ("want-to-hear", {"text": "It passed the last time."}),
    ):
        write(person.user, person.keyring, book, book.prompt(ident).prompt, answer, expected=0)
    card = entered(person).get(reverse("card", args=[BOOK, "hard-day-card"])).content.decode()
    shown = elements.page(card).one("article", "hard-day-card")
    assert [heading.words for heading in shown.all("h2")] == [
        "What I’d like to be around for",
        "What I want to hear",
    ]
    assert "the tomatoes" in shown.words
    assert not shown.all("details"), "nothing needs a tap, and paper has what the screen has"
    assert not shown.all(of="no-print")

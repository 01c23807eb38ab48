"""The tools of the chapters work over one another's answers, and none of them counts."""

import html
import re

import pytest
from django.template.defaultfilters import striptags
from django.urls import reverse

from workbook.chapters.loader import library
from workbook.journal.writing import write

BOOK = "alongside"
CARD = reverse("card", args=[BOOK, "hard-day-card"])
NOBODY_ELSES_NAME = "Wilhelmina"
TODAY = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def keep(person):
    """``keep("prompt-id", answer)`` writes an answer of the person."""
    book = library().book(BOOK)

    def keep(prompt, answer, **more):
        placed = book.prompt(prompt).prompt
        more = {"expected": 0, **more}
        write(person.user, person.keyring, book, placed, answer, **more)

    return keep


@pytest.fixture
def a_map(keep):
    keep("my-people", {"people": [
        {"who": NOBODY_ELSES_NAME, "kinds": ["Peer"], "good_for": "late talks", "reach": ""},
    ]})  # fmt: skip
    keep("my-holds", {
        "columns": ["What or where", "How it holds me", "When I can get to it"],
        "rows": [["the reservoir", "it is always there", "before work"]],
    })  # fmt: skip


def page(client, slug, **query):
    response = client.get(reverse("chapter", args=[BOOK, slug]), query)
    assert response.status_code == 200
    return response.content.decode()


def between(text, start, end):
    return text.partition(start)[2].partition(end)[0]


def words(markup):
    return " ".join(html.unescape(striptags(markup)).split())


# --- The map of chapter 5 ---


def test_the_map_shows_its_people_in_the_guide_of_who_for_what(person, entered, a_map):
    found = page(entered(person), "who-for-what")
    step = between(found, 'id="step-where-to-turn-peer"', 'id="step-where-to-turn-personal"')
    assert NOBODY_ELSES_NAME in step
    other = between(found, 'id="step-where-to-turn-personal"', 'id="step-where-to-turn-later"')
    assert NOBODY_ELSES_NAME not in other, "a peer is shown where a peer is asked for"


def test_the_map_shows_its_people_where_an_ask_is_put_together(person, entered, a_map):
    found = page(entered(person), "asking")
    assert NOBODY_ELSES_NAME in between(found, "People you could ask", 'id="prompt-could-you"')


def test_the_map_shows_its_people_on_the_card(person, entered, a_map):
    card = entered(person).get(CARD).content.decode()
    assert NOBODY_ELSES_NAME in between(card, "Who is on my map", "</section>")


def test_the_map_is_drawn_again_where_the_seasons_are(person, entered, a_map):
    found = page(entered(person), "onward")
    season = between(found, "Your map, as you left it", 'id="prompt-season-shifts"')
    assert NOBODY_ELSES_NAME in season
    assert "the reservoir" in season


def test_taking_a_name_off_the_map_takes_it_off_everywhere(person, entered, a_map, keep):
    keep("my-people", {"people": []}, expected=1)
    client = entered(person)
    for slug in ("my-map", "who-for-what", "asking", "onward"):
        assert NOBODY_ELSES_NAME not in page(client, slug)
    assert NOBODY_ELSES_NAME not in client.get(CARD).content.decode()


# --- The balance check of chapter 5 ---

GAPS = [
    ("Is there someone of each kind", "not now", "gap-named"),
    ("Is one person carrying too much", "yes", "ten-minute-moves"),
    ("Over time, does care go both ways", "not now", "ten-minute-moves"),
    ("Do you have ties that have nothing to do with health", "not now", "ten-minute-moves"),
    ("Could you reach someone in practice", "not now", "gap-phases"),
    ("Is there care you keep putting off", "yes", "first-call-ready"),
    ("Is a clinician the only one", "yes", "done-differently"),
]


def balance():
    return library().book(BOOK).prompt("balance").prompt


@pytest.mark.parametrize(("number", "gap"), list(enumerate(GAPS)))
def test_each_gap_in_the_balance_leads_to_the_part_that_fits_it(number, gap):
    begins, concern, target = gap
    statement = balance().statements[number]
    assert statement.text.startswith(begins)
    assert statement.concern == concern
    reply = statement.replies[concern]
    assert f'href="/books/{BOOK}/fill-a-gap/#prompt-{target}"' in reply
    assert library().book(BOOK).prompt(target).chapter.slug == "fill-a-gap"


def test_a_gap_shows_its_way_on_and_no_other(person, entered, keep):
    first, second, *rest = balance().statements
    keep("balance", {"answers": [
        {"statement": first.text, "answer": "yes"},
        {"statement": second.text, "answer": second.concern},
        *({"statement": statement.text, "answer": "skip"} for statement in rest),
    ]}, occurrence=TODAY)  # fmt: skip
    found = page(entered(person), "my-map", entry=TODAY)
    follow_up = between(found, 'id="follow-up-balance"', "</div>")
    assert second.replies[second.concern] in follow_up
    assert follow_up.count("fill-a-gap/#prompt-") == 1


# --- The card of chapter 13 ---


def test_the_card_leaves_out_what_was_offered_and_not_ticked(person, entered, keep):
    keep("got-through-hour", {
        "ticked": ["Holding an animal"],
        "own": [{"text": "Counting trucks", "ticked": True}],
    })  # fmt: skip
    card = entered(person).get(CARD).content.decode()
    for mine in ("Holding an animal", "Counting trucks"):
        assert mine in card
    assert "A show I know by heart" not in card
    assert re.findall(r"<h2>(.*?)</h2>", card) == ["What has got me through an hour"]


def test_locked_the_card_says_help_then_three_lines_then_where_the_password_goes(
    client, person, entered
):
    for browser in (client, entered(person, locked=True)):
        markup = browser.get(CARD).content.decode()
        main = between(markup, "<main", "</main>")
        lifeline, lines, way_in = (
            main.index('href="tel:'),
            main.index("When the hour is over"),
            main.index(reverse("enter") + "?next="),
        )
        assert lifeline < lines < way_in
        assert "password" not in words(main[:lines])
        assert main[:way_in].count("<li>") >= 3


# --- Nothing is counted ---

COUNTED = re.compile(
    r"\b\d+\s*(?:of|/)\s*\d+\b|\d\s?%|\bpercent|\bprogress|\bstreak|\bcomplet|\bfinished\b"
    r"|\bremaining\b|\bin a row\b|\bscore\b|\bbadge|\bchapters? (?:done|left)|\bcongrat|\bwell done"
    r"|\bmissed\b|\bbehind\b|\blevel \d|\bgoals?\b",
    re.IGNORECASE,
)


def test_contents_and_home_show_where_someone_was_and_count_nothing(person, entered, a_map):
    client = entered(person)
    for chapter in library().book(BOOK).chapters:
        page(client, chapter.slug)
    home = words(between(client.get("/").content.decode(), "<main", "</main>"))
    contents = client.get(reverse("book", args=[BOOK])).content.decode()
    chapters = words(between(contents, 'id="chapters"', "</section>"))
    assert chapters.count("opened before") == 13
    assert chapters.count("you were here last") == 1
    assert "Unfinished is fine." in chapters
    of_the_book = {chapter.summary for chapter in library().book(BOOK).chapters}
    for summary in of_the_book:
        chapters = chapters.replace(summary, "")
    for said in (home, chapters):
        assert not COUNTED.search(said), COUNTED.search(said)


def test_every_chapter_stands_alone(client):
    """Each opens by itself, and none says that another has to be read before."""
    for chapter in library().book(BOOK).chapters:
        said = words(page(client, chapter.slug))
        assert not re.search(r"\b(?:you must|have to|first need to) (?:read|finish)\b", said)
        assert not re.search(r"\bas we saw\b|\bin the (?:last|previous) chapter\b", said)

"""The tools of the chapters work over one another's answers, and none of them counts."""

import html
import re

import pytest
from django.template.defaultfilters import striptags
from django.urls import reverse

from tests import elements
from tests.elements import page as parsed
from tests.journal.writing import write
from tests.prompts.conftest import sent_by_browser
from workbook.chapters.loader import library

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


# --- The support map ---


def test_the_map_shows_its_people_in_the_guide_of_who_for_what(person, entered, a_map):
    found = elements.page(page(entered(person), "who-for-what"))
    named = [
        step.attributes["data-step"]
        for step in found.one(id="guide-where-to-turn").all("li", "guide__step")
        if NOBODY_ELSES_NAME in step.words
    ]
    assert named == ["peer"], "a peer is shown where a peer is asked for"


def test_the_map_shows_its_people_where_an_ask_is_put_together(person, entered, a_map):
    found = page(entered(person), "asking")
    assert NOBODY_ELSES_NAME in between(found, "People you could ask", 'id="prompt-could-you"')


def test_a_name_on_the_map_is_put_on_the_card_with_one_press(person, entered, a_map):
    client = entered(person)
    assert NOBODY_ELSES_NAME not in client.get(CARD).content.decode(), "not before it was picked"
    found = page(client, "hard-day")
    asked = found[found.index('id="prompt-hard-day-people"') :].partition("</form>")[0]
    (press,) = [
        button.attributes["value"]
        for button in elements.page(asked).all("button", name="do")
        if NOBODY_ELSES_NAME in button.words
    ]
    data = {}
    for name, value in (*sent_by_browser(asked), ("do", press)):
        data.setdefault(name, []).append(value)
    client.post(reverse("save-answer", args=[BOOK, "hard-day-people"]), data)
    card = client.get(CARD).content.decode()
    assert NOBODY_ELSES_NAME in between(card, "Who to try, in this order", "</section>")


def test_the_map_is_drawn_again_where_the_seasons_are(person, entered, a_map):
    found = page(entered(person), "onward")
    season = between(found, ">Your map, as you left it<", 'id="prompt-season-shifts"')
    assert NOBODY_ELSES_NAME in season
    assert "the reservoir" in season


def test_taking_a_name_off_the_map_takes_it_off_everywhere(person, entered, a_map, keep):
    shown = [chapter.slug for chapter in library().book(BOOK).chapters]
    shown = [slug for slug in shown if NOBODY_ELSES_NAME in page(entered(person), slug)]
    assert shown == ["my-map", "who-for-what", "asking", "fair-edges", "hard-day", "onward"]
    keep("my-people", {"people": []}, expected=1)
    for slug in shown:
        assert NOBODY_ELSES_NAME not in page(entered(person), slug)


# --- The seven questions about balance ---

GAPS = [
    # what it says; which answer is a gap; where the reply leads on; what it says to do
    ("There’s someone for me in each kind", "not now", "gap-named", "Pick one kind"),
    ("Too much rests on one person", "yes", "someone-else-could", "keep them and add others"),
    ("Over time, I give as well as receive", "not now", "", "ask someone how their week was"),
    ("I know people outside of my mental health", "not now", "", "Think of one thing you like"),
    ("When I need support, I can get to it", "not now", "", "Save one number in your phone"),
    ("There is professional help I need", "yes", "fill-a-gap", "What’s in the way?"),
    ("My therapist has become all", "yes", "", "help you find one more person"),
]


def balance():
    return library().book(BOOK).prompt("balance").prompt


def address_of(target):
    """Of a question, or else of a chapter."""
    book = library().book(BOOK)
    if target in {chapter.slug for chapter in book.chapters}:
        return reverse("chapter", args=[BOOK, target])
    slug = book.prompt(target).chapter.slug
    return f"{reverse('chapter', args=[BOOK, slug])}#prompt-{target}"


def test_there_are_seven_questions_about_balance_each_with_a_next_step():
    assert len(balance().statements) == len(GAPS) == 7


@pytest.mark.parametrize(("number", "gap"), list(enumerate(GAPS)), ids=range(1, 8))
def test_each_gap_in_the_balance_leads_on_to_a_next_step(number, gap):
    begins, concern, target, step = gap
    statement = balance().statements[number]
    assert statement.text.startswith(begins)
    assert statement.concern == concern
    reply = elements.page(statement.replies[concern])
    assert step in reply.words
    links = [link.attributes["href"] for link in reply.all("a")]
    assert links == ([address_of(target)] if target else [])


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
    others = [reply for one in (first, *rest) for reply in one.replies.values()]
    assert not [reply for reply in others if reply in follow_up]


# --- The card for a hard day ---


def test_the_card_leaves_out_what_was_offered_and_not_ticked(person, entered, keep):
    keep("got-through-hour", {
        "ticked": ["Holding an animal"],
        "own": [{"text": "Counting trucks", "ticked": True}],
    })  # fmt: skip
    card = entered(person).get(CARD).content.decode()
    for mine in ("Holding an animal", "Counting trucks"):
        assert mine in card
    assert "A show I know by heart" not in card
    headings = parsed(card).one(id="main").all("h2")
    assert [one.words for one in headings] == ["What has got me through an hour"]


def test_locked_the_card_says_help_then_three_lines_then_where_the_password_goes(
    client, person, entered
):
    for browser in (client, entered(person, locked=True)):
        markup = browser.get(CARD).content.decode()
        main = between(markup, "<main", "</main>")
        lifeline, lines, way_in = (
            main.index('href="tel:'),
            main.index("This is for one hour and no longer."),
            main.index(reverse("login") + "?next="),
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
    assert chapters.count("opened before") == len(library().book(BOOK).chapters) - 1
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

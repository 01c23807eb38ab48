"""Looking back: nothing opens unasked, what holds comes first, and "not again" is kept sealed."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from workbook.journal.models import PutAside
from workbook.journal.review.hidden import hidden_of

BOOK, LINE, LONG = "alongside", "today-brought", "understood-once"
STEADY = "steady-now"


def html_of(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def people(*names):
    return {"people": [{"who": n, "kinds": ["Peer"], "good_for": "", "reach": ""} for n in names]}


def scale(value):
    return {"value": value, "low": "Not steady at all", "high": "Steady"}


@pytest.fixture
def written(person, put, clock):
    """A journal with some of everything, written over two days."""
    put(person, "the first words")
    put(person, "", "my-people", answer=people("Ana"))
    put(person, "the heaviest words", "off-course")
    put(person, "", STEADY, answer=scale(3), occurrence="00000000-0000-4000-8000-000000000001")
    clock.forward(days=2)
    put(person, "the words of later")
    put(person, "", "my-people", answer=people("Ana", "Bo"))
    put(person, "", STEADY, answer=scale(6), occurrence="00000000-0000-4000-8000-000000000002")
    return person


def test_an_empty_journal_has_nothing_to_look_back_at_and_says_so_kindly(person, entered):
    assert "nothing to look back at yet" in html_of(entered(person), "look-back")


def test_the_first_page_opens_nothing_and_begins_with_what_holds(written, entered):
    html = html_of(entered(written), "look-back")
    for words in ("the first words", "the words of later", "the heaviest words", "Ana"):
        assert words not in html
    order = [
        html.index(words) for words in ("What holds you up", "Walking Beside", "Heavier chapters")
    ]
    assert order == sorted(order)
    assert html.index("A Kinder Voice") > html.index("Heavier chapters")


def test_what_holds_shows_people_and_places_and_nothing_heavy(written, entered):
    html = html_of(entered(written), "what-holds")
    assert "Bo" in html
    assert "the heaviest words" not in html
    assert "the words of later" not in html


def test_a_chapter_stands_then_beside_now(written, entered):
    html = html_of(entered(written), "chapter-back", BOOK, "walking-beside")
    assert html.index("the first words") < html.index("the words of later")
    assert ">Then<" in html
    assert ">Now<" in html


def test_what_never_changed_stands_once(person, entered, put):
    put(person, "as it always was")
    html = html_of(entered(person), "chapter-back", BOOK, "walking-beside")
    assert html.count("as it always was") == 1
    assert ">Then<" not in html


def test_sensitive_answers_open_with_a_press(written, entered):
    html = html_of(entered(written), "chapter-back", BOOK, "kinder-voice")
    assert re.search(
        r"<details>\s*<summary>Show what you wrote</summary>.*the heaviest words", html, re.S
    )


def test_a_scale_is_drawn_over_time_with_the_same_as_a_table(written, entered):
    html = html_of(entered(written), "over-time", BOOK, STEADY)
    assert '<svg class="chart"' in html
    assert re.findall(r"</th>\s*<td>(\d+)</td>", html) == ["3", "6"]
    assert not re.search(r"average|total|better|worse|score", html.split("<main")[1], re.I)


def test_one_answer_is_shown_without_a_drawing(person, entered, put):
    put(person, "", STEADY, answer=scale(3), occurrence="00000000-0000-4000-8000-000000000001")
    html = html_of(entered(person), "over-time", BOOK, STEADY)
    assert '<svg class="chart"' not in html
    assert "3 on a scale" in html


def test_a_check_that_is_asked_once_shows_its_earlier_versions(person, entered, put, clock, book):
    statement = book.prompt("picture-now").prompt.statements[0].text
    for answer in ("becoming", "true now"):
        put(person, "", "picture-now", answer={"answers": {statement: answer}})
        clock.forward(days=3)
    response = entered(person).get(reverse("over-time", args=[BOOK, "picture-now"]))
    assert response.status_code == 200


def test_the_map_stands_then_and_now(written, entered):
    html = html_of(entered(written), "map-back", BOOK)
    then, now = html.split("Now, written")
    assert "Bo<" not in then
    assert "Bo<" in now
    assert html.count('<svg class="map"') == 2
    assert len(re.findall(r'id="block-\d"', html)) == 2


def test_a_map_of_one_time_is_drawn_once_and_none_is_said(person, entered, put):
    client = entered(person)
    assert "no map to show" in html_of(client, "map-back", BOOK)
    put(person, "", "my-people", answer=people("Ana"))
    assert html_of(client, "map-back", BOOK).count('<svg class="map"') == 1


def test_not_this_one_again_is_kept_sealed_and_can_be_taken_back(written, entered):
    client = entered(written)
    client.post(reverse("put-aside"), {"prompt": f"{BOOK}/{LONG}"})
    client.post(reverse("put-aside"), {"chapter": f"{BOOK}/my-map"})
    assert "the first words" not in html_of(client, "chapter-back", BOOK, "walking-beside")
    assert "Bo<" not in html_of(client, "what-holds")
    row = PutAside.objects.get()
    assert LONG.encode() not in bytes(row.sealed)
    assert hidden_of(written.user, written.keyring).prompts == ((BOOK, LONG),)
    html = html_of(client, "look-back")
    assert "What you have hidden" in html
    client.post(reverse("put-aside"), {"prompt": f"{BOOK}/{LONG}", "do": "show again"})
    assert "the first words" in html_of(client, "chapter-back", BOOK, "walking-beside")


@pytest.mark.parametrize("fields", [{}, {"prompt": "x"}, {"prompt": f"{BOOK}/"}, {"chapter": "/"}])
def test_odd_wishes_change_nothing(person, entered, fields):
    assert entered(person).post(reverse("put-aside"), fields).status_code == 302
    assert not PutAside.objects.exists()


def test_what_no_book_has_is_not_found(person, entered):
    client = entered(person)
    for name, args in (
        ("chapter-back", ("nowhere", "x")),
        ("chapter-back", (BOOK, "nowhere")),
        ("over-time", (BOOK, "nowhere")),
        ("over-time", (BOOK, LONG)),
        ("map-back", ("nowhere",)),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404
    assert client.post(reverse("put-aside"), {"prompt": "nowhere/x"}).status_code == 404


def test_one_person_looks_back_at_their_own_words_only(written, make_person, entered):
    client = entered(make_person("bo"))
    assert "nothing to look back at yet" in html_of(client, "look-back")
    assert "the first words" not in html_of(client, "chapter-back", BOOK, "walking-beside")


def test_a_page_takes_few_queries_whatever_was_written(written, entered):
    client = entered(written)
    for name, args in (
        ("look-back", ()),
        ("what-holds", ()),
        ("chapter-back", (BOOK, "walking-beside")),
        ("map-back", (BOOK,)),
    ):
        with CaptureQueriesContext(connection) as captured:
            html_of(client, name, *args)
        assert len(captured) <= 6, name


def test_seasons_are_drawn_over_time_with_the_same_as_a_table(person, entered, put, clock):
    for number, season in enumerate(("Acute crisis", "Stable")):
        occurrence = f"00000000-0000-4000-8000-00000000000{number}"
        answer = {"chosen": [season], "own": "", "own_label": ""}
        put(person, "", "season", answer=answer, occurrence=occurrence)
        clock.forward(days=20)
    html = html_of(entered(person), "over-time", BOOK, "season")
    chart = re.search(r'class="chart".*?</figure>', html, re.S)[0]
    assert chart.count("<circle") == 2
    for name in ("Acute crisis", "Active treatment", "Stable"):
        assert f">{name}</text>" in chart
    assert re.findall(r"</th>\s*<td>(.*?)</td>", chart) == ["Acute crisis", "Stable"]

"""A chapter on paper: blank for anyone, with own answers only where their writer asks for them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.journal.writing import write
from tests.raw import with_a_bit_flipped
from workbook.chapters.loader import library

BOOK = "alongside"
HARD = reverse("chapter-print", args=[BOOK, "hard-day"])


@pytest.fixture
def book():
    return library().book(BOOK)


@pytest.fixture
def keep(person, book):
    """``keep("prompt-id", answer)`` writes an answer of the person."""

    def keep(prompt, answer, **more):
        placed = book.prompt(prompt)
        return write(person.user, person.keyring, book, placed.prompt, answer, expected=0, **more)

    return keep


@pytest.fixture
def hard_day(keep):
    keep("want-to-hear", {"text": "You said that last time too."})
    keep("around-for", {"columns": ["What or who", "When"], "rows": [["the tomatoes", "July"]]})


def text(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("chapter", [c.slug for c in library().book(BOOK).chapters])
def test_every_chapter_is_a_blank_worksheet_for_anyone(client, chapter):
    html = text(client.get(reverse("chapter-print", args=[BOOK, chapter])))
    for prompt in library().book(BOOK).chapter(chapter).prompts:
        assert f'id="question-{prompt.id}"' in html
    assert 'id="crisis-banner"' in html
    assert 'id="disclaimer"' in html
    assert "<textarea" not in html
    assert "csrfmiddlewaretoken" not in html


def test_signed_out_it_is_shared_and_sets_no_cookie(db):
    response = Client().get(HARD)
    assert response["Cache-Control"] == "no-cache"
    assert response["ETag"]
    assert not response.cookies
    assert Client().get(HARD, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_signed_in_it_is_still_blank_until_answers_are_asked_for(person, entered, hard_day):
    response = entered(person).get(HARD)
    assert "last time too" not in text(response)
    assert "no-store" in response["Cache-Control"]


def test_answers_come_by_post_and_sensitive_ones_stay_off(person, entered, hard_day):
    response = entered(person).post(HARD)
    html = text(response)
    assert "You said that last time too." in html
    assert "tomatoes" not in html
    assert "left off this page" in html
    assert "no-store" in response["Cache-Control"]


def test_a_sensitive_answer_is_printed_when_it_is_ticked(person, entered, hard_day):
    html = text(entered(person).post(HARD, {"sensitive": ["around-for", "unknown", "\0"]}))
    assert "tomatoes" in html


def test_someone_elses_answers_are_never_on_it(make_person, entered, hard_day):
    assert "last time too" not in text(entered(make_person("bo")).post(HARD))


def test_a_map_of_another_chapter_is_drawn_only_when_answers_are_asked_for(person, entered, keep):
    people = [{"who": "Uncle Obadiah", "kinds": ["Personal"], "good_for": "", "reach": ""}]
    keep("my-people", {"people": people})
    client = entered(person)
    onward = reverse("chapter-print", args=[BOOK, "onward"])
    assert "Uncle Obadiah" not in text(client.get(onward))
    assert "Uncle Obadiah" in text(client.post(onward))


def test_the_card_is_printed_with_what_was_chosen_for_it(person, entered, hard_day):
    client = entered(person)
    html = text(client.post(HARD))
    assert html.count("You said that last time too.") == 2
    assert text(client.post(HARD, {"sensitive": ["around-for"]})).count("the tomatoes") == 2


def test_entries_of_a_repeated_prompt_are_printed_with_their_dates(person, entered, book, keep):
    prompt = next(p.prompt for p in book.prompts if p.prompt.repeat and p.chapter)
    chapter = book.prompt(prompt.id).chapter
    assert prompt.kind == "scale"
    for number, day in enumerate(("2026-01-02", "2026-01-03")):
        keep(prompt.id, {"value": number, "low": "l", "high": "h"}, occurrence=day)
    html = text(entered(person).post(reverse("chapter-print", args=[BOOK, chapter.slug])))
    assert html.count("paper-answer__day") == 2


def test_a_damaged_answer_leaves_room_to_write(person, entered, keep):
    entry = keep("want-to-hear", {"text": "every yellow bus"}).entry
    type(entry).objects.update(sealed=with_a_bit_flipped(bytes(entry.sealed)))
    assert "every yellow bus" not in text(entered(person).post(HARD))


def test_signed_out_a_post_leads_to_the_door(db):
    response = Client().post(HARD)
    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


def test_a_locked_journal_leads_to_its_password(person, entered, hard_day):
    response = entered(person, locked=True).post(HARD)
    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


def test_the_form_needs_its_token(person, entered, hard_day):
    client = entered(person)
    client.handler.enforce_csrf_checks = True
    assert client.post(HARD).status_code == 403


def test_an_unknown_chapter_is_not_found(client, db):
    for method in (client.get, client.post):
        assert method(reverse("chapter-print", args=[BOOK, "nowhere"])).status_code == 404
        assert method(reverse("chapter-print", args=["nobook", "nowhere"])).status_code == 404


def test_a_guide_says_on_paper_where_each_way_leads(client, book):
    html = text(client.get(reverse("chapter-print", args=[BOOK, "who-for-what"])))
    assert "go to 2" in html
    assert 'href="#step-' not in html


def test_a_kind_without_a_paper_form_of_its_own_gets_what_it_offers_and_lines(book):
    from workbook.pages import printing

    placed = book.prompt("want-to-hear")
    item = printing.on_paper(book, [placed.prompt], {}, ())[0]

    class NewKind(type(placed.prompt)):
        kind = "new kind"

    fresh = NewKind(**{name: getattr(placed.prompt, name) for name in placed.prompt.__dict__})
    item = printing.on_paper(book, [fresh], {}, ())[0]
    assert "paper-lines" in item.room


def test_printing_takes_no_more_queries_for_more_prompts(
    person, entered, hard_day, django_assert_max_num_queries
):
    client = entered(person)
    with django_assert_max_num_queries(3):
        client.post(HARD)

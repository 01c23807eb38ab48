"""A scale that speaks to a number below the one given before: the same day, between the same ends."""

import datetime

import pytest
from django.urls import reverse

from tests.elements import page
from tests.journal.writing import write
from tests.prompts.books import write_book
from workbook.chapters.compiler import compile_chapter
from workbook.journal.entries.queries import answers_for
from workbook.journal.models import Entry
from workbook.journal.rendering.prompt_form import writer_of

pytestmark = pytest.mark.django_db

ENDS = "0: Coming apart\n10: Steady\n"
BEFORE = f"::: scale before\nrepeat: any\n{ENDS}\nBefore?\n:::\n"
AFTER = f"::: scale after\n{{keys}}{ENDS}falls from: before\nif lower: A *person* is near.\nif 0-3: Call first.\n\nAfter?\n:::\n"  # fmt: skip


@pytest.fixture(params=["repeat: any\n", ""])
def book(settings, tmp_path, request):
    return write_book(settings, tmp_path / "content", BEFORE + "\n" + AFTER.format(keys=request.param))  # fmt: skip


@pytest.fixture
def client(book, person, entered):
    return entered(person)


def before(person, book, value, occurrence="a", **ends):
    answer = {"value": value, "low": "Coming apart", "high": "Steady", **ends}
    prompt = book.prompt("before").prompt
    write(person.user, person.keyring, book, prompt, answer, expected=0, occurrence=occurrence)


def said_at_once(client, person, value):
    """What is shown under the scale when a number was tapped, without loading the page."""
    data = {"writer": writer_of(person.user), "version": "0", "answer": str(value)}
    headers = {"HX-Request": "true", "HX-Target": "status-after"}
    response = client.post(reverse("save-answer", args=["small", "after"]), data, headers=headers)
    assert response.status_code == 200
    return page(response.text).one(id="follow-up-after").words


def said_later(client, person, book):
    """The same on the page that comes back without a script: it shows the entry that was saved."""
    prompt = book.prompt("after").prompt
    (written,) = answers_for(person.user, person.keyring, book, [prompt])["after"]
    found = page(client.get(f"/books/small/one/?entry={written.occurrence}").text)
    return found.one(id="follow-up-after").words


@pytest.mark.parametrize(
    ("first", "then", "said"),
    [
        (7, 5, "A person is near."),
        (5, 5, ""),
        (5, 8, ""),
        (7, 2, "Call first."),
        (1, 0, "Call first."),
    ],
)
def test_a_smaller_number_is_answered_and_what_is_said_to_a_low_one_comes_first(
    client, person, book, first, then, said
):
    before(person, book, first)
    assert said_at_once(client, person, then) == said


def test_the_last_number_before_is_the_one_that_counts(client, person, book):
    before(person, book, 9)
    before(person, book, 4, "b")
    assert said_at_once(client, person, 5) == ""


def test_another_day_or_other_ends_say_nothing_of_today(client, person, book):
    before(person, book, 9, low="Something else")
    assert said_at_once(client, person, 5) == ""
    before(person, book, 8, "b")
    Entry.objects.update(day=datetime.date(2020, 1, 1))
    assert said_at_once(client, person, 4) == ""


def test_without_a_number_before_nothing_is_said(client, person, book):
    assert said_at_once(client, person, 5) == ""


def test_it_stands_on_the_page_that_is_loaded_anew(client, person, book):
    before(person, book, 7)
    said_at_once(client, person, 5)
    assert said_later(client, person, book) == "A person is near."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"::: scale a\n{ENDS}falls from: b\n\nHow?\n:::\n", "B223"),
        (f"::: scale a\n{ENDS}if lower: Call.\n\nHow?\n:::\n", "B223"),
    ],
)
def test_both_keys_are_needed(text, code):
    _chapter, problems = compile_chapter(f"---\ntitle: T\n---\n{text}", "small/01-one.md")
    assert [problem.code for problem in problems] == [code]


def test_it_falls_from_a_scale(settings, tmp_path):
    other = AFTER.format(keys="") + "\n::: short answer before\nWhat?\n:::\n"
    with pytest.raises(AssertionError, match="K106"):
        write_book(settings, tmp_path / "content", other)

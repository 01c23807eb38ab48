"""A small step that its reader wants to be asked about once: when, what is kept, and when not."""

import datetime
import io
import json
import uuid
import zipfile
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.elements import page
from tests.journal.writing import write
from tests.prompts.books import FRONT
from workbook.chapters.loader import library
from workbook.journal.entries.queries import answers_for
from workbook.journal.models import Entry
from workbook.journal.reading_position import close_card, place_of, remember
from workbook.journal.rendering.prompt_form import writer_of

pytestmark = pytest.mark.django_db

STEP = "Call Sis on <Tuesday>"
BOOK = """---
key: small
title: Small
check_in: steady
doors:
  - I just used -> two
  - I’m okay -> one
---

::: scale steady
repeat: any
0: Not steady
10: Steady
How steady are you?
:::
"""
ONE = """
::: short answer step
follow up: yes
What is one small step?
:::

::: long answer other
What else?
:::

::: recall step
:::
"""


@pytest.fixture
def book(settings, tmp_path):
    root = tmp_path / "content"
    (root / "small").mkdir(parents=True)
    (root / "small" / "book.md").write_text(BOOK)
    for name, text in (("01-one", ONE), ("02-two", "Text.\n"), ("03-three", "Text.\n")):
        (root / "small" / f"{name}.md").write_text(FRONT.format(title=name) + text)
    settings.CONTENT_DIR = root
    made = library()
    assert not made.problems, made.problems
    return made.book("small")


@pytest.fixture
def days_ago(monkeypatch):
    """``with days_ago(2):`` does what is done in it two days ago."""

    def days_ago(days):
        context = monkeypatch.context()
        now = timezone.now

        class Then:
            def __enter__(self):
                patch = context.__enter__()
                patch.setattr(timezone, "now", lambda: now() - datetime.timedelta(days=days))

            def __exit__(self, *_error):
                return context.__exit__(*_error)

        return Then()

    return days_ago


def keep(person, book, answer, prompt="step", expected=0, occurrence=""):
    asked = book.prompt(prompt).prompt
    return write(person.user, person.keyring, book, asked, answer, expected=expected, occurrence=occurrence)  # fmt: skip


@pytest.fixture
def reader(person, book, entered, days_ago):
    """A browser of somebody who read on, and who wrote a step two days ago with the box ticked."""
    with days_ago(2):
        keep(person, book, {"text": STEP, "ask_later": True})
        remember(person.user, person.keyring, book, book.chapter("one"))
    return entered(person)


def asked(client):
    """What the first page asks about a step; None where it asks nothing."""
    found = page(client.get("/").text).all("section", id="how-it-went")
    return found[0] if found else None


def say(client, person, section, do, words=""):
    fields = {
        name.attributes["name"]: name.attributes.get("value", "") for name in section.all("input")
    }
    return client.post(reverse("how-it-went"), {**fields, "words": words, "do": do})


def fill_up(client, person):
    """Saves pages of one's own until there is room for no more."""
    for _ in range(20):
        data = {"writer": writer_of(person.user), "answer": "words " * 15_000}
        if client.post(reverse("save-page", args=[uuid.uuid4()]), data).status_code == 422:
            return


def said(person, book):
    prompt = book.prompt("step").prompt
    found = answers_for(person.user, person.keyring, book, [prompt], with_afterward=True)
    return [written for written in found.get("step", []) if written.is_afterward]


def form_of(client):
    return page(client.get("/books/small/one/").text).one("form", id="prompt-step")


def test_the_box_is_not_ticked_by_itself_and_its_tick_is_kept_with_the_words(person, book, entered):
    client = entered(person)
    box = form_of(client).one("input", type="checkbox", name="ask-later")
    assert "checked" not in box.attributes
    address = reverse("save-answer", args=["small", "step"])
    data = {"writer": writer_of(person.user), "version": "0", "answer": STEP, "ask-later": "yes"}
    client.post(address, data)
    assert "checked" in form_of(client).one("input", name="ask-later").attributes
    client.post(address, {**data, "version": "1", "ask-later": ""})
    assert "checked" not in form_of(client).one("input", name="ask-later").attributes


def test_only_a_step_has_the_box_and_only_for_who_writes(person, book, entered):
    main = page(entered(person).get("/books/small/one/").text)
    assert len(main.all("input", name="ask-later")) == 1
    for address in ("/books/small/one/", "/books/small/one/print/"):
        assert "Ask me once" not in Client().get(address).text


def test_an_empty_step_asks_for_nothing(person, book):
    prompt = book.prompt("step").prompt
    assert prompt.is_empty({"text": "", "ask_later": True})
    assert prompt.as_text({"text": STEP, "ask_later": True}) == STEP


def test_it_is_asked_at_a_later_visit_once(reader, entered, person):
    section = asked(reader)
    assert section.one("q").words == STEP
    assert [button.words for button in section.all("button")][1:] == [
        "Tried it",
        "Not yet",
        "Changed my mind",
        "Don’t ask",
    ]
    assert asked(reader) is None
    assert asked(entered(person)) is None


def test_it_is_not_asked_on_the_day_it_was_written_or_changed(person, book, entered, days_ago):
    keep(person, book, {"text": STEP, "ask_later": True})
    remember(person.user, person.keyring, book, book.chapter("one"))
    client = entered(person)
    assert asked(client) is None
    Entry.objects.update(day=datetime.date(2020, 1, 1))
    assert asked(client) is None


def test_without_the_tick_nobody_is_asked(person, book, entered, days_ago):
    with days_ago(2):
        keep(person, book, {"text": STEP})
        remember(person.user, person.keyring, book, book.chapter("one"))
    assert asked(entered(person)) is None


def test_a_new_step_is_asked_about_again(reader, person, book, days_ago):
    assert asked(reader)
    with days_ago(1):
        keep(person, book, {"text": "Walk with Bo", "ask_later": True}, expected=1)
    assert asked(reader).one("q").words == "Walk with Bo"


@pytest.mark.parametrize(("value", "is_asked"), [(0, False), (3, False), (4, True), (10, True)])
def test_it_is_never_asked_after_a_low_check_in_of_the_day(reader, person, book, value, is_asked):
    ends = {"low": "Not steady", "high": "Steady"}
    keep(person, book, {"value": value, **ends}, "steady", occurrence="a")
    assert bool(asked(reader)) == is_asked


def test_the_check_in_that_counts_is_the_last_of_today(reader, person, book, days_ago):
    ends = {"low": "Not steady", "high": "Steady"}
    with days_ago(1):
        keep(person, book, {"value": 1, **ends}, "steady", occurrence="a")
    keep(person, book, {"value": 2, **ends}, "steady", occurrence="b")
    assert asked(reader) is None
    keep(person, book, {"value": 7, **ends}, "steady", occurrence="c")
    assert asked(reader), "what was held back is not lost"


def test_it_is_never_asked_where_a_door_about_using_led(reader):
    reader.get("/books/small/two/")
    assert asked(reader) is None
    reader.get("/books/small/three/")
    assert asked(reader)
    doors = page(reader.get("/").text).one("section", "doors").all("a")
    assert ["data-quiet" in door.attributes for door in doors] == [True, False]


@pytest.mark.parametrize(
    ("do", "words", "answer", "shown"),
    [
        ("tried", "", {"chosen": ["Tried it"], "own": "", "own_label": ""}, "Tried it"),
        (
            "not yet",
            "the bus <never> came",
            {"chosen": ["Not yet"], "own": "the bus <never> came", "own_label": "In your words"},
            "In your words: the bus <never> came",
        ),
        ("", "she laughed", {"chosen": [], "own": "she laughed", "own_label": "In your words"}, "she laughed"),
    ],
)  # fmt: skip
def test_what_is_said_is_an_entry_of_the_journal(reader, person, book, do, words, answer, shown):
    response = say(reader, person, asked(reader), do, words)
    assert response.status_code == 302
    (entry,) = said(person, book)
    assert entry.answer == answer
    assert entry.question == f"You wrote: “{STEP}” How did it go?"
    assert "Saved in your journal." in reader.get("/").text
    assert shown in page(reader.get("/journal/").text).one("main", id="main").words
    found = reader.post("/journal/search/", {"words": (words or "tried").split()[-1]})
    assert "How did it go?" in found.text
    own = page(reader.get(f"/journal/entries/{entry.entry.id}/").text).one("main", id="main")
    assert shown in own.words
    assert "Open the small step" in own.words


def test_words_about_a_step_come_back_where_the_database_is_busy(reader, person, book, monkeypatch):
    def busy(*_what):
        raise OperationalError("database is locked")

    monkeypatch.setattr("workbook.journal.views.afterward.keep", busy)
    response = say(reader, person, asked(reader), "tried", "it rang twice")
    assert response.status_code == 503
    assert "it rang twice" in response.text
    assert said(person, book) == []


def test_dont_ask_keeps_nothing_and_is_the_last_of_it(reader, person, book):
    assert say(reader, person, asked(reader), "no").status_code == 302
    assert say(reader, person, page(reader.get("/books/small/one/").text), "").status_code == 302
    assert said(person, book) == []
    assert asked(reader) is None


def test_the_step_stays_what_it_is(reader, person, book):
    say(reader, person, asked(reader), "tried", "it rang twice")
    html = page(reader.get("/books/small/one/").text)
    form = html.one("form", id="prompt-step")
    assert form.one("input", name="answer").attributes["value"] == STEP
    earlier = form.one("details", "prompt__earlier")
    assert "How it went" in earlier.words
    assert "it rang twice" in earlier.words
    assert html.one(of="recalled").words.count(STEP) == 1
    assert "Tried it" not in html.one(of="recalled").words


def test_it_prints_under_the_step(reader, person, book):
    say(reader, person, asked(reader), "tried", "it rang twice")
    blank = reader.get("/books/small/one/print/")
    assert "it rang twice" not in blank.text
    answers = page(reader.post("/books/small/one/print/").text).all("div", "paper-answer")
    assert STEP in answers[0].words
    assert "How it went: Tried it" in answers[1].words
    assert "earlier wording" not in answers[1].words


def test_it_is_taken_along_and_brought_in_again(reader, person, book, make_person, entered):
    say(reader, person, asked(reader), "changed", "it can wait")
    sent = b"".join(reader.post(reverse("export")))
    archive = zipfile.ZipFile(io.BytesIO(sent))
    assert "it can wait" in archive.read("journal.md").decode()
    entries = json.loads(archive.read("journal.json"))["entries"]
    assert {entry["kind"] for entry in entries} == {"short answer", "pick one"}
    other = make_person("somebody-else")
    there = entered(other)
    upload = SimpleUploadedFile("journal.zip", sent)
    assert there.post(reverse("import-journal"), {"file": upload}).status_code < 400
    (entry,) = said(other, book)
    assert entry.answer["own"] == "it can wait"
    assert form_of(there).one("input", name="answer").attributes["value"] == STEP


def test_said_twice_in_a_day_both_are_kept(reader, person, book):
    section = asked(reader)
    say(reader, person, section, "not yet", "no")
    say(reader, person, section, "not yet", "no")
    assert len(said(person, book)) == 1
    response = say(reader, person, section, "tried", "yes after all")
    (entry,) = said(person, book)
    assert response.url == f"/journal/entries/{entry.entry.id}/"
    assert "Another version" in reader.get(response.url).text


def test_words_come_back_where_they_can_not_be_kept(reader, person, book, make_person, entered):
    section = asked(reader)
    for client in (Client(), entered(make_person("somebody-else"))):
        response = say(client, person, section, "tried", "rain on the roof")
        assert response.status_code == 403
        if client.session.session_key:
            assert "rain on the roof" in response.text
    assert said(person, book) == []


def test_only_an_own_step_can_be_told_about(reader, person, book, make_person):
    section = asked(reader)
    other = make_person("somebody-else")
    strange = keep(other, book, {"text": "Theirs", "ask_later": True})
    own = keep(person, book, {"text": "no step"}, "other")
    for entry in (str(strange.entry.id), str(own.entry.id), "x", ""):
        section.one("input", name="entry").attributes["value"] = entry
        response = say(reader, person, section, "tried", "rain on the roof")
        assert response.status_code == 409
        assert "rain on the roof" in response.text
    assert said(person, book) == said(other, book) == []


def test_told_of_one_step_the_next_one_is_asked_about_and_an_old_one_never_again(
    reader, person, book, days_ago
):
    with days_ago(1):
        say(reader, person, asked(reader), "tried")
    with days_ago(1):
        keep(person, book, {"text": "Walk with Bo", "ask_later": True}, expected=1)
    assert asked(reader).one("q").words == "Walk with Bo"


def test_what_was_told_in_another_account_is_not_asked_after_it_was_brought_in(
    reader, person, book, make_person, entered
):
    say(reader, person, asked(reader), "tried")
    sent = b"".join(reader.post(reverse("export")))
    there = entered(make_person("somebody-else"))
    there.post(reverse("import-journal"), {"file": SimpleUploadedFile("journal.zip", sent)})
    assert asked(there) is None


@pytest.mark.parametrize("is_asked", [True, False])
def test_what_came_back_once_does_not_come_back_in_another_account(
    reader, person, make_person, entered, is_asked
):
    close_card(person.user, person.keyring, "small/card", is_closed=True)
    if is_asked:
        assert asked(reader)
    sent = b"".join(reader.post(reverse("export")))
    other = make_person("somebody-else")
    there = entered(other)
    there.post(reverse("import-journal"), {"file": SimpleUploadedFile("journal.zip", sent)})
    assert (asked(there) is None) == is_asked
    other.user.refresh_from_db()
    assert place_of(other.user, other.keyring).closed_cards == ("small/card",)


def test_what_is_brought_in_changes_nothing_that_was_asked_or_chosen(reader, person, book):
    assert asked(reader)
    close_card(person.user, person.keyring, "small/card", is_closed=True)
    sent = b"".join(reader.post(reverse("export")))
    remember(person.user, person.keyring, book, book.chapter("three"))
    reader.post(reverse("import-journal"), {"file": SimpleUploadedFile("journal.zip", sent)})
    assert asked(reader) is None
    person.user.refresh_from_db()
    assert place_of(person.user, person.keyring).closed_cards == ("small/card",)


def test_a_journal_that_is_not_open_is_asked_nothing(reader, person):
    reader.post(reverse("lock"))
    assert asked(reader) is None


def test_words_that_there_is_no_room_for_come_back(person, book, reader, settings):
    settings.SITE = replace(settings.SITE, account_megabytes=1)
    section = asked(reader)
    fill_up(reader, person)
    response = say(reader, person, section, "", "It went better than I thought.")
    assert response.status_code == 422
    back = page(response.text).one("textarea", name="words")
    assert back.words == "It went better than I thought."
    assert not said(person, book)

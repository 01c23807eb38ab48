"""Writing an answer in a real browser: it saves itself, says so truthfully, and loses nothing."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from workbook.chapters.loader import library
from workbook.journal.entries.queries import answers_for
from workbook.journal.entries.versions import versions_of
from workbook.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)

CHAPTER = "/books/alongside/start-here/"
FIELD = "#answer-today-brought"
STATUS = "#status-today-brought"
WORDS = "I came because the house was quiet. هادئ 🌙"


def carry(context: BrowserContext, client, live_server) -> None:
    """Give a browser the session of someone who has entered."""
    token = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": token, "url": live_server.url}]
    )


@pytest.fixture
def reader(new_context, entered, person, live_server) -> Callable[..., Page]:
    """``reader(java_script_enabled=False)`` → a page of someone whose journal is open."""

    def make(**options) -> Page:
        context = new_context(**options)
        carry(context, entered(person), live_server)
        return context.new_page()

    return make


def kept(person) -> list[dict]:
    book = library().book("alongside")
    prompt = book.prompt("today-brought").prompt
    found = answers_for(person.user, person.keyring, book, [prompt])
    return [written.answer for written in found.get(prompt.id, [])]


def test_words_save_themselves_after_a_pause_and_stand_there_on_return(reader, person):
    page = reader()
    page.goto(CHAPTER)
    page.locator(FIELD).press_sequentially(WORDS, delay=5)
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))
    assert kept(person) == [{"text": WORDS}]
    page.reload()
    expect(page.locator(FIELD)).to_have_value(WORDS)
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))


def test_typing_on_while_a_save_is_under_way_ends_with_the_last_words_kept(reader, person):
    page = reader()
    page.goto(CHAPTER)
    for part in ("one ", "two ", "three"):
        page.locator(FIELD).press_sequentially(part, delay=5)
        page.locator(FIELD).dispatch_event("change")
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))
    page.wait_for_load_state("networkidle")
    assert kept(person) == [{"text": "one two three"}]
    assert Entry.objects.count() == 1


def test_without_javascript_a_button_saves_and_brings_back_the_place(reader, person):
    page = reader(java_script_enabled=False)
    page.goto(CHAPTER)
    page.locator(FIELD).fill(WORDS)
    page.locator("#prompt-today-brought").get_by_role("button", name="Save").click()
    assert page.url.endswith("#prompt-today-brought")
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))
    assert kept(person) == [{"text": WORDS}]


def test_a_dead_network_is_said_and_the_words_are_saved_when_it_returns(reader, person):
    page = reader()
    page.goto(CHAPTER)
    page.context.set_offline(True)
    page.locator(FIELD).press_sequentially(WORDS, delay=5)
    expect(page.locator(STATUS)).to_contain_text("keep this page open", ignore_case=True)
    assert kept(person) == []
    page.context.set_offline(False)
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"), timeout=15_000)
    assert kept(person) == [{"text": WORDS}]


def test_signed_out_elsewhere_the_page_says_so_and_keeps_the_words(reader, person):
    from workbook.vault.models import Session

    page = reader()
    page.goto(CHAPTER)
    Session.objects.all().delete()
    page.locator(FIELD).press_sequentially(WORDS, delay=5)
    expect(page.locator(STATUS)).to_contain_text("Not saved yet")
    expect(page.locator(STATUS)).to_contain_text("signed out")
    expect(page.locator(FIELD)).to_have_value(WORDS)


def test_two_tabs_see_both_versions_and_lose_neither(reader, person):
    first = reader()
    first.goto(CHAPTER)
    second = first.context.new_page()
    second.goto(CHAPTER)
    first.locator(FIELD).press_sequentially("from the first tab", delay=5)
    expect(first.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))
    second.locator(FIELD).press_sequentially("from the second tab", delay=5)
    expect(second.locator(STATUS)).to_contain_text("changed somewhere else")
    assert kept(person) == [{"text": "from the first tab"}]
    second.get_by_role("button", name="Show both versions").click()
    expect(second.locator("#main")).to_contain_text("from the first tab")
    expect(second.locator(FIELD)).to_have_value("from the second tab")


def test_what_is_typed_on_after_a_conflict_is_kept_beside_and_the_page_stays(reader, person):
    first = reader()
    first.goto(CHAPTER)
    second = first.context.new_page()
    second.goto(CHAPTER)
    first.locator(FIELD).press_sequentially("from the first tab", delay=5)
    expect(first.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))
    second.locator(FIELD).press_sequentially("from the second", delay=5)
    expect(second.locator(STATUS)).to_contain_text("changed somewhere else")
    with second.expect_response("**/journal/answers/**"):
        second.locator(FIELD).press_sequentially(" tab, and more", delay=5)
    expect(second.locator(STATUS)).to_contain_text("Both versions are kept")
    with second.expect_response("**/journal/answers/**"):
        second.evaluate("dispatchEvent(new Event('online'))")
    expect(second.get_by_role("button", name="Show both versions")).to_be_visible()
    assert kept(person) == [{"text": "from the first tab"}]
    [beside] = versions_of(person.keyring, Entry.objects.get())
    assert beside.answer == {"text": "from the second tab, and more"}


def test_what_the_site_will_not_take_is_not_said_to_be_tried_again(reader, person):
    page = reader()
    page.goto(CHAPTER)
    page.route("**/journal/answers/**", lambda route: route.fulfill(status=413, body=""))
    page.locator(FIELD).press_sequentially(WORDS, delay=5)
    expect(page.locator(STATUS)).to_contain_text("Copy them")
    expect(page.locator(STATUS)).not_to_contain_text("keeps trying")


def test_not_today_is_one_tap_and_can_be_undone(reader, person):
    page = reader()
    page.goto(CHAPTER)
    prompt = page.locator("#prompt-today-brought")
    prompt.get_by_role("button", name="Not today").click()
    expect(page.locator(STATUS)).to_contain_text("not today")
    page.reload()
    prompt.get_by_role("button", name="answer after all").click()
    expect(prompt.get_by_role("button", name="Not today")).to_be_visible()


def test_a_chapter_with_forms_has_no_accessibility_violation(reader, axe):
    page = reader()
    for address in (CHAPTER, "/books/alongside/", "/", "/journal/"):
        page.goto(address)
        axe(page)


def test_the_keyboard_alone_reaches_a_prompt_and_saves(reader, person):
    page = reader()
    page.goto(CHAPTER)
    page.locator(FIELD).focus()
    page.keyboard.type("by keyboard")
    page.keyboard.press("Tab")
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))
    assert kept(person) == [{"text": "by keyboard"}]

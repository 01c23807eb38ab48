"""The cover over a page that was left alone, in a real browser."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from workbook.accounts import waits
from workbook.accounts.devices import cookie_name
from workbook.accounts.models import Wait
from workbook.journal.models import Entry
from workbook.vault.models import Session
from workbook.vault.recovery_keys import add_device, device_slot

pytestmark = pytest.mark.django_db(transaction=True)

CHAPTER = "/books/alongside/start-here/"
FIELD, STATUS = "#answer-today-brought", "#status-today-brought"
WORDS = "words still in the page"


@pytest.fixture
def reader(new_context, entered, person, live_server) -> Page:
    """A page of someone whose journal is open and locks after a quarter of an hour."""
    token = entered(person).cookies[settings.SESSION_COOKIE_NAME].value
    Session.objects.update(lock_minutes=15)
    context = new_context()
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": token, "url": live_server.url}]
    )
    page = context.new_page()
    page.clock.install()
    page.goto(CHAPTER)
    return page


def uncover(page: Page, password: str) -> None:
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Open my journal").click()


def expect_covered(page: Page) -> None:
    expect(page.locator("#cover")).to_be_visible()
    expect(page.locator("#main")).to_be_hidden()


def expect_uncovered(page: Page) -> None:
    expect(page.locator("#main")).to_be_visible()
    expect(page.locator("#cover")).to_be_hidden()


def test_a_page_left_alone_is_covered_and_the_password_uncovers_it_with_what_was_typed(
    reader, person, axe
):
    reader.context.set_offline(True)
    reader.locator(FIELD).fill(WORDS)
    reader.clock.fast_forward("16:00")
    expect_covered(reader)
    expect(reader.locator("#crisis-banner")).to_be_visible()
    expect(reader.locator("#exit")).to_be_visible()
    expect(reader).to_have_title("Locked")
    reader.context.set_offline(False)
    reader.clock.resume()
    axe(reader)
    uncover(reader, "a wrong password")
    expect(reader.locator("#cover-error")).to_contain_text("isn’t your password")
    expect_covered(reader)
    uncover(reader, person.password)
    expect_uncovered(reader)
    expect(reader.locator(FIELD)).to_have_value(WORDS)
    expect(reader.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))
    assert Entry.objects.count() == 1


def test_the_server_is_locked_too(reader):
    with reader.expect_response("**/account/touch/") as told:
        reader.clock.fast_forward("16:00")
    assert told.value.status == 423
    expect_covered(reader)
    assert not Session.objects.exclude(sealed_keys=None).exists()


def test_the_cover_says_that_this_device_waits_to_open_the_journal(reader, person, live_server):
    token = add_device(person.user, person.keyring)
    where = {"name": cookie_name(), "value": token, "url": live_server.url}
    reader.context.add_cookies([where])
    waits.ask(device_slot(token))
    reader.clock.fast_forward("16:00")
    expect_covered(reader)
    expect(reader.locator("#cover-waiting")).to_contain_text("after 48 hours of waiting")
    reader.clock.resume()
    uncover(reader, person.password)
    expect_uncovered(reader)
    assert not Wait.objects.exists()


def test_whoever_moves_about_is_not_covered_and_the_server_is_told_once_a_minute(reader):
    told = []
    reader.on("request", lambda request: told.append(request) if "touch" in request.url else None)
    for _minute in range(6):
        reader.clock.fast_forward("04:00")
        for _twice in range(3):
            reader.mouse.wheel(0, 40)
            reader.keyboard.press("ArrowDown")
    expect_uncovered(reader)
    assert 1 <= len(told) <= 6


def test_signed_out_elsewhere_shows_at_the_next_touch_and_the_password_enters_again(reader, person):
    Session.objects.all().delete()
    reader.clock.fast_forward("02:00")
    reader.keyboard.press("ArrowDown")
    expect_covered(reader)
    reader.clock.resume()
    uncover(reader, person.password)
    expect_uncovered(reader)
    assert Session.objects.count() == 1


def test_a_save_that_meets_a_locked_journal_covers_the_page_and_is_made_up_for(reader, person):
    Session.objects.update(sealed_keys=None)
    reader.locator(FIELD).fill(WORDS)
    reader.clock.fast_forward("00:03")
    expect_covered(reader)
    assert not Entry.objects.exists()
    reader.clock.resume()
    uncover(reader, person.password)
    expect_uncovered(reader)
    expect(reader.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))
    assert Entry.objects.count() == 1


def test_every_tab_is_covered_and_uncovered_together(reader, person):
    other = reader.context.new_page()
    other.goto(CHAPTER)
    reader.clock.fast_forward("16:00")
    expect_covered(other)
    uncover(other, person.password)
    expect_uncovered(reader)


def test_leaving_quickly_covers_the_other_tabs(reader, live_server):
    reader.route("**/exit/", lambda route: route.fulfill(body="Weather"))
    other = reader.context.new_page()
    other.goto(CHAPTER)
    other.locator(FIELD).fill(WORDS)
    reader.locator("#exit").click()
    expect_covered(other)
    expect(other.locator(FIELD)).to_have_value(WORDS)


def test_nobody_uncovers_the_page_that_somebody_else_left_open(
    reader, entered, make_person, live_server
):
    reader.clock.fast_forward("16:00")
    expect_covered(reader)
    bo = make_person("bo")
    token = entered(bo).cookies[settings.SESSION_COOKIE_NAME].value
    Session.objects.update(lock_minutes=15)
    reader.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": token, "url": live_server.url}]
    )
    other = reader.context.new_page()
    other.goto(CHAPTER)
    other.clock.fast_forward("16:00")
    expect_covered(other)
    other.clock.resume()
    uncover(other, bo.password)
    expect_uncovered(other)
    expect_covered(reader)


def test_nothing_is_left_in_the_browsers_own_stores(reader):
    reader.locator(FIELD).fill(WORDS)
    reader.clock.fast_forward("16:00")
    kept = reader.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert WORDS not in kept

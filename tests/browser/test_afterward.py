"""What the page's own script adds where it is asked how a small step went."""

import pytest
from django.conf import settings as site
from playwright.sync_api import expect

from tests.journal.test_afterward import STEP, book, days_ago, keep  # noqa: F401
from workbook.journal.reading_position import remember

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(new_context, entered, person, live_server, book, days_ago):  # noqa: F811
    with days_ago(2):
        keep(person, book, {"text": STEP, "ask_later": True})
        remember(person.user, person.keyring, book, book.chapter("one"))
    context = new_context()
    token = entered(person).cookies[site.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": site.SESSION_COOKIE_NAME, "value": token, "url": live_server.url}]
    )
    return context.new_page()


def test_enter_in_its_field_says_none_of_the_answers(page):
    page.goto("/")
    page.get_by_label("In your words").fill("It rang twice.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved in your journal.")).to_be_visible()
    page.goto("/journal/")
    expect(page.get_by_text("It rang twice.")).to_be_visible()
    expect(page.get_by_text("Tried it")).to_have_count(0)


@pytest.mark.parametrize("way", ["the page", "its door"])
def test_who_came_about_using_is_not_asked_in_this_tab(page, way):
    if way == "the page":
        page.goto("/first-things/")
    else:
        page.goto("/books/small/")
        page.get_by_role("link", name="I just used").click()
        page.wait_for_load_state()
        page.goto("/books/small/three/")
    page.goto("/")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    expect(page.locator("#how-it-went")).to_have_count(0)


def test_who_came_for_anything_else_is_asked(page):
    page.goto("/books/small/")
    page.get_by_role("link", name="I’m okay").click()
    page.wait_for_load_state()
    page.goto("/")
    expect(page.locator("#how-it-went")).to_contain_text(STEP)

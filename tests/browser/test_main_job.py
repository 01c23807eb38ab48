"""The main job, as someone new does it: read, join, write, close the browser, come back."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)

CHAPTER = "/books/alongside/start-here/"
PASSWORD = "four maples and a heron"
WORDS = "The kettle was already on."


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_read_join_write_leave_and_come_back(new_context, live_server, settings, script):
    settings.SITE = replace(settings.SITE, exit_url=f"{live_server.url}/about/")
    page = new_context(java_script_enabled=script).new_page()

    page.goto("/")
    page.get_by_role("link", name="Begin reading").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Start Here")
    page.locator("#prompt-today-brought").get_by_role("link", name="create an account").click()

    page.get_by_label("Yes", exact=False).first.check()
    page.locator("[name=username]").fill("Quiet River 4821")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Create an account", exact=True).last.click()

    page.goto(CHAPTER)
    page.locator("#answer-today-brought").fill(WORDS)
    page.locator("#prompt-today-brought").get_by_role("button", name="Save").click()
    expect(page.locator("#status-today-brought")).to_have_text(re.compile(r"^\s*Saved"))
    page.context.close()

    page = new_context(java_script_enabled=script).new_page()
    page.goto("/account/login/")
    page.locator("[name=username]").fill("quiet river 4821")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").last.click()
    page.goto("/")
    page.get_by_role("link", name="Continue where you were").click()
    expect(page.locator("#answer-today-brought")).to_have_value(WORDS)

    page.goto("/journal/")
    expect(page.locator("#main")).to_contain_text(WORDS)

    page.locator("#exit").click()
    page.wait_for_url("**/about/")
    page.goto("/journal/")
    expect(page.locator("#main")).not_to_contain_text(WORDS)

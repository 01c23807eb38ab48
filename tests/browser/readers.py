"""People of a running site, as the tests of its pages need them: with nothing written, or with all."""

import itertools

from django.conf import settings
from playwright.sync_api import BrowserContext, Page

BOOK = settings.BASE_DIR / "content" / "alongside"
CONTENTS = "/books/alongside/"
CHAPTERS = [f"{CONTENTS}{path.stem[3:]}/" for path in sorted(BOOK.glob("[0-9]*.md"))]
PASSWORD = "four maples and a heron"
NUMBERS = itertools.count(1)

# Some words long, some short; one without a place to break the line.
WRITE_EVERYWHERE = """async () => {
  const words = "Ana, who lives at Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch, said: " +
    "sit down. So I sat, and the kettle was already on.";
  const refused = [];
  for (const form of document.querySelectorAll("form.prompt")) {
    for (const field of form.querySelectorAll("textarea, input.words")) field.value = words;
    for (const field of form.querySelectorAll("[type=checkbox]")) field.checked = true;
    for (const field of [...form.querySelectorAll("[type=radio]")].reverse()) field.checked = true;
    for (const field of form.querySelectorAll("[inputmode], [name^=reach]")) field.value = "555 010 2030";
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) refused.push(`${form.id}: ${answer.status}`);
  }
  return refused;
}"""


def join(context: BrowserContext, address: str = "/account/signup/") -> Page:
    """A page of somebody who has just joined; the context holds their session from then on."""
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Yes", exact=False).first.check()
    page.locator("[name=username]").fill(f"quiet-river-{next(NUMBERS):04}")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Create an account", exact=True).last.click()
    page.wait_for_url(lambda url: "/account/signup/" not in url)
    return page


def write_everywhere(page: Page) -> None:
    """Answer every prompt of every chapter, and twice what can be answered again and again."""
    for address in (*CHAPTERS, CHAPTERS[0], CHAPTERS[-1]):
        page.goto(address)
        refused = page.evaluate(WRITE_EVERYWHERE)
        assert not refused, refused

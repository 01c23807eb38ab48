"""Every kind with JavaScript switched off, for axe, on a narrow phone and under a thumb."""

import pytest
from playwright.sync_api import expect

from tests.browser.kinds import CHAPTER, saved
from tests.browser.kinds import book as book
from tests.browser.kinds import open_page as open_page

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_kind_without_javascript(open_page):
    page = open_page(java_script_enabled=False)

    def save(prompt, name="Save"):
        page.locator(f"#prompt-{prompt}").get_by_role("button", name=name, exact=True).last.click()
        saved(page, prompt)

    for prompt in ("line", "text"):
        page.locator(f"#answer-{prompt}").fill("Rain on the roof")
        save(prompt)
        expect(page.locator(f"#answer-{prompt}")).to_have_value("Rain on the roof")

    form = page.locator("#prompt-one")
    form.get_by_label("Tea").check()
    save("one")
    expect(form.get_by_label("Tea")).to_be_checked()

    form = page.locator("#prompt-any")
    form.get_by_label("A walk").check()
    form.get_by_label("Something else").fill("A bath")
    save("any")
    expect(form.get_by_label("A walk")).to_be_checked()
    expect(form.get_by_label("Something else")).to_have_value("A bath")

    form = page.locator("#prompt-steady")
    form.get_by_label("3", exact=True).check()
    save("steady")
    expect(form.get_by_label("3", exact=True)).to_be_checked()
    expect(form.get_by_text("Rest first.")).to_be_visible()

    form = page.locator("#prompt-list")
    form.get_by_label("Tea").check()
    form.get_by_label("Add an item of your own").fill("A bath")
    save("list", "Add another line")
    expect(form.get_by_label("Your own item")).to_have_value("A bath")
    form.get_by_role("button", name="Remove: A bath").click()
    expect(form.get_by_label("Your own item")).to_have_count(0)

    form = page.locator("#prompt-rows")
    form.get_by_label("What").fill("The river")
    save("rows", "Add a row")
    form.get_by_label("What").nth(1).fill("The cat")
    form.get_by_role("button", name="Move row 2 up").click()
    expect(form.get_by_label("What").first).to_have_value("The cat")
    form.get_by_role("button", name="Remove row 1").click()
    expect(form.get_by_label("What").first).to_have_value("The river")

    form = page.locator("#prompt-folk")
    form.get_by_label("Who", exact=True).fill("Ana")
    form.get_by_label("Peer").check()
    form.get_by_label("How to reach them").fill("(555) 010-2030")
    save("folk")
    expect(form.get_by_role("link", name="Call Ana")).to_be_visible()
    expect(page.locator("svg.map")).to_contain_text("Ana")

    form = page.locator("#prompt-sits")
    form.get_by_label("Not now").first.check()
    save("sits")
    expect(form.get_by_text("See a friend.")).to_be_visible()

    form = page.locator("#prompt-steps")
    form.get_by_label("Doing").first.check()
    form.get_by_label("What would you do?").fill("Call the library")
    save("steps", "Add another step")
    expect(form.get_by_label("Doing").first).to_be_checked()
    expect(form.get_by_label("What would you do?").first).to_have_value("Call the library")

    form = page.locator("#prompt-where")
    form.get_by_role("link", name="No", exact=True).click()
    assert page.url.endswith("#step-where-lived")
    form.locator("summary", has_text="Show my peers").click()
    expect(form.get_by_text("Ana").first).to_be_visible()
    form.locator("summary", has_text="Save the steps you take").click()
    form.get_by_label("Is anyone in danger?").check()
    form.get_by_label("Where you ended up").fill("a walk")
    save("where")
    expect(form.locator(".guide__kept li")).to_have_text(["Is anyone in danger?"])

    form = page.locator("#prompt-line")
    form.get_by_role("button", name="Not today").click()
    expect(page.locator("#status-line")).to_contain_text("That is a full answer")
    expect(page.locator("#answer-line")).to_have_value("Rain on the roof")


def fill_in(page):
    page.locator("#answer-text").fill("Rain on the roof")
    saved(page, "text")
    page.locator("#prompt-folk").get_by_label("Who", exact=True).fill("Ana")
    page.locator("#prompt-folk").get_by_label("Peer").check()
    saved(page, "folk")
    for step in ("2", "7"):
        page.reload()
        page.locator("#prompt-steady").get_by_label(step, exact=True).check()
        page.locator("#prompt-sits").get_by_label("Yes").first.check()
        saved(page, "steady")
        saved(page, "sits")
    page.reload()


def test_axe_finds_nothing_wrong_with_any_kind(open_page, axe_by_day_and_night):
    page = open_page()
    axe_by_day_and_night(page)
    fill_in(page)
    expect(page.locator("svg.chart")).to_be_visible()
    expect(page.locator(".side-by-side")).to_be_visible()
    for opened in page.locator("#main details:not([open]) > summary").all():
        if opened.is_visible():
            opened.click()
    axe_by_day_and_night(page)
    page.goto("/books/small/cards/words/")
    axe_by_day_and_night(page)


def test_axe_finds_nothing_wrong_signed_out_or_on_a_wide_screen(new_context, book, axe):
    page = new_context(viewport={"width": 1280, "height": 800}, is_mobile=False).new_page()
    page.goto(CHAPTER)
    expect(page.locator("#prompt-where .guide__step")).to_have_count(3)
    axe(page)


def test_nothing_on_a_phone_is_wider_than_the_phone(open_page):
    page = open_page(viewport={"width": 320, "height": 640})
    page.locator("#prompt-folk").get_by_label("Who", exact=True).fill("W" * 60)
    page.locator("#prompt-folk").get_by_label("How to reach them").fill("(555) 010-2030")
    page.locator("#prompt-folk").get_by_role("button", name="Add someone").click()
    expect(page.get_by_role("link", name="Call WW").first).to_be_visible()
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_controls_are_as_large_as_a_thumb(open_page):
    page = open_page()
    small = page.evaluate(
        """() => [...document.querySelectorAll("form.prompt :is(button, label:has(input[type=radio]),"
          + " label:has(input[type=checkbox]), input[type=text], textarea, summary, a.guide__way)")]
          .filter((e) => e.checkVisibility() && !e.closest(".visually-hidden"))
          .filter((e) => e.getBoundingClientRect().height < 40)
          .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert small == []

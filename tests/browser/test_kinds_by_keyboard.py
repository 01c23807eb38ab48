"""Every kind with a keyboard alone: nothing typed or pressed is lost, and the focus stays."""

import pytest
from playwright.sync_api import expect

from tests.browser.kinds import book as book
from tests.browser.kinds import open_page as open_page
from tests.browser.kinds import saved

pytestmark = pytest.mark.django_db(transaction=True)


class Keys:
    """Hands that have a keyboard and nothing else."""

    def __init__(self, page):
        self.page = page

    def go_to(self, prompt):
        """Goes to a prompt as its link does."""
        self.prompt = page = self.page.locator(f"#prompt-{prompt}")
        self.page.evaluate("id => { location.hash = id }", f"prompt-{prompt}")
        return page

    def tab_to(self, target):
        for _press in range(60):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"No number of tabs leads to {target}")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words):
        self.page.keyboard.type(words)

    def save(self):
        self.tab_to(self.prompt.get_by_role("button", name="Save", exact=True).last)
        self.press("Enter")

    def focused(self):
        return self.page.evaluate("document.activeElement.name || document.activeElement.id")


def test_text_and_choices_with_a_keyboard(open_page):
    page = open_page()
    keys = Keys(page)
    for prompt in ("line", "text"):
        keys.go_to(prompt)
        keys.tab_to(page.locator(f"#answer-{prompt}"))
        keys.type("Rain on the roof")
        keys.save()
        saved(page, prompt)
    keys.go_to("one")
    keys.tab_to(page.locator("#prompt-one input[type=radio]").first)
    keys.press("Space", "ArrowDown")
    keys.save()
    saved(page, "one")
    keys.go_to("any")
    keys.tab_to(page.locator("#prompt-any").get_by_label("A walk"))
    keys.press("Space", "Tab", "Space", "Tab")
    keys.type("A bath")
    keys.press("Enter")
    saved(page, "any")
    keys.go_to("steady")
    keys.tab_to(page.locator("#prompt-steady input[type=radio]").first)
    keys.press("Space", "ArrowRight", "ArrowRight")
    keys.save()
    saved(page, "steady")
    expect(page.locator("#follow-up-steady")).to_have_text("Rest first.")
    page.reload()
    expect(page.locator("#answer-line")).to_have_value("Rain on the roof")
    expect(page.locator("#prompt-one").get_by_label("Tea")).to_be_checked()
    expect(page.locator("#prompt-any").get_by_label("A walk")).to_be_checked()
    expect(page.locator("#own-any")).to_have_value("A bath")


PRESS_AT_ONCE = """name => {
  const press = ({ target }) => {
    if (!target.matches("form.prompt")) return;
    document.removeEventListener("htmx:afterSwap", press);
    target.querySelector(`button[aria-label^="${name}"]`).click();
  };
  document.addEventListener("htmx:afterSwap", press);
}"""


def test_a_press_in_the_moment_after_a_redraw_counts(open_page):
    page = open_page()
    form = page.locator("#prompt-rows")
    form.get_by_label("What").first.fill("The river")
    page.evaluate(PRESS_AT_ONCE, "Remove row 1")
    form.get_by_role("button", name="Add a row").click()
    expect(form.get_by_label("What")).to_have_count(1)
    expect(form.get_by_label("What").first).to_have_value("")


def test_rows_with_a_keyboard_keep_words_and_focus(open_page):
    page = open_page()
    keys = Keys(page)
    form = keys.go_to("rows")
    keys.tab_to(form.get_by_label("What").first)
    keys.type("The river")
    keys.tab_to(form.get_by_role("button", name="Add a row"))
    keys.press("Enter")
    expect(form.get_by_label("What")).to_have_count(2)
    assert keys.focused() == "cell0-1"
    keys.type("The cat")
    keys.tab_to(form.get_by_role("button", name="Move row 2 up"))
    keys.press("Enter")
    expect(form.get_by_label("What").first).to_have_value("The cat")
    assert keys.focused() == "cell0-0"
    keys.tab_to(form.get_by_role("button", name="Remove row 1"))
    keys.press("Enter")
    expect(form.get_by_label("What").first).to_have_value("The river")
    saved(page, "rows")

    form = keys.go_to("folk")
    keys.tab_to(form.get_by_label("Who", exact=True))
    keys.type("Ana")
    keys.press("Tab", "Space", "Tab", "Tab", "Tab")
    keys.type("(555) 010-2030")
    keys.tab_to(form.get_by_role("button", name="Add someone"))
    keys.press("Enter")
    expect(form.get_by_role("link", name="Call Ana")).to_have_attribute("href", "tel:5550102030")
    expect(form.get_by_role("link", name="Text Ana")).to_have_attribute("href", "sms:5550102030")
    assert keys.focused() == "who-1"

    form = keys.go_to("list")
    keys.tab_to(form.get_by_label("A walk"))
    keys.press("Space")
    keys.tab_to(form.get_by_label("Add an item of your own"))
    keys.type("A bath")
    keys.tab_to(form.get_by_role("button", name="Add another line"))
    keys.press("Enter")
    expect(form.get_by_label("Check: A bath")).to_be_visible()
    assert keys.focused() == "own"


def test_checks_and_plans_with_a_keyboard(open_page):
    page = open_page()
    keys = Keys(page)
    form = keys.go_to("sits")
    keys.tab_to(form.get_by_label("Yes").first)
    keys.press("Space", "ArrowRight", "ArrowRight")
    keys.save()
    saved(page, "sits")
    expect(page.locator("#follow-up-sits")).to_contain_text("See a friend.")

    form = keys.go_to("steps")
    keys.tab_to(form.get_by_label("Not now").first)
    keys.press("Space", "ArrowRight", "ArrowRight", "Tab", "Enter", "Tab")
    keys.type("next week")
    keys.tab_to(form.get_by_label("What would you do?"))
    keys.type("Call the library")
    keys.tab_to(form.get_by_role("button", name="Add another step"))
    keys.press("Enter")
    expect(form.get_by_label("What would you do?")).to_have_count(2)
    expect(form.get_by_label("When, if you like").first).to_have_value("next week")
    expect(form.get_by_label("Doing").first).to_be_checked()


def test_a_guide_with_a_keyboard_loses_no_step_on_the_way_back(open_page):
    page = open_page()
    keys = Keys(page)
    form = keys.go_to("where")
    step = lambda name: page.locator(f"#step-where-{name}")  # noqa: E731
    expect(step("danger")).to_be_visible()
    expect(step("lived")).to_be_hidden()
    # Twice round the loop, then on.
    for way in ("No", "Round again", "No", "Not this time"):
        keys.tab_to(form.get_by_role("link", name=way, exact=True))
        keys.press("Enter")
    expect(step("rest")).to_be_visible()
    assert keys.focused() == "step-where-rest"
    keys.tab_to(form.locator("summary", has_text="All right"))
    keys.press("Enter")
    expect(form.get_by_text("That is an answer.")).to_be_visible()
    page.go_back()
    expect(step("lived")).to_be_visible()
    page.go_back()
    expect(step("danger")).to_be_visible()
    page.go_forward()
    page.go_forward()
    expect(step("rest")).to_be_visible()
    keys.tab_to(form.get_by_role("button", name="Save the steps I took"))
    keys.press("Enter")
    kept = form.locator(".guide__kept li")
    expect(kept).to_have_text(
        ["Is anyone in danger? → No", "Would company help? → Round again",
         "Is anyone in danger? → No", "Would company help? → Not this time",
         "Then rest a while."]
    )  # fmt: skip
    expect(step("rest")).to_be_visible()
    saved(page, "where")
    # Back is a button as well, and nothing of the way is sent without the press.
    sent = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    keys.go_to("where")
    keys.tab_to(form.get_by_role("button", name="Back one step"))
    keys.press("Enter")
    expect(step("lived")).to_be_visible()
    expect(step("rest")).to_be_hidden()
    form.get_by_label("Where you ended up").fill("the library")
    saved(page, "where")
    expect(page.locator(".status--not-saved")).to_have_count(0)
    form.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_load_state("networkidle")
    assert sent
    assert not any("way=" in body for body in sent)
    page.reload()
    expect(kept).to_have_count(5)


def test_not_today_is_one_press_and_one_press_back(open_page):
    page = open_page()
    for prompt in ("line", "rows", "sits", "where"):
        form = page.locator(f"#prompt-{prompt}")
        form.get_by_role("button", name="Not today").click()
        expect(page.locator(f"#status-{prompt}")).to_contain_text("That is a full answer")
        back = form.get_by_role("button", name="I’ll answer after all")
        expect(back).to_be_focused()
        back.click()
        expect(form.get_by_role("button", name="Not today")).to_be_visible()
        expect(page.locator(f"#status-{prompt}")).not_to_contain_text("full answer")


def test_words_typed_before_a_press_are_there_after_it(open_page):
    page = open_page()
    page.locator("#answer-line").fill("Rain")
    form = page.locator("#prompt-line")
    form.get_by_role("button", name="Not today").click()
    expect(page.locator("#status-line")).to_contain_text("full answer")
    expect(page.locator("#answer-line")).to_have_value("Rain")


def test_a_press_that_meets_nobody_signed_in_keeps_its_words_under_the_cover(open_page, person):
    page = open_page()
    form = page.locator("#prompt-rows")
    form.get_by_label("What").fill("The river")
    saved(page, "rows")
    page.context.clear_cookies()
    form.get_by_role("button", name="Add a row").click()
    expect(page.locator("#cover")).to_be_visible()
    expect(page.locator("#status-rows")).to_contain_text("Not saved yet")
    expect(page.locator("#status-rows")).to_contain_text("signed out")
    page.locator("#cover-password").fill(person.password)
    page.locator("#cover button").click()
    expect(form).to_be_visible()
    expect(form.get_by_label("What")).to_have_value("The river")
    form.get_by_label("When").fill("evenings")
    saved(page, "rows")
    form.get_by_role("button", name="Add a row").click()
    expect(form.get_by_label("When")).to_have_count(2)


def test_a_press_while_words_are_on_their_way_waits_for_them(open_page):
    page = open_page()
    form = page.locator("#prompt-rows")

    def slowly(route):
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/journal/answers/**", slowly)
    form.get_by_label("What").fill("The river")
    form.get_by_label("When").fill("mornings")  # leaving the first cell sends it
    form.get_by_role("button", name="Add a row").click()
    expect(form.get_by_label("What")).to_have_count(2)
    expect(form.get_by_label("When").first).to_have_value("mornings")
    saved(page, "rows")

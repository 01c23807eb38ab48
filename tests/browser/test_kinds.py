"""Every kind in a real browser: with a keyboard alone, and with JavaScript switched off."""

import re

import pytest
from django.conf import settings as site
from playwright.sync_api import expect

from tests.prompts.books import write_book

pytestmark = pytest.mark.django_db(transaction=True)

CHAPTER = "/books/small/one/"
EVERY_KIND = """
## All of them

::: short answer line
hint: A guess is fine.
What made today the day?
:::

::: long answer text
What is going on?
:::

::: pick one one
Which would help?
- A walk
- Tea
- Something else: ___
:::

::: pick any any
Which have helped?
- A walk
- Tea
- Something else: ___
:::

::: scale steady
repeat: any
0: Coming apart
10: Steady enough
if 0-3: Rest first.
How steady is it?
:::

::: tick list list
What helps?
- A walk
- Tea
:::

::: table rows
columns: What | When
rows: 1
Which places hold you?
:::

::: people folk
kinds: Peer, Professional
Who is in your corner?
:::

::: check sits
repeat: any
concern: not now
How does it sit?
- I sleep
  gap: See a friend.
- I eat
:::

::: plan steps
Which are live for you?
phase: Notice
- Say it in a line
phase: Look
- Ask one person
:::

::: guide where
title: Where to?
people: folk
Start here.

step: danger
Is anyone in danger?
- Yes -> help
- No -> lived

step: lived
Would company help?
- Show my peers -> people: Peer
- Round again -> danger
- Not this time -> rest

step: rest
Then rest a while.
- All right -> end: That is an answer.
:::

::: map folk
title: Your map
also: rows
:::

::: recall text
title: What you wrote
:::

::: card words
title: Your card
- What is going on: text
- Who to try: folk
:::
"""


@pytest.fixture
def book(settings, tmp_path):
    return write_book(settings, tmp_path / "content", EVERY_KIND)


@pytest.fixture
def open_page(new_context, live_server, person, entered, book):
    """``open_page(java_script_enabled=False)`` → the chapter, in a browser that has entered."""
    cookie = entered(person).cookies[site.SESSION_COOKIE_NAME].value

    def go(path=CHAPTER, **options):
        context = new_context(**options)
        context.add_cookies(
            [{"name": site.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto(path)
        return page

    return go


def saved(page, prompt):
    expect(page.locator(f"#status-{prompt}")).to_have_text(re.compile(r"^\s*Saved"))


class Keys:
    """Hands that have a keyboard and nothing else."""

    def __init__(self, page):
        self.page = page

    def go_to(self, prompt):
        """As following a link to the prompt does."""
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

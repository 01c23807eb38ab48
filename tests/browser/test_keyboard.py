"""With a keyboard alone, with a screen reader, with larger letters: nothing is out of reach."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, StorageState, expect

from tests.browser.readers import CHAPTERS, CONTENTS, PASSWORD

CHAPTER = CHAPTERS[0]
FIELD, STATUS = "#answer-today-brought", "#status-today-brought"
WORDS = "The kettle was already on."
PAGES = ["/", CONTENTS, CHAPTER, CHAPTERS[4], "/journal/", "/account/", "/help-now/", "/about/"]

# What has the focus: whether it can be seen that it has, and whether any of it is covered.
FOCUS = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const shown = one.closest("label.choice, label.scale__step, .segments label");
  const outlines = [one, shown].filter(Boolean).map((each) => getComputedStyle(each));
  const box = one.getBoundingClientRect();
  const points = [0.02, 0.5, 0.98].flatMap((x) => [0.02, 0.5, 0.98].map((y) => [
    box.left + box.width * x, box.top + box.height * y,
  ]));
  const covered = points.filter(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    const bar = top?.closest("#crisis-banner, .exit-bar, .place");
    return !top || (bar && !bar.contains(one));
  });
  return {
    name: one.innerText || one.name || one.id,
    isSeen: outlines.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
    // Of a tall field the browser brings the line of the caret into sight, not the whole of it.
    isCovered: one.localName === "textarea"
      ? covered.length === points.length
      : box.height < innerHeight - 150 && covered.length > 0,
  };
}"""

NAMED = {
    "button", "link", "textbox", "searchbox", "checkbox", "radio", "radiogroup", "combobox",
    "heading", "dialog", "region", "navigation", "article", "image", "table", "DisclosureTriangle",
}  # fmt: skip

# Text that is cut off by the box it stands in. What only a screen reader gets is cut on purpose.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((one) => {
  if (!one.checkVisibility() || one.closest(".visually-hidden, .site-name, svg, .only-here, thead")) return false;
  const style = getComputedStyle(one);
  if (style.clipPath !== "none" || one.matches("textarea, input")) return false;
  const hides = (overflow) => overflow === "hidden" || overflow === "clip";
  return (hides(style.overflowX) && one.scrollWidth > one.clientWidth + 1)
    || (hides(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
}).map((one) => one.className || one.localName)"""

TEXT_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""


class Keys:
    """Hands that have a keyboard and nothing else; they look where they are after each key."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, target: Locator, most: int = 120) -> None:
        for _press in range(most):
            self.page.keyboard.press("Tab")
            self.look()
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"No number of tabs leads to {target}")

    def look(self) -> bool:
        """Whether anything has the focus; what has it is seen, and not covered."""
        focus = self.page.evaluate(FOCUS)
        if focus:
            assert focus["isSeen"], f"{self.page.url}: {focus['name']} has the focus unseen"
            assert not focus["isCovered"], f"{self.page.url}: {focus['name']} is covered"
        return bool(focus)

    def follow(self, target: Locator) -> None:
        self.tab_to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type_into(self, target: Locator, words: str) -> None:
        self.tab_to(target)
        self.page.keyboard.type(words)


@pytest.fixture(scope="module")
def writer(browser: Browser, site: str, written: StorageState) -> Iterator[BrowserContext]:
    desk: Any = {"viewport": {"width": 1280, "height": 800}}
    with browser.new_context(base_url=site, storage_state=written, **desk) as context:
        yield context


@pytest.fixture
def page(writer: BrowserContext) -> Iterator[Page]:
    with writer.new_page() as page:
        yield page


# --- Keys ---


@pytest.mark.parametrize("width", [360, 1280])
def test_read_join_write_look_and_leave_with_keys_alone_and_a_silent_console(
    browser: Browser, site: str, width: int
) -> None:
    said: list[str] = []
    with browser.new_context(base_url=site, viewport={"width": width, "height": 740}) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        keys, main = Keys(page), page.locator("#main")

        page.goto("/")
        keys.follow(main.get_by_role("link", name="Begin reading"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Start Here")
        keys.follow(
            page.locator("#prompt-today-brought").get_by_role("link", name="create an account")
        )

        keys.tab_to(main.locator("[type=radio]").first)
        page.keyboard.press("Space")
        keys.type_into(main.locator("[name=username]"), f"keys-alone-{width}")
        keys.type_into(main.locator("[name=password]"), PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"{CHAPTER}#prompt-today-brought$"))

        keys.type_into(page.locator(FIELD), WORDS)
        keys.tab_to(page.locator("#prompt-today-brought").get_by_role("button", name="Save"))
        page.keyboard.press("Enter")
        expect(page.locator(STATUS)).to_have_text(re.compile(r"^\s*Saved"))

        keys.tab_to(page.locator(".skip"), most=500)
        keys.follow(page.get_by_role("navigation", name="Main").get_by_role("link", name="Journal"))
        expect(main).to_contain_text(WORDS)
        keys.follow(page.get_by_role("link", name="Account", exact=True))
        keys.follow(main.get_by_role("button", name="Sign out", exact=True))
        page.goto("/journal/")
        expect(main).not_to_contain_text(WORDS)
    assert not said


def test_the_first_key_offers_to_skip_to_the_page(page: Page) -> None:
    page.goto(CHAPTER)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.slow
@pytest.mark.parametrize("address", PAGES)
def test_every_stop_is_seen_and_none_is_covered(page: Page, address: str) -> None:
    keys = Keys(page)
    # The second is a desk at 400 %.
    for width, height in ((360, 740), (320, 256)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address)
        for _press in range(150):
            page.keyboard.press("Tab")
            if not keys.look():
                break  # once round
        for _press in range(30):
            page.keyboard.press("Shift+Tab")
            keys.look()


# --- What a screen reader is told ---


def tree_of(page: Page) -> list[dict[str, Any]]:
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [node for node in nodes if not node.get("ignored")]


@pytest.mark.parametrize("address", [CHAPTER, CHAPTERS[4], "/journal/", "/account/", "/help-now/"])
def test_everything_that_can_be_met_has_a_name(page: Page, address: str) -> None:
    page.goto(address)
    nodes = tree_of(page)
    nameless = [
        node["role"]["value"]
        for node in nodes
        if node["role"]["value"] in NAMED - {"table", "article", "region", "image"}
        and not node.get("name", {}).get("value", "").strip()
    ]
    assert not nameless
    landmarks = {node["role"]["value"] for node in nodes}
    assert {"banner", "main", "contentinfo", "navigation"} <= landmarks


def test_a_field_says_its_question_and_a_save_is_spoken_when_it_is_one(page: Page) -> None:
    page.goto(CHAPTER)
    field, status = page.locator(FIELD), page.locator(STATUS)
    question = page.locator("#question-today-brought").inner_text()
    expect(field).to_have_accessible_name(" ".join(question.split()))
    expect(status).to_have_role("status")
    field.fill(f"{WORDS} Again.")
    field.dispatch_event("change")
    expect(status).to_have_text(re.compile(r"^\s*Saved \d{1,2}:\d\d [AP]M"))
    # Of a live region is spoken what changes within it; it was there before its words were.
    [spoken] = [
        node
        for node in tree_of(page)
        if node["role"]["value"] == "status"
        and any(p["name"] == "live" and p["value"]["value"] == "polite" for p in node["properties"])
        and node["backendDOMNodeId"] == backend_id(page, STATUS)
    ]
    assert spoken


def backend_id(page: Page, selector: str) -> int:
    session = page.context.new_cdp_session(page)
    found = session.send(
        "Runtime.evaluate", {"expression": f"document.querySelector('{selector}')"}
    )
    node = session.send("DOM.describeNode", {"objectId": found["result"]["objectId"]})["node"]
    session.detach()
    return int(node["backendNodeId"])


# --- Larger letters, wider lines, less motion ---


@pytest.mark.slow
@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_letters_of_twice_the_size_and_wider_lines_lose_nothing(
    page: Page, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for change in ("document.documentElement.style.fontSize = '200%'", TEXT_SPACING):
        page.goto(address)
        page.evaluate(
            "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
        )
        page.evaluate(change)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT_OFF) == []
        for link in page.locator("#crisis-banner a").all():
            expect(link).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("asked_by", ["the device", "the reader"])
def test_nothing_moves_for_who_wants_less_motion(page: Page, asked_by: str) -> None:
    if asked_by == "the device":
        page.emulate_media(reduced_motion="reduce")
    page.goto(CHAPTER)
    if asked_by == "the reader":
        page.evaluate("document.documentElement.dataset.motion = 'less'")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
          const style = getComputedStyle(one);
          const lasts = (times) => times.split(",").some((time) => parseFloat(time) > 0);
          return lasts(style.transitionDuration) || lasts(style.animationDuration)
            || style.scrollBehavior === "smooth";
        }).length"""
    )
    assert moving == 0

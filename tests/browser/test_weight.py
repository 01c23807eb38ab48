"""What a phone pays for a page: bytes, requests and jumps, on a site served as an operator serves it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.slow

BOOK = settings.BASE_DIR / "content" / "alongside"
FILES = sorted(BOOK.glob("[0-9]*.md"))
GUIDED = [path for path in FILES if "::: guide" in path.read_text(encoding="utf-8")]


def address_of(path: Path) -> str:
    return f"/books/alongside/{path.stem[3:]}/"


# The first, those with a guide's script, and the longest text.
CHAPTERS = [
    address_of(path)
    for path in dict.fromkeys([FILES[0], *GUIDED, max(FILES, key=lambda path: path.stat().st_size)])
]
FIRST_VISIT = (60_000, 6)  # bytes and requests
SECOND_VISIT = 12_000
SECOND_VISIT_WITH_FORMS = 20_000  # The longest chapters ask for tables: each cell is a field.
MOST_SHIFT = 0.02  # cumulative layout shift; 0.1 is called good

# Counted by the browser itself, from before the first paint.
WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


class Cost(NamedTuple):
    bytes: int
    requests: int


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Callable[[], BrowserContext]]:
    """Make a phone that has never been here."""
    made: list[BrowserContext] = []

    def make() -> BrowserContext:
        context = browser.new_context(
            base_url=site, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
        )
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


def cost_of(page: Page, address: str) -> Cost:
    """What opening an address moves over the wire, headers and all; a cache's answers are free."""
    sizes: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def note(event: dict[str, Any]) -> None:
        if event["encodedDataLength"]:
            sizes.append(int(event["encodedDataLength"]))

    session.on("Network.loadingFinished", note)
    page.goto(address, wait_until="networkidle")
    session.detach()
    return Cost(sum(sizes), len(sizes))


def joined(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/account/signup/")
    page.get_by_label("Yes", exact=False).first.check()
    page.locator("[name=username]").fill("quiet-river-4821")
    page.locator("[name=password]").fill("four maples and a heron")
    page.get_by_role("button", name="Create an account", exact=True).last.click()
    page.wait_for_load_state()
    return page


def test_a_first_visit_to_a_chapter_is_light_and_the_second_lighter(phone) -> None:
    heavy = []
    for address in CHAPTERS:
        page = phone().new_page()
        first = cost_of(page, address)
        second = cost_of(page, address)
        if first.bytes > FIRST_VISIT[0] or first.requests > FIRST_VISIT[1]:
            heavy.append(f"{address} first {first}")
        if second.bytes > SECOND_VISIT:
            heavy.append(f"{address} second {second}")
        page.context.close()
    assert not heavy, "\n".join(heavy)


def test_with_an_open_journal_it_stays_light(phone) -> None:
    page = joined(phone())
    first = cost_of(page, CHAPTERS[0])
    assert first.bytes <= FIRST_VISIT[0], first
    assert first.requests <= FIRST_VISIT[1], first
    for address in CHAPTERS:
        cost_of(page, address)
    later = {address: cost_of(page, address) for address in CHAPTERS}
    heavy = {
        address: cost for address, cost in later.items() if cost.bytes > SECOND_VISIT_WITH_FORMS
    }
    assert not heavy


@pytest.mark.parametrize("address", ["/", "/books/alongside/", CHAPTERS[0], "/help-now/"])
def test_nothing_jumps_while_a_page_loads_and_is_read(phone, address: str) -> None:
    for width, height in ((360, 740), (1280, 800)):
        page = phone().new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.add_init_script(WATCH_SHIFTS)
        for _visit in ("with the device's own letters", "with ours"):
            page.goto(address)
            for _screen in range(4):
                page.wait_for_timeout(80)
                page.mouse.wheel(0, height)
            assert page.evaluate("shifts") < MOST_SHIFT, (address, width)


def test_the_font_keeps_its_bound() -> None:
    font = settings.BASE_DIR / "static" / "fonts" / "literata.woff2"
    assert font.stat().st_size <= 25 * 1024

"""Help is one slim line on every page: legible, calm, one tap, and in nobody's way."""

import colorsys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.readers import CHAPTERS
from tests.browser.test_safety import contrast

PAGES = [CHAPTERS[0], "/account/signup/", "/help-now/", "/nowhere/at/all/"]
LEAST_APART = 150  # CSS pixels between a call and the way out: more than a thumb's slip

COLOURS = """() => {
  const style = getComputedStyle(document.getElementById("crisis-banner"));
  const hex = (colour) => "#" + colour.match(/\\d+/g).slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, "0")).join("");
  return [hex(style.color), hex(style.backgroundColor)];
}"""


@pytest.fixture(scope="module")
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    with browser.new_context(base_url=site, **PHONE) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with context.new_page() as page:
        yield page


def height_of_the_line(page: Page) -> float:
    box = page.locator("#crisis-banner").bounding_box()
    assert box is not None
    return box["height"]


@pytest.mark.parametrize("size", ["", "large", "largest"])
def test_it_is_one_slim_line_at_every_reading_size(page: Page, size: str) -> None:
    for address in PAGES:
        page.goto(address)
        page.evaluate("size => { document.documentElement.dataset.size = size; }", size)
        for width in (320, 360, 414, 768):
            page.set_viewport_size({"width": width, "height": 740})
            assert height_of_the_line(page) <= 48, (address, width)
            for link in page.locator("#crisis-banner a").all():
                expect(link).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("theme", ["light", "dark", "sepia"])
def test_it_is_legible_and_not_red(page: Page, theme: str) -> None:
    page.goto("/help-now/")
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    text, ground = page.evaluate(COLOURS)
    assert contrast(text, ground) >= 7
    red, green, blue = (int(ground[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue = colorsys.rgb_to_hsv(red, green, blue)[0] * 360
    assert 60 < hue < 300


def test_one_tap_calls_and_one_tap_texts(page: Page) -> None:
    for address in PAGES:
        page.goto(address)
        for scheme in ("tel", "sms"):
            link = page.locator(f"#crisis-banner a[href^='{scheme}:']").first
            # Nothing lies over it: what is tapped is the link itself.
            assert link.evaluate(
                """link => {
                  const { left, top, width, height } = link.getBoundingClientRect();
                  return link.contains(document.elementFromPoint(left + width / 2, top + height / 2));
                }"""
            )


@pytest.mark.parametrize(("height", "stays"), [(400, True), (399, False)])
def test_it_stays_where_there_is_room_and_goes_where_there_is_not(
    page: Page, height: int, stays: bool
) -> None:
    page.set_viewport_size({"width": 360, "height": height})
    page.goto(CHAPTERS[0])
    page.evaluate("scrollTo(0, 1500)")
    if stays:
        expect(page.locator("#crisis-banner")).to_be_in_viewport(ratio=1)
    else:
        expect(page.locator("#crisis-banner")).not_to_be_in_viewport()


def test_it_covers_neither_the_pages_top_nor_what_a_link_leads_to(page: Page) -> None:
    page.goto(CHAPTERS[0])
    line = height_of_the_line(page)
    header = page.locator(".site-header").bounding_box()
    assert header is not None
    assert header["y"] >= line
    for place in ("#prompt-today-brought", "#main", "#sections"):
        page.goto(f"/help-now/{place}")  # another page, so that the next is a fresh arrival
        page.goto(CHAPTERS[0] + place)
        top = page.locator(place).evaluate("place => place.getBoundingClientRect().top")
        assert top >= line - 1, place


@pytest.mark.parametrize(("width", "height"), [(320, 640), (360, 740), (1280, 800), (320, 256)])
def test_leaving_quickly_is_never_beside_calling(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for address in PAGES:
        page.goto(address)
        out = page.locator("#exit").bounding_box()
        assert out is not None
        for link in page.locator("#crisis-banner a").all():
            box = link.bounding_box()
            assert box is not None
            down = max(out["y"] - box["y"] - box["height"], box["y"] - out["y"] - out["height"])
            across = max(out["x"] - box["x"] - box["width"], box["x"] - out["x"] - out["width"])
            far = LEAST_APART if height >= 400 else 44
            assert max(down, across) >= far, (address, width)


def test_it_is_on_paper_once_at_the_top_with_its_numbers(page: Page) -> None:
    page.goto(CHAPTERS[0])
    page.evaluate("scrollTo(0, 1500)")
    page.emulate_media(media="print")
    banner = page.locator("#crisis-banner")
    expect(banner).to_be_visible()
    expect(banner).to_have_css("position", "static")
    expect(banner).to_contain_text("988")
    expect(page.locator("#exit")).to_be_hidden()

"""What a thumb, a small screen and a home screen ask for."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.conftest import PHONE
from tests.browser.readers import CHAPTERS, CONTENTS

FIELD = "#answer-today-brought"
ANYONES = ["/", CONTENTS, CHAPTERS[0], CHAPTERS[4], "/help-now/", "/about/", "/account/signup/"]
OWN = [
    "/",
    CONTENTS,
    *CHAPTERS,
    "/journal/",
    "/journal/?by=chapter",
    "/journal/pages/new/",
    "/journal/export/",
    "/journal/bridge/",
    "/journal/look-back/",
    "/journal/look-back/holds/",
    "/journal/look-back/alongside/map/",
    "/journal/look-back/alongside/over-time/steady-now/",
    "/journal/delete/",
    "/account/",
    "/account/devices/",
    "/account/delete/",
]

# What is pressed, and how large it is. A link in the middle of a text is as tall as its line
# (WCAG 2.5.8 excepts it), and so is one in a table of the text; what a label belongs to is pressed
# through it; a link whose ::after lies over its card is as large as the card.
SMALL_TARGETS = """() => {
  const words = (node) => node.textContent.replace(/\\s+/g, " ").trim();
  const small = [];
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (one.matches("[type=hidden], [tabindex='-1'], .skip")) continue;
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    if (one.localName === "a" && getComputedStyle(one, "::after").position === "absolute") continue;
    const around = one.parentElement.closest("p, li, td, h1, h2, h3, small, div");
    if (getComputedStyle(one).display === "inline" && one.localName === "a") {
      if (around.localName === "td" || words(around) !== words(one)) continue;
    }
    const isBox = one.matches("[type=radio], [type=checkbox]");
    const { width, height } = (isBox && one.closest("label") || one).getBoundingClientRect();
    if (width < 43.9 || height < 43.9) {
      small.push(`${words(one) || one.name}: ${Math.round(width)} x ${Math.round(height)}`);
    }
  }
  return small;
}"""

# Around the middle of a mask only what may be cut away: one colour, and nothing to see through.
OUTSIDE_THE_MASK = """async (address) => {
  const picture = await createImageBitmap(await (await fetch(address)).blob());
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const found = new Set();
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (Math.hypot(x - width / 2, y - height / 2) < width * 0.4) continue;
      const at = (y * width + x) * 4;
      found.add([...data.slice(at, at + 4)].join());
    }
  }
  return { width, height, colours: [...found] };
}"""


@pytest.fixture(scope="module")
def visitor(browser: Browser, site: str) -> Iterator[BrowserContext]:
    with browser.new_context(base_url=site, **PHONE) as context:
        yield context


@pytest.fixture(scope="module")
def writer(browser: Browser, site: str, written: StorageState) -> Iterator[BrowserContext]:
    """The phone of somebody who has answered everything."""
    with browser.new_context(base_url=site, storage_state=written, **PHONE) as context:
        yield context


@pytest.fixture
def phone(visitor: BrowserContext) -> Iterator[Page]:
    with visitor.new_page() as page:
        yield page


def small_targets(page: Page, addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found += [f"{address} {what}" for what in page.evaluate(SMALL_TARGETS)]
    return found


# --- Thumbs ---


def test_what_is_pressed_is_as_large_as_a_thumb(phone: Page) -> None:
    found = small_targets(phone, ANYONES)
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_so_it_is_among_ones_own_words(writer: BrowserContext) -> None:
    with writer.new_page() as page:
        found = small_targets(page, OWN)
    assert not found, "\n".join(found)


def test_a_tap_is_taken_at_once(phone: Page) -> None:
    """A page that fits the device and can't be double-tapped to zoom leaves nothing to wait for."""
    phone.goto("/")
    assert "width=device-width" in viewport_of(phone)
    assert (
        phone.evaluate("getComputedStyle(document.documentElement).touchAction") == "manipulation"
    )


def test_the_page_can_be_pinched_larger(phone: Page) -> None:
    phone.goto("/")
    assert "maximum-scale" not in viewport_of(phone)
    assert "user-scalable" not in viewport_of(phone)


def viewport_of(page: Page) -> str:
    return page.locator("meta[name=viewport]").get_attribute("content") or ""


# --- Typing ---


@pytest.mark.parametrize("size", ["small", ""])
def test_no_phone_zooms_in_on_a_field(writer: BrowserContext, size: str) -> None:
    """Phones do below 16 px, whatever size somebody reads at."""
    with writer.new_page() as page:
        for address in (CHAPTERS[0], CHAPTERS[4], "/journal/", "/journal/pages/new/", "/account/"):
            page.goto(address)
            page.evaluate("size => { document.documentElement.dataset.size = size; }", size)
            sizes = page.locator(
                "input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select"
            ).evaluate_all(
                "fields => fields.map((field) => parseFloat(getComputedStyle(field).fontSize))"
            )
            assert sizes
            assert min(sizes) >= 16, address


@pytest.mark.parametrize(("height", "stays"), [(420, True), (330, False)])
def test_the_keyboard_hides_neither_the_field_nor_help(
    writer: BrowserContext, height: int, stays: bool
) -> None:
    """A keyboard takes the lower half of the screen. The page asks to be made smaller by it, not
    covered (interactive-widget); then the field is scrolled to, as browsers do."""
    with writer.new_page() as page:
        page.goto(CHAPTERS[0])
        assert "interactive-widget=resizes-content" in viewport_of(page)
        page.locator(FIELD).tap()
        page.set_viewport_size({"width": 360, "height": height})
        page.locator(FIELD).evaluate("field => field.scrollIntoView({ block: 'nearest' })")
        expect(page.locator(FIELD)).to_be_focused()
        caret_line = page.locator(FIELD).bounding_box()
        assert caret_line is not None
        banner = page.locator("#crisis-banner").bounding_box()
        assert banner is not None
        if stays:
            expect(page.locator("#crisis-banner")).to_be_in_viewport(ratio=1)
            strip = page.locator(".exit-bar").bounding_box()
            assert strip is not None
            assert caret_line["y"] >= banner["y"] + banner["height"]
            assert caret_line["y"] + caret_line["height"] <= strip["y"]
        else:
            # Under 400 px the room is the field's; help is at the page's top.
            expect(page.locator("#crisis-banner")).not_to_be_in_viewport()
            expect(page.locator(FIELD)).to_be_in_viewport(ratio=1)


# --- On the home screen ---


def test_it_can_be_installed(phone: Page) -> None:
    phone.goto("/")
    session = phone.context.new_cdp_session(phone)
    assert session.send("Page.getAppManifest")["errors"] == []
    found = [
        error["errorId"]
        for error in session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    ]
    # An incognito window, as the tests' is, installs nothing; that is all that is missing.
    assert set(found) <= {"in-incognito"}


def test_the_icons_are_what_the_manifest_says(phone: Page) -> None:
    phone.goto("/")
    manifest = manifest_of(phone)
    assert {"standalone"} == {manifest["display"]}
    assert {"any", "192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        if icon["sizes"] != "any":
            found = phone.evaluate(OUTSIDE_THE_MASK, icon["src"])
            assert f"{found['width']}x{found['height']}" == icon["sizes"]


def test_a_mask_cuts_nothing_off_the_mark(phone: Page) -> None:
    phone.goto("/")
    [icon] = [icon for icon in manifest_of(phone)["icons"] if icon.get("purpose") == "maskable"]
    [colour] = phone.evaluate(OUTSIDE_THE_MASK, icon["src"])["colours"]
    assert colour.endswith(",255")


def manifest_of(page: Page) -> dict[str, Any]:
    return page.evaluate(
        "async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()"
    )


def test_nothing_lies_under_a_notch_or_the_bar_below(phone: Page) -> None:
    assert phone.context.browser is not None
    session = phone.context.new_cdp_session(phone)
    insets = {"top": 47, "bottom": 34, "left": 0, "right": 0}
    session.send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
    phone.goto(CHAPTERS[0])
    for link in phone.locator("#crisis-banner a").all():
        box = link.bounding_box()
        assert box is not None
        assert box["y"] >= 47
    out = phone.locator("#exit").bounding_box()
    assert out is not None
    assert out["y"] + out["height"] <= 740 - 34

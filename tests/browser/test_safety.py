"""Help, leaving quickly and reading settings, as a phone and a keyboard meet them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.django_db(transaction=True)

NewContext = Callable[..., BrowserContext]

HELP = "/help-now/"
MISSING = "/nowhere/at/all/"


def keep_on_this_machine(page: Page) -> list[str]:
    """Answers for the way out, which leads to another site; gives what it was asked."""
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.headers.get("referer", ""))
        route.fulfill(status=200, content_type="text/html", body="<title>Weather</title>Sunny")

    page.route("**/exit/", answer)
    return asked


# --- The banner ---


@pytest.mark.parametrize("address", [HELP, MISSING])
def test_the_banner_is_one_slim_line_at_320_pixels(new_context: NewContext, address: str) -> None:
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(address)
    boxes = [link.bounding_box() for link in page.locator("#crisis-banner a").all()]
    assert len({box["y"] for box in boxes if box}) == 1
    for box in boxes:
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_banner_stays_in_sight_and_lets_go_where_there_is_little_height(page: Page) -> None:
    page.goto(HELP)
    page.mouse.wheel(0, 2000)
    expect(page.locator("h1")).not_to_be_in_viewport()
    expect(page.locator("#crisis-banner")).to_be_in_viewport(ratio=1)
    # A keyboard that covers half of a phone, or 400 % zoom.
    page.set_viewport_size({"width": 320, "height": 256})
    page.evaluate("scrollTo(0, 1000)")
    expect(page.locator("#crisis-banner")).not_to_be_in_viewport()


def test_the_way_out_is_far_from_the_calls(page: Page) -> None:
    page.goto(HELP)
    way_out = page.locator("#exit").bounding_box()
    banner = page.locator("#crisis-banner").bounding_box()
    assert way_out is not None
    assert banner is not None
    assert way_out["y"] - (banner["y"] + banner["height"]) > 300
    assert way_out["height"] >= 44


def test_what_has_focus_is_never_under_the_banner_or_the_way_out(page: Page) -> None:
    page.goto(HELP)
    edge = page.locator("#crisis-banner").bounding_box()
    strip = page.locator(".exit-bar").bounding_box()
    assert edge is not None
    assert strip is not None
    for _step in range(60):
        page.keyboard.press("Tab")
        box = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (!one.closest("main")) return null;
                const { top, bottom } = one.getBoundingClientRect();
                return { top, bottom };
            }"""
        )
        if box:
            assert box["top"] >= edge["y"] + edge["height"] - 1
            assert box["bottom"] <= strip["y"] + 1


def test_help_is_whole_without_scripts(plain_page: Page) -> None:
    plain_page.goto(HELP)
    plain_page.get_by_text("Not in the United States?").click()
    plain_page.get_by_role("link", name="Canada").click()
    expect(plain_page.locator("#country-ca")).to_be_in_viewport()
    expect(plain_page.locator("#reading")).to_be_hidden()
    expect(plain_page.locator("#exit")).to_be_visible()


def test_a_picked_country_is_remembered_on_the_device(page: Page) -> None:
    page.goto(HELP)
    page.get_by_text("Not in the United States?").click()
    page.get_by_role("link", name="Ireland").click()
    page.goto(HELP)
    expect(page.locator("[data-countries] + section")).to_have_id("country-ie")
    assert page.context.cookies() == []


# --- Leaving quickly ---


def test_one_tap_empties_the_page_and_leaves(page: Page) -> None:
    asked = keep_on_this_machine(page)
    page.goto(HELP)
    page.locator("#exit").click()
    expect(page).to_have_title("Weather")
    assert asked == [page.url.replace("/exit/", HELP)]


def test_the_page_is_empty_before_the_answer_has_come(page: Page) -> None:
    keep_on_this_machine(page)
    page.goto(HELP)
    title, text, left = page.evaluate(
        """() => {
            document.getElementById("exit").click();
            return [document.title, document.body.innerText, document.body.children.length];
        }"""
    )
    assert (title, text.strip(), left) == ("…", "Leaving now.", 1)


def test_back_does_not_lead_to_the_page_again(page: Page) -> None:
    keep_on_this_machine(page)
    page.goto(MISSING)
    page.goto(HELP)
    page.locator("#exit").click()
    expect(page).to_have_title("Weather")
    page.go_back()
    assert page.url.endswith(MISSING)


def test_shift_three_times_leaves_and_says_so_on_the_way(page: Page) -> None:
    keep_on_this_machine(page)
    page.goto(HELP)
    status = page.locator("#exit-status")
    page.keyboard.press("Shift")
    expect(status).to_have_text("Press Shift two more times to leave.")
    page.keyboard.press("Shift")
    expect(status).to_have_text("Once more to leave.")
    page.keyboard.press("Shift")
    expect(page).to_have_title("Weather")


def test_presses_are_forgotten_and_that_is_said(page: Page) -> None:
    page.clock.install()
    page.goto(HELP)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.run_for(3100)
    expect(page.locator("#exit-status")).to_have_text("Staying here.")
    page.keyboard.press("Shift")
    expect(page.locator("#exit-status")).to_have_text("Press Shift two more times to leave.")


def test_capital_letters_and_shortcuts_never_leave(page: Page) -> None:
    page.goto(HELP)
    for key in ("Shift+A", "Shift+B", "Shift+C", "Shift+Tab", "Shift+Tab", "Shift+Tab"):
        page.keyboard.press(key)
    expect(page.locator("#exit-status")).to_have_text("")
    expect(page.locator("h1")).to_have_text("Help now")


def test_nobody_is_asked_whether_to_stay(page: Page) -> None:
    keep_on_this_machine(page)
    page.goto(HELP)
    page.evaluate("addEventListener('beforeunload', (event) => event.preventDefault())")
    questions: list[str] = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))
    page.locator("h1").click()  # browsers only ask on pages that were touched
    page.locator("#exit").click()
    expect(page).to_have_title("Weather")
    assert questions == []


# --- Reading settings ---


def test_settings_are_kept_on_the_device_and_stand_before_the_first_paint(page: Page) -> None:
    page.goto(HELP)
    page.get_by_text("Reading settings").locator("..").click()
    page.get_by_label("Dark").check()
    page.get_by_label("Large", exact=True).check()
    page.get_by_label("More space").check()
    page.add_init_script(
        """window.painted = new Promise((painted) => {
            const seen = () => painted({ ...document.documentElement.dataset });
            new PerformanceObserver(seen).observe({ type: "paint", buffered: true });
        });"""
    )
    page.goto(MISSING)
    painted = page.evaluate("window.painted")
    assert painted["theme"] == "dark"
    assert (painted["size"], painted["spacing"]) == ("large", "roomy")
    assert page.context.cookies() == []


def test_a_setting_goes_back_to_usual(page: Page) -> None:
    page.goto(HELP)
    page.evaluate("""localStorage.setItem("alongside-reading", '{"theme": "sepia"}')""")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "sepia"
    page.get_by_text("Reading settings").locator("..").click()
    page.get_by_role("button", name="Reset").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") is None


@pytest.mark.parametrize(
    "kept", ["[", "null", '{"theme": 7}', '{"theme": "x\\" onload=1"}', '{"other": "dark"}']
)
def test_odd_things_in_storage_do_no_harm(page: Page, kept: str) -> None:
    page.goto(HELP)
    page.evaluate("kept => localStorage.setItem('alongside-reading', kept)", kept)
    page.reload()
    assert page.evaluate("({ ...document.documentElement.dataset })") == {"js": ""}


def test_without_storage_a_setting_lasts_for_the_page_and_says_so(page: Page) -> None:
    page.add_init_script(
        """Object.defineProperty(window, "localStorage", {
            get() { throw new DOMException("off", "SecurityError"); },
        });"""
    )
    page.goto(HELP)
    page.get_by_text("Reading settings").locator("..").click()
    page.get_by_label("Dark").check()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(page.get_by_text("This browser can’t keep it")).to_be_visible()


def test_escape_closes_the_settings_and_gives_the_focus_back(page: Page) -> None:
    page.goto(HELP)
    page.get_by_text("Reading settings").locator("..").click()
    page.get_by_label("Sepia").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#reading")).not_to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.localName") == "summary"


# --- For every eye ---


@pytest.mark.parametrize(
    ("address", "width", "look"),
    [
        (HELP, 320, "light"),
        (HELP, 768, "light"),
        (HELP, 1280, "light"),
        (HELP, 320, "dark"),
        (HELP, 1280, "dark"),
        (HELP, 320, "sepia"),
        (HELP, 320, "forced"),
        (MISSING, 320, "light"),
        (MISSING, 1280, "forced"),
    ],
)
def test_axe_finds_nothing(
    new_context: NewContext, axe: Callable[..., None], address: str, width: int, look: str
) -> None:
    page = new_context(
        viewport={"width": width, "height": 800},
        is_mobile=width < 768,
        color_scheme="dark" if look == "dark" else "light",
        forced_colors="active" if look == "forced" else "none",
        reduced_motion="reduce",
    ).new_page()
    page.goto(address)
    if look == "sepia":
        page.evaluate("document.documentElement.dataset.theme = 'sepia'")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    axe(page)


@pytest.mark.parametrize("look", ["light", "dark", "sepia"])
def test_text_keeps_seven_to_one(page: Page, look: str) -> None:
    """Every pair of text and ground in the tokens, in every theme (WCAG 1.4.6)."""
    page.goto(HELP)
    page.evaluate("look => { document.documentElement.dataset.theme = look; }", look)
    colours = page.evaluate(
        """() => {
            const style = getComputedStyle(document.documentElement);
            const names = ["paper", "raised", "sunk", "ink", "soft", "link", "clay", "edge",
                           "fill", "on-fill", "help", "on-help", "focus"];
            return Object.fromEntries(names.map((n) => [n, style.getPropertyValue(`--${n}`)]));
        }"""
    )
    for ground in ("paper", "raised", "sunk"):
        for text in ("ink", "soft", "link", "clay"):
            assert contrast(colours[text], colours[ground]) >= 7, (text, ground)
        for edge in ("edge", "focus"):
            assert contrast(colours[edge], colours[ground]) >= 3, (edge, ground)
    assert contrast(colours["on-fill"], colours["fill"]) >= 7
    assert contrast(colours["on-help"], colours["help"]) >= 7


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2 between two colours such as "#fbf6ec"."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour.strip().removeprefix("#")
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_text_spacing_of_wcag_loses_nothing(page: Page) -> None:
    page.goto(HELP)
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
                word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`);
            document.adoptedStyleSheets = [sheet];
        }"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_paper_has_the_numbers_and_not_the_furniture(page: Page) -> None:
    page.goto(HELP)
    page.emulate_media(media="print")
    expect(page.locator("#crisis-banner")).to_be_visible()
    expect(page.locator("#disclaimer")).to_be_visible()
    expect(page.locator("#exit")).to_be_hidden()
    expect(page.locator("#reading")).to_be_hidden()
    expect(page.locator(".line__ways a").first).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 568), (1280, 800)])
def test_what_opens_over_a_page_never_lies_over_the_way_out(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/")
    page.locator("#reading > summary").click()
    panel = page.locator("#reading > form").bounding_box()
    way_out = page.locator("#exit").bounding_box()
    assert panel["y"] + panel["height"] <= way_out["y"]

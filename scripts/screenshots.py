"""The gallery in docs/images: a sample site on a phone and on a desk, by day and by night.

``make screenshots`` draws it anew; everything in it is invented. Run it on a quiet machine: the
pictures are what the browser shows, and what it shows must have come to rest.
"""

import datetime
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from sample_answers import WAY, write_all
from sample_site import ROOT, chromium, sample_site, sign_up

IMAGES = ROOT / "docs" / "images"
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}
PHONE = ("phone",)
THEMES = ("light", "dark")
BOOK = "/books/alongside"
OVER_TIME = "/journal/look-back/alongside/over-time"
MOST_BYTES = 6_000_000


@dataclass(frozen=True)
class Picture:
    """One page in one state; ``until`` brings it there."""

    name: str
    address: str
    until: Callable[[Page], None] = lambda page: None
    is_entered: bool = False
    devices: tuple[str, ...] = tuple(DEVICES)


def at(selector: str) -> Callable[[Page], None]:
    """Scrolled so that one thing stands near the top."""

    def scroll(page: Page) -> None:
        page.locator(selector).first.evaluate("thing => thing.scrollIntoView({block: 'start'})")

    return scroll


def choose_a_look(page: Page) -> None:
    page.get_by_text("Reading settings").locator("..").click()


def write_a_line(page: Page) -> None:
    prompt = page.locator("#prompt-call-me")
    prompt.locator("[name=answer]").fill("Sparrow")
    prompt.get_by_role("button", name="Save", exact=True).last.click()
    page.locator("#status-call-me", has_text="Saved").wait_for()
    at("#prompt-call-me")(page)


def follow_the_guide(page: Page) -> None:
    guide = page.locator("#prompt-where-to-turn")
    for words in WAY:
        guide.get_by_role("link", name=words, exact=True).locator("visible=true").click()
    at("#prompt-where-to-turn")(page)


def leave_alone(page: Page) -> None:
    """Two hours go by. The site isn't told, so that the journal stays open for the next picture."""
    page.route("**/account/touch/", lambda route: route.abort())
    page.clock.install()
    page.reload()
    page.clock.fast_forward("02:00:00")
    page.locator("#cover").wait_for()


PICTURES = (
    Picture("home", "/"),
    Picture("contents", f"{BOOK}/"),
    Picture("chapter", f"{BOOK}/start-here/"),
    Picture("story", f"{BOOK}/my-map/", at(".block--story"), devices=PHONE),
    Picture("reading-settings", f"{BOOK}/steady-first/", choose_a_look, devices=PHONE),
    Picture("help-now", "/help-now/"),
    Picture("signup", "/account/signup/", devices=PHONE),
    Picture("not-found", "/nowhere/", devices=PHONE),
    Picture("coming-back", "/", is_entered=True, devices=PHONE),
    Picture("writing", f"{BOOK}/start-here/", write_a_line, is_entered=True),
    Picture("map", f"{BOOK}/my-map/", at(".block--map"), is_entered=True),
    Picture("guide", f"{BOOK}/who-for-what/", follow_the_guide, is_entered=True),
    Picture("season", f"{OVER_TIME}/season/", is_entered=True),
    Picture(
        "scale",
        f"{OVER_TIME}/steady-before/",
        is_entered=True,
        devices=PHONE,
    ),
    Picture("journal", "/journal/", is_entered=True),
    Picture("card", f"{BOOK}/cards/hard-day-card/", is_entered=True),
    Picture("locked", f"{BOOK}/my-map/", leave_alone, is_entered=True, devices=PHONE),
)


def take(context: BrowserContext, picture: Picture, file: Path) -> None:
    page = context.new_page()
    page.goto(picture.address, wait_until="networkidle")
    picture.until(page)
    page.mouse.move(0, 0)  # what is pointed at looks pointed at
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(250)  # what fades in has come
    page.screenshot(path=file, animations="disabled", caret="hide")
    page.close()


def take_all(browser: Browser, address: str) -> None:
    first = browser.new_context(base_url=address, **DEVICES["phone"])
    page = sign_up(first, address)
    file = IMAGES / "journal-empty-phone-light.png"
    page.goto("/journal/")
    page.screenshot(path=file)
    write_all(page, address, datetime.datetime.now(datetime.UTC).date())
    entered = first.storage_state()
    for device, options in DEVICES.items():
        for theme in THEMES:
            for state in (None, entered):
                context = browser.new_context(
                    base_url=address, storage_state=state, color_scheme=theme, **options
                )
                for picture in PICTURES:
                    if picture.is_entered == bool(state) and device in picture.devices:
                        take(context, picture, IMAGES / f"{picture.name}-{device}-{theme}.png")
                context.close()
    first.close()


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    for old in IMAGES.glob("*.png"):
        old.unlink()
    with sample_site() as address, chromium() as browser:
        take_all(browser, address)
    made = sorted(IMAGES.glob("*.png"))
    size = sum(path.stat().st_size for path in made)
    print(f"{len(made)} pictures, {size / 1e6:.1f} MB, in {IMAGES.relative_to(ROOT)}")
    if size > MOST_BYTES:
        sys.exit("That is more than a repository should carry; leave some out.")


if __name__ == "__main__":
    main()

"""A real Chromium, driven against a real server on this machine.

Every page made here is watched: an uncaught script error, a warning or an error in the console, a
breach of the content security policy or a request to any other origin fails the test that caused it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    StorageState,
    sync_playwright,
)

from tests.browser import readers
from tests.operations.test_serve import serving

HERE = Path(__file__).parent
AXE = HERE / "vendor" / "axe-core" / "axe.min.js"
# The same browser without its own windows: opening a page takes a third of the work.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}

# All that axe-core does unasked (WCAG 2.0 to 2.2, A and AA, and its good practice), and two that it
# leaves off: targets' size, which is AA since 2.2, and text at 7:1, which is AAA. Whatever has that
# has the 4.5:1 of AA, so that isn't looked at again: no rule takes longer.
RULES: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {
        "target-size": {"enabled": True},
        "color-contrast-enhanced": {"enabled": True},
        "color-contrast": {"enabled": False},
    },
}

# The rules that another color scheme may break; which elements there are is the same in each.
COLORS = ("color-contrast-enhanced", "link-in-text-block")

# Playwright keeps an event loop in this thread, which Django takes for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark this folder's tests; without a browser skip them, and let CI fail over that."""
    for item in items:
        if not item.path.is_relative_to(HERE):
            continue
        item.add_marker("browser")
        if CHROMIUM is None and not os.environ.get("CI"):
            item.add_marker(
                pytest.mark.skip(reason="no Chromium: apt-get install chromium-headless-shell")
            )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("CI must run the browser tests, and there is no Chromium here.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Make a fresh browser profile on a phone: ``new_context(java_script_enabled=False)``.

    Takes the options of Playwright's ``browser.new_context``; addresses may start at ``/``.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=live_server.url, **(PHONE | options))
        context.set_default_timeout(10_000)
        context.on("page", lambda page: _watch(page, live_server.url, complaints))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site as an operator serves it: compressed, hashed names, its own database.

    All tests share it, so each brings people of its own.
    """
    with serving(tmp_path_factory.mktemp("site") / "var") as (address, _output):
        yield address


@pytest.fixture(scope="session")
def written(browser: Browser, site: str) -> StorageState:
    """What the browser keeps of somebody who has answered everything on :func:`site`.

    ``browser.new_context(storage_state=written)`` is another browser of theirs.
    """
    with browser.new_context(base_url=site) as context:
        page = readers.join(context)
        # Other tests may take a while.
        page.goto("/account/")
        page.locator("[name=lock_minutes][value='60']").check()
        page.get_by_role("button", name="Save these settings").click()
        page.wait_for_load_state()
        readers.write_everywhere(page)
        return context.storage_state()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone, with JavaScript."""
    return new_context().new_page()


@pytest.fixture
def plain_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone whose JavaScript is off."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """``axe(page)`` fails with what axe-core finds wrong on the page as it stands.

    ``axe(page, within="#main")`` looks at one part, ``without`` names rules that can't hold there,
    ``only`` the rules to be held alone. Needs a page with JavaScript.
    """
    source = AXE.read_text(encoding="utf-8")

    def check(
        page: Page, within: str = "html", without: tuple[str, ...] = (), only: tuple[str, ...] = ()
    ) -> None:
        # Evaluated by the debugger, not as a script element: the page's own policy forbids that.
        if not page.evaluate("'axe' in window"):
            page.evaluate(f"() => {{ {source} }}")
        rules = RULES["rules"] | {rule: {"enabled": False} for rule in without}
        options = RULES | {"rules": rules}
        if only:
            options["runOnly"] = {"type": "rule", "values": only}
        # What the help line lies over for a moment is not too small.
        page.evaluate("scrollTo(0, 0)")
        found = page.evaluate("([within, options]) => axe.run(within, options)", [within, options])
        assert not found["violations"], "\n".join(map(_as_line, found["violations"]))

    return check


@pytest.fixture(scope="session")
def axe_by_day_and_night(axe: Callable[..., None]) -> Callable[[Page], None]:
    """``axe_by_day_and_night(page)``: every rule in light, those about colors in dark as well."""

    def check(page: Page) -> None:
        axe(page)
        page.emulate_media(color_scheme="dark")
        axe(page, only=COLORS)
        page.emulate_media(color_scheme="light")

    return check


def _watch(page: Page, origin: str, complaints: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        # That an answer had an error's status, or none came, is what some tests are about; the
        # browser and htmx each say so.
        is_answer = message.text.startswith("Failed to load") or "htmx" in message.location["url"]
        if message.type in {"warning", "error"} and not is_answer:
            complaints.append(f"{page.url}: {message.text}")

    def on_request(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != origin:
            complaints.append(f"{page.url}: a request left for {request.url}")

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))


def _as_line(violation: dict[str, Any]) -> str:
    places = ", ".join(str(node["target"][0]) for node in violation["nodes"])
    return f"{violation['id']}: {violation['help']} ({places})"

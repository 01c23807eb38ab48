"""No page a reader can reach, in no state, has a fault that axe-core finds.

Each is looked at in light, in dark and in forced colours, on a phone of 320 pixels, a tablet and a
desk, with every fold open, on a site served as an operator serves it. A page counts once for each state
that it can be in: empty, filled, error, locked, conflict.

Every rule is held in light on the phone and the desk; which elements there are is the same in other
colours, so there the rules about colours are. A tablet shows nothing that neither of the two shows,
and is held to the rules about room. With SOAK=1 every rule is held everywhere.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser import readers
from tests.browser.conftest import COLORS
from tests.browser.readers import CHAPTERS, CONTENTS
from tests.campaigns import SOAK

pytestmark = pytest.mark.campaign

Axe = Callable[..., None]

SCHEMES = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced colours": {"color_scheme": "light", "forced_colors": "active"},
}
# A phone, a tablet, a desk; and the desk's 1280 pixels at 400 %.
SCREENS = [PHONE, TABLET, DESK] = [(320, 640), (768, 1024), (1280, 800)]
ZOOMED = (320, 256)
ALL: tuple[str, ...] = ()
ROOM = ("target-size", "scrollable-region-focusable")
# Which rules are held where, each with its colours and its screen.
LOOKS = [
    *(("light", screen, ALL) for screen in (PHONE, DESK)),
    ("light", TABLET, ROOM),
    *(
        (scheme, screen, COLORS)
        for scheme in ("dark", "forced colours")
        for screen in (PHONE, DESK)
    ),
]
if SOAK:
    LOOKS = [(scheme, screen, ALL) for scheme in SCHEMES for screen in SCREENS]
OPEN_FOLDS = """() => {
  for (const fold of document.querySelectorAll("main details:not([name])")) fold.open = true;
}"""

PROSE = ["about", "privacy", "for-organizations", "for-clinicians", "authors"]
ANYONES = [
    "/",
    CONTENTS,
    *CHAPTERS,
    f"{CHAPTERS[0]}print/",
    "/help-now/",
    *(f"/{name}/" for name in PROSE),
    *(f"/account/{name}/" for name in ("signup", "login", "recover", "logout", "gone")),
    "/journal/",  # asks who is there
    "/nowhere/at/all/",
]
ACCOUNT = ["", "password/", "recovery-key/", "devices/", "delete/", "new-key/", "closed/"]
JOURNAL = [
    "",
    "pages/new/",
    "export/",
    "import/",
    "bridge/",
    "reminder/",
    "look-back/",
    "look-back/holds/",
    "delete/",
]
OWN = [
    "/",
    CONTENTS,
    CHAPTERS[0],
    *(f"/account/{name}" for name in ACCOUNT),
    *(f"/journal/{name}" for name in JOURNAL),
    "/journal/search/",  # a form's address, opened as a page
]
FILLED = [
    *CHAPTERS,
    f"{CHAPTERS[4]}print/?answers=own",
    f"{CONTENTS}cards/hard-day-card/",
    *(f"/journal/{name}" for name in JOURNAL),
    "/journal/?by=chapter",
    "/journal/?part=alongside/my-map",
    "/journal/look-back/alongside/map/",
    "/journal/look-back/alongside/chapters/my-map/",
    "/journal/look-back/alongside/over-time/steady-now/",
]
# Enough to hear of a slip at once; the rest is for the whole suite.
QUICK = {"/", CONTENTS, CHAPTERS[0], "/help-now/", "/account/signup/", "/journal/"}


def places(addresses: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "address",
        [
            pytest.param(address, marks=[] if address in QUICK else [pytest.mark.slow])
            for address in addresses
        ],
    )


@pytest.fixture(scope="module")
def passers_by(browser: Browser, site: str) -> Iterator[BrowserContext]:
    with browser.new_context(base_url=site, reduced_motion="reduce") as context:
        yield context


@pytest.fixture(scope="module")
def beginner(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser in which somebody has joined who has written nothing."""
    with browser.new_context(base_url=site, reduced_motion="reduce") as context:
        readers.join(context).close()
        yield context


@pytest.fixture(scope="module")
def writer(browser: Browser, site: str, written: StorageState) -> Iterator[BrowserContext]:
    """A browser of somebody who has answered everything."""
    with browser.new_context(
        base_url=site, storage_state=written, reduced_motion="reduce"
    ) as context:
        yield context


@pytest.fixture(scope="module")
def guest(browser: Browser, site: str) -> Iterator[Callable[[], BrowserContext]]:
    """``guest()`` → a browser in which somebody new has joined, for states that last."""
    made: list[BrowserContext] = []

    def make() -> BrowserContext:
        made.append(browser.new_context(base_url=site, reduced_motion="reduce"))
        readers.join(made[-1]).close()
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def holds_for_every_eye(axe: Axe) -> Callable[[Page], None]:
    """``holds_for_every_eye(page)``: the page as it stands, in all colours and on all screens."""

    def check(page: Page) -> None:
        page.evaluate(OPEN_FOLDS)
        for look, (width, height), rules in LOOKS:
            page.emulate_media(**SCHEMES[look])
            page.set_viewport_size({"width": width, "height": height})
            try:
                axe(page, only=rules)
            except AssertionError as found:
                raise AssertionError(f"{page.url} in {look} at {width}: {found}") from None
        for width, height in (*SCREENS, ZOOMED):
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{page.url} is {wide} wide on {width}"

    return check


@pytest.fixture
def visit(holds_for_every_eye) -> Callable[[BrowserContext, str], None]:
    def look(context: BrowserContext, address: str) -> None:
        # One page goes from address to address: a new one takes as long as to look at it.
        page = context.pages[0] if context.pages else context.new_page()
        page.goto(address)
        holds_for_every_eye(page)

    return look


@places(ANYONES)
def test_for_anyone(visit, passers_by, address: str) -> None:
    visit(passers_by, address)


@places(OWN)
def test_with_nothing_written(visit, beginner, address: str) -> None:
    visit(beginner, address)


@places(FILLED)
def test_with_everything_written(visit, writer, address: str) -> None:
    visit(writer, address)


# --- Errors ---


@pytest.mark.parametrize(
    ("address", "filled", "button"),
    [
        ("/account/signup/", {"username": "a", "password": "short"}, "Create an account"),
        ("/account/login/", {"username": "nobody", "password": "not it"}, "Sign in"),
        ("/account/recover/", {"code": "UUUU", "password": "a"}, "Set the password and sign in"),
    ],
)
def test_a_form_that_is_not_right_yet(
    holds_for_every_eye, passers_by, address: str, filled: dict[str, str], button: str
) -> None:
    with passers_by.new_page() as page:
        page.goto(address)
        for name, words in filled.items():
            page.locator(f"#main [name={name}]").fill(words)
        page.locator("#main").get_by_role("button", name=button, exact=True).last.click()
        expect(page.locator(".error-summary")).to_be_focused()
        every_error_is_tied_to_its_field(page)
        holds_for_every_eye(page)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "button"),
    [
        ("/account/password/", "Change it"),
        ("/account/recovery-key/", "Show me a new backup key"),
        ("/account/delete/", "Delete everything of mine"),
    ],
)
def test_a_wrong_password_within(holds_for_every_eye, beginner, address: str, button: str) -> None:
    with beginner.new_page() as page:
        page.goto(address)
        for field in page.locator("#main input:is([type=password], [type=text])").all():
            field.fill("not it")
        page.locator("#main").get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".error-summary")).to_be_focused()
        every_error_is_tied_to_its_field(page)
        holds_for_every_eye(page)


def every_error_is_tied_to_its_field(page: Page) -> None:
    """Whoever comes to a field hears what is wrong with it (WCAG 1.3.1, 3.3.1)."""
    assert page.locator(".error-summary li").count()
    for error in page.locator("#main .field .errorlist li").all():
        field = error.locator("xpath=../..").locator("input, select, textarea").first
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(error.inner_text())))
        name = field.get_attribute("id")
        expect(page.locator(f'.error-summary a[href="#{name}"]').first).to_be_visible()


@pytest.mark.slow
def test_words_that_are_not_saved_yet(holds_for_every_eye, beginner) -> None:
    with beginner.new_page() as page:
        page.goto(CHAPTERS[0])
        page.route("**/journal/answers/**", lambda route: route.abort())
        page.locator("#answer-today-brought").fill("words")
        page.locator("#answer-today-brought").dispatch_event("change")
        expect(page.locator("#status-today-brought")).to_contain_text(
            "keep this page open", ignore_case=True
        )
        holds_for_every_eye(page)
        leave_it_unsaved(page)


@pytest.mark.slow
def test_words_that_are_too_many(holds_for_every_eye, beginner) -> None:
    with beginner.new_page() as page:
        page.goto(CHAPTERS[0])
        page.locator("#answer-today-brought").fill("word " * 30_000)
        page.locator("#prompt-today-brought").evaluate("form => form.submit()")
        expect(page.locator("#main [role=alert]")).to_be_visible()
        holds_for_every_eye(page)
        leave_it_unsaved(page)


def leave_it_unsaved(page: Page) -> None:
    """The browser asks whether to leave unsaved words behind."""
    page.on("dialog", lambda dialog: dialog.accept())


@pytest.mark.slow
def test_a_form_gone_stale(holds_for_every_eye, beginner) -> None:
    with beginner.new_page() as page:
        page.goto("/account/")
        page.locator("#main [name=csrfmiddlewaretoken]").evaluate_all(
            "fields => fields.forEach((field) => field.remove())"
        )
        page.get_by_role("button", name="Sign out every other browser").click()
        expect(page.locator("h1")).to_contain_text("out of date")
        holds_for_every_eye(page)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_fault_of_the_site(holds_for_every_eye, page: Page, monkeypatch) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("workbook.pages.views.render", fail)
    # Pages for everyone are kept: as in a process in which nobody has asked for one.
    monkeypatch.setattr("workbook.pages.shared._kept", {})
    page.goto("/about/")
    expect(page.locator("main")).to_contain_text("500")
    holds_for_every_eye(page)


# --- Locked ---


@pytest.mark.slow
def test_with_the_journal_locked(visit, holds_for_every_eye, guest) -> None:
    context = guest()
    with context.new_page() as left_open, context.new_page() as page:
        left_open.goto(CHAPTERS[0])
        page.goto("/account/")
        page.get_by_role("button", name="Lock the journal now").click()
        page.wait_for_load_state()
        # A page that stood open all the while hears of it with its next save.
        left_open.locator("#answer-today-brought").fill("words")
        left_open.locator("#answer-today-brought").dispatch_event("change")
        expect(left_open.locator("#cover")).to_be_visible()
        holds_for_every_eye(left_open)
        left_open.get_by_label("Password").fill("not it")
        left_open.get_by_role("button", name="Open my journal").click()
        expect(left_open.locator("#cover-error")).not_to_be_empty()
        holds_for_every_eye(left_open)
        leave_it_unsaved(left_open)
    for address in ("/", CONTENTS, CHAPTERS[0], "/journal/", "/account/"):
        visit(context, address)


# --- Conflict ---


@pytest.mark.slow
def test_two_versions(holds_for_every_eye, guest) -> None:
    context = guest()
    with context.new_page() as one, context.new_page() as other:
        for page in (one, other):
            page.goto(CHAPTERS[0])
        for page, words in ((one, "Ana sat with me."), (other, "Ana sat with me until light.")):
            page.locator("#answer-today-brought").fill(words)
            page.locator("#answer-today-brought").dispatch_event("change")
            expect(page.locator("#status-today-brought")).to_contain_text(
                "Saved" if page is one else "Both versions are kept"
            )
        holds_for_every_eye(other)
        other.get_by_role("button", name="Show both versions").click()
        expect(other.locator(".compare__side")).to_have_count(2)
        holds_for_every_eye(other)
        one.goto(CHAPTERS[0])
        one.get_by_role("link", name="Look at both").click()
        holds_for_every_eye(one)
        one.get_by_role("link", name="Another version, not chosen yet").click()
        holds_for_every_eye(one)

"""Taking words along in a real browser: on a phone, by keyboard, on paper, without JavaScript."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.journal.writing import write
from workbook.chapters.loader import library
from workbook.journal.models import EarlierVersion, Entry

pytestmark = pytest.mark.django_db(transaction=True)

BOOK = "alongside"
WORDS = "You said that last time too.\nAnd it passed. هادئ 🌙"
PAGES = {
    "export": [],
    "import-journal": [],
    "bridge": [],
    "reminder": [],
    "bridge-sheet": ["work"],
    "chapter-print": [BOOK, "hard-day"],
}


@pytest.fixture
def reader(new_context, entered, person, live_server) -> Callable[..., Page]:
    """``reader(java_script_enabled=False)`` → a page of someone whose journal is open."""

    def make(who=person, **options) -> Page:
        context = new_context(**options)
        token = entered(who).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": token, "url": live_server.url}]
        )
        return context.new_page()

    return make


@pytest.fixture
def filled(person) -> None:
    book = library().book(BOOK)
    people = [
        {"who": "Fay", "kinds": ["Peer"], "good_for": "listening", "reach": "+1 555 010 2233"},
        {"who": "Dana", "kinds": ["Workplace"], "good_for": "covering", "reach": ""},
    ]
    for prompt, answer in {
        "want-to-hear": {"text": WORDS},
        "my-people": {"people": people},
        "around-for": {"columns": ["What or who", "When"], "rows": [["the tomatoes", "July"]]},
    }.items():
        placed = book.prompt(prompt).prompt
        write(person.user, person.keyring, book, placed, answer, expected=0)


def download(page: Page, button: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("button", name=button).click()
    return Path(started.value.path()).read_bytes()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole_on_a_small_phone_and_clean_for_assistive_tools(
    reader, filled, axe, name
):
    page = reader(viewport={"width": 320, "height": 640})
    page.goto(reverse(name, args=PAGES[name]))
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_journal_goes_out_and_comes_in_again_without_javascript(
    reader, filled, make_person, tmp_path
):
    page = reader(java_script_enabled=False)
    page.goto(reverse("export"))
    content = download(page, "Download everything")
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert {"journal.json", "journal.html", "kept-apart.html"} <= set(names)
    file = tmp_path / "journal.zip"
    file.write_bytes(content)
    other = make_person("bo")
    page = reader(other, java_script_enabled=False)
    for says in ("Imported", "here already"):
        page.goto(reverse("import-journal"))
        page.get_by_label("The zip you downloaded").set_input_files(file)
        page.get_by_role("button", name="Import it").click()
        expect(page.locator(".messages")).to_contain_text(says)
    assert Entry.objects.filter(user=other.user).count() == 3
    assert not EarlierVersion.objects.filter(user=other.user).exists()


def test_a_file_that_is_no_journal_is_refused_on_the_page(reader):
    page = reader(java_script_enabled=False)
    page.goto(reverse("import-journal"))
    page.get_by_role("button", name="Import it").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a file first")
    page.get_by_label("The zip you downloaded").set_input_files(
        {"name": "x.json", "mimeType": "application/json", "buffer": b"hello"}
    )
    page.get_by_role("button", name="Import it").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")


def test_the_html_that_is_taken_along_opens_from_a_disk_by_itself(
    reader, filled, browser, axe, tmp_path
):
    page = reader()
    page.goto(reverse("export"))
    archive = zipfile.ZipFile(io.BytesIO(download(page, "Download everything")))
    archive.extractall(tmp_path)
    context = browser.new_context(viewport={"width": 360, "height": 740})
    opened = context.new_page()
    asked = []
    opened.on("request", lambda request: asked.append(request.url))
    for name, words in (("journal.html", "And it passed."), ("kept-apart.html", "tomatoes")):
        opened.goto((tmp_path / name).as_uri())
        expect(opened.locator("#main")).to_contain_text(words)
        expect(opened.locator("#crisis-banner a").first).to_be_visible()
        expect(opened.locator("#disclaimer")).to_be_visible()
        assert opened.evaluate("getComputedStyle(document.body).maxWidth") != "none"
        axe(opened)
        assert opened.evaluate("document.documentElement.scrollWidth") <= 360
    assert len(asked) == 2
    context.close()


def test_a_sheet_is_made_with_the_keyboard_alone(reader, filled):
    page = reader()
    page.goto(reverse("bridge"))
    page.get_by_role("link", name="A friend or someone close").focus()
    page.keyboard.press("Enter")
    page.get_by_label("In your own words").focus()
    page.keyboard.type("What helps:")
    page.get_by_role("checkbox", name=re.compile("You said that")).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Make the page").focus()
    page.keyboard.press("Enter")
    sheet = page.locator("article.sheet")
    expect(sheet).to_contain_text("What helps:")
    expect(sheet).to_contain_text("And it passed.")
    expect(sheet).not_to_contain_text("Dana")


def test_the_sheet_for_work_is_ticked_for_work_only_and_can_be_copied(reader, filled):
    page = reader(permissions=["clipboard-read", "clipboard-write"])
    page.goto(reverse("bridge-sheet", args=["work"]))
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(page.get_by_text("the tomatoes")).to_be_hidden()
    page.get_by_role("button", name="Make the page").click()
    page.get_by_role("button", name="Copy the text").click()
    expect(page.locator("#copied")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Dana" in copied
    for word in ("Fay", "Alongside", "peer support", "Help now"):
        assert word not in copied


def test_without_the_clipboard_the_text_is_marked_to_be_copied_by_hand(reader, filled):
    page = reader()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(reverse("bridge-sheet", args=["work"]))
    page.get_by_role("button", name="Make the page").click()
    page.get_by_role("button", name="Copy the text").click()
    expect(page.locator("#copied")).to_contain_text("selected")
    field = page.locator("#bare-text")
    assert field.evaluate("f => f.selectionEnd - f.selectionStart") == len(field.input_value())


def test_the_ticks_can_be_changed_without_javascript(reader, filled):
    page = reader(java_script_enabled=False)
    page.goto(reverse("bridge-sheet", args=["friend"]))
    page.get_by_label("In your own words").fill("one\ntwo")
    page.get_by_role("checkbox", name=re.compile("You said that")).check()
    page.get_by_role("button", name="Make the page").click()
    page.get_by_role("button", name="Change what is on it").click()
    expect(page.get_by_label("In your own words")).to_have_value("one\ntwo")
    expect(page.get_by_role("checkbox", name=re.compile("You said that"))).to_be_checked()


def sides(page: Page) -> int:
    """How many sides of paper the page as it stands would fill."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="Letter")))


def test_a_sheet_fits_on_one_side_with_help_and_disclaimer_on_it(reader, filled):
    page = reader(java_script_enabled=False)
    page.goto(reverse("bridge-sheet", args=["clinician"]))
    for box in page.get_by_role("checkbox").all():
        if box.is_visible():
            box.check()
    page.get_by_label("In your own words").fill("Could we talk about these?")
    page.get_by_role("button", name="Make the page").click()
    page.emulate_media(media="print")
    for part in ("#crisis-banner", "#disclaimer", "article.sheet"):
        expect(page.locator(part)).to_be_visible()
    for part in ("#exit", ".site-header", "#how", ".site-footer ul"):
        expect(page.locator(part)).to_be_hidden()
    assert sides(page) == 1


def test_a_chapter_is_printed_blank_and_filled_without_javascript(reader, filled):
    page = reader(java_script_enabled=False)
    page.goto(reverse("chapter", args=[BOOK, "hard-day"]))
    page.get_by_role("link", name="Print this chapter").click()
    expect(page.get_by_text("And it passed.")).to_have_count(0)
    page.get_by_role("button", name="Put my answers in").click()
    expect(page.locator(".paper-answer").get_by_text("And it passed.")).to_be_visible()
    expect(page.get_by_text("the tomatoes")).to_have_count(0)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Update the page").click()
    page.emulate_media(media="print")
    for part in ("#crisis-banner", "#disclaimer"):
        expect(page.locator(part)).to_be_visible()
    expect(page.locator(".paper-prompt").get_by_text("the tomatoes")).to_be_visible()
    expect(page.locator("#how")).to_be_hidden()


def test_a_calendar_file_comes_without_javascript(reader):
    page = reader(java_script_enabled=False)
    page.goto(reverse("reminder"))
    page.get_by_label("At", exact=True).fill("07:30")
    file = download(page, "Get the calendar file").decode()
    assert "T073000" in file
    assert "SUMMARY:A quiet moment" in file

"""The writing desk as an author meets it: a real server on this machine, a real browser."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

WIDE = {"viewport": {"width": 1500, "height": 900}}
SLOW = 40_000  # milliseconds: a busy machine compiles a whole book first


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the workbook that may be written to."""
    copy = tmp_path_factory.mktemp("desk") / "content"
    shutil.copytree(settings.BASE_DIR / "content", copy)
    return copy


@pytest.fixture(scope="module")
def desk(content: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a desk that ``manage.py write`` opened."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"SECRET_KEY", "WORKBOOK_KEYS", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"}
    } | {
        "WORKBOOK_CONTENT_DIR": str(content),
        "WORKBOOK_DATA_DIR": str(tmp_path_factory.mktemp("data")),
    }
    server = subprocess.Popen(
        [sys.executable, "manage.py", "write", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: is_open(port), seconds=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.05)


@pytest.fixture
def author(browser: Browser, desk: str) -> Iterator[Page]:
    """A wide window; script errors and breaches of the policy fail the test."""
    complaints: list[str] = []
    context = browser.new_context(base_url=desk, **WIDE)
    context.set_default_timeout(SLOW)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield page
    context.close()
    assert not complaints, "\n".join(complaints)


def chapter(content: Path, name: str) -> Path:
    return content / "alongside" / name


def test_the_desk_and_its_pages_are_accessible(author: Page, axe: Callable[..., None]) -> None:
    for address in (
        "/desk/",
        "/desk/alongside/02-steady-first/",
        "/desk/alongside/02-steady-first/ask/?kind=check",
        "/desk/alongside/map/",
    ):
        author.goto(address)
        # The frames are pages of the site, with tests of their own.
        axe(author, within="#main:not(:has(iframe)), .editor__words, .desk__header, footer")


def test_a_problem_stands_beside_its_line(author: Page, content: Path) -> None:
    path = chapter(content, "03-walking-beside.md")
    lines = path.read_text().split("\n")
    at = lines.index("## Understood from outside, and from inside")
    lines[at + 2] = "You should stay positive. " + lines[at + 2]
    path.write_text("\n".join(lines))
    author.goto("/desk/alongside/03-walking-beside/")
    note = author.locator("#notes .note", has_text="stay positive")
    expect(note).to_be_visible()
    tops = author.evaluate(
        """() => {
          const words = document.getElementById("words");
          const box = words.getBoundingClientRect().top;
          const lineHeight = parseFloat(getComputedStyle(words).lineHeight);
          const note = [...document.querySelectorAll(".note")]
            .find((one) => one.textContent.includes("stay positive"));
          return [note.getBoundingClientRect().top - box, note.dataset.line * lineHeight];
        }"""
    )
    # Lines above may wrap or other notes push down, so it is never higher than its line.
    assert tops[0] >= tops[1] - 40
    assert tops[0] < tops[1] + 400
    note.click()
    caret = author.evaluate("document.getElementById('words').selectionStart")
    assert author.locator("#words").input_value()[caret:].startswith(("stay positive", "should"))


def test_saving_stays_on_the_page_and_renews_the_previews(author: Page, content: Path) -> None:
    author.goto("/desk/alongside/05-four-kinds/")
    words = author.locator("#words")
    fresh = words.input_value().replace("let two calls go by", "let three calls go by")
    words.fill(fresh)
    expect(author.locator("#save-status")).to_have_text("Not saved yet.")
    author.keyboard.press("Control+s")
    expect(author.locator("#save-status")).to_have_text("Saved to the file.")
    assert "let three calls go by" in chapter(content, "05-four-kinds.md").read_text()
    for frame in author.locator("iframe").all():
        expect(frame.content_frame.locator("article")).to_contain_text("let three calls go by")


def test_another_editors_save_shows_by_itself_and_keeps_the_place(
    author: Page, content: Path
) -> None:
    author.goto("/desk/alongside/09-fill-a-gap/")
    phone = author.locator("iframe").first
    expect(phone.content_frame.locator("h1")).to_be_visible()
    phone.evaluate("frame => frame.contentWindow.scrollTo(0, 900)")
    path = chapter(content, "09-fill-a-gap.md")
    path.write_text(path.read_text().replace("A gap is a kind of", "A gap is any kind of"))
    expect(phone.content_frame.locator("article")).to_contain_text(
        "A gap is any kind of", timeout=SLOW
    )
    expect(author.locator("#words")).to_have_value(path.read_text())
    until(lambda: phone.evaluate("frame => frame.contentWindow.scrollY") == 900, seconds=3)


def test_a_change_outside_never_costs_words_typed_here(author: Page, content: Path) -> None:
    path = chapter(content, "10-asking.md")
    author.goto("/desk/alongside/10-asking/")
    words = author.locator("#words")
    words.fill(words.input_value() + "\nMine, not saved yet.\n")
    path.write_text(path.read_text() + "\nTheirs.\n")
    expect(author.locator("#moved")).to_be_visible()
    assert "Mine, not saved yet." in words.input_value()
    author.get_by_role("button", name="Save").click()
    expect(
        author.get_by_role("heading", name="The file was changed while you wrote")
    ).to_be_visible()
    assert "Mine, not saved yet." in author.get_by_label("Yours").input_value()
    assert "Theirs." in author.get_by_label("In the file now").input_value()
    assert "Mine, not saved yet." not in path.read_text()


def test_a_question_is_added_without_knowing_any_marks(author: Page, content: Path) -> None:
    author.goto("/desk/alongside/11-fair-edges/")
    author.get_by_role("link", name="Add a question").last.click()
    author.get_by_role("link", name="Pick any").click()
    author.get_by_label("The question", exact=True).fill("Which of these have you tried?")
    author.get_by_label("The answers to pick from").fill("A note\nA call")
    author.get_by_role("button", name="Add it to the file").click()
    expect(author.get_by_text("The question is in the file.")).to_be_visible()
    text = chapter(content, "11-fair-edges.md").read_text()
    assert (
        "Which of these have you tried?\n\n- A note\n- A call\n- Something else: ___\n:::" in text
    )


def test_a_question_without_an_id_gets_one_when_it_is_saved(author: Page, content: Path) -> None:
    author.goto("/desk/alongside/13-early-signs/")
    words = author.locator("#words")
    words.fill(words.input_value() + "\n::: short answer\nWhat is near?\n:::\n\nThe end.\n")
    author.get_by_role("button", name="Save").click()
    expect(author.locator("#save-status")).to_contain_text(
        "Saved to the file, with an id for 1 question", timeout=SLOW
    )
    text = chapter(content, "13-early-signs.md").read_text()
    stamped = re.search(
        r"^::: short answer (early-signs-\w{5})\nWhat is near\?$", text, re.MULTILINE
    )
    assert stamped
    expect(words).to_have_value(text)


def test_both_widths_stand_beside_the_text(author: Page) -> None:
    author.goto("/desk/alongside/15-kinder-voice/")
    phone, computer = author.locator("iframe").all()
    for frame in (phone, computer):
        expect(frame.content_frame.locator("h1")).to_be_visible()
    widths = [
        frame.evaluate("frame => frame.contentWindow.innerWidth") for frame in (phone, computer)
    ]
    assert 320 <= widths[0] <= 420
    assert widths[1] >= 1000
    words, first = author.locator("#words").bounding_box(), phone.bounding_box()
    assert words
    assert first
    assert words["x"] + words["width"] <= first["x"]


def test_each_section_has_its_minutes_and_its_grade(author: Page) -> None:
    author.goto("/desk/alongside/08-who-for-what/")
    table = author.locator("table", has_text="Grade")
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tr").all()]
    named = {row[0].strip(): row[1:] for row in rows}
    assert "Begin with the need" in named
    whole = named["All of it"]
    assert 8 <= float(whole[1]) <= 16
    assert 1 <= float(whole[2]) <= 10


def test_the_map_draws_chapters_questions_guides_and_what_feeds_what(author: Page) -> None:
    author.goto("/desk/alongside/map/")
    main = author.locator("#main")
    expect(main.get_by_role("link", name="Steady First").first).to_be_visible()
    expect(main.get_by_text("scale, steady-now").first).to_be_visible()
    drawn = main.get_by_role("region", name="Picture of where answers are shown again").locator(
        "svg"
    )
    expect(drawn).to_be_visible()
    row = main.locator("tr", has_text="my-people").first
    expect(row.get_by_role("link", name="Words for a Hard Day").or_(row.get_by_role("link", name="My Support Map")).first).to_be_visible()  # fmt: skip
    flow = main.locator("section", has=author.get_by_role("heading", level=3)).first
    expect(flow.locator("svg")).to_be_visible()
    flow.locator("summary").click()
    assert flow.locator("details li").count() > 5


def test_everything_works_without_scripts(browser: Browser, desk: str, content: Path) -> None:
    context = browser.new_context(base_url=desk, java_script_enabled=False, **WIDE)
    page = context.new_page()
    page.goto("/desk/alongside/14-ordinary-days/")
    words = page.locator("#words")
    words.fill(words.input_value().replace("four rooms", "four small rooms"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved to the file.")).to_be_visible()
    assert "four small rooms" in chapter(content, "14-ordinary-days.md").read_text()
    context.close()


@pytest.mark.django_db(transaction=True)
def test_the_authors_guide_shows_every_kind_live(page: Page, axe: Any) -> None:
    page.goto("/authors/")
    axe(page)
    assert page.locator(".example").count() > 15
    page.locator("#prompt-evening-signs").get_by_label("I eat standing up").check()

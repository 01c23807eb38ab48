"""Rules 17 to 20: a chapter's shape, what everyone needs to use it, sources, and where it leads."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.authoring.texts import CLOSE, HELP, SHORT, codes, findings, on_a_page, page_codes, whole
from workbook.authoring.lint.run import lint
from workbook.crisis.loader import help_lines

Write = Callable[[str, str], Path]


def test_a_whole_chapter_passes() -> None:
    assert findings(whole()) == []


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("short", "opening"),
        ("story", "story"),
        ("idea", "idea"),
        ("tool", "tool"),
        ("example", "example"),
        ("if_not", "way on"),
        ("step", "small step"),
        ("close", "close"),
    ],
)
def test_a_missing_part_is_named(part: str, name: str) -> None:
    missing = [f.message for f in findings(whole(**{part: ""})) if f.code == "C17a"]
    assert [message for message in missing if f"no {name} yet" in message]


def test_a_guide_is_something_to_do_and_no_question() -> None:
    guide = "::: guide way\nWhere now?\n\nstep: a\nHere?\n- Yes -> help\n- No -> end: Rest.\n:::\n"
    assert codes(whole(tool="", middle=guide)) == []


@pytest.mark.parametrize("count", [2, 8])
def test_the_number_of_questions_is_three_to_seven(count: int) -> None:
    questions = "".join(f"::: short answer q{n}\nWhat?\n:::\n\n" for n in range(count - 1))
    assert "C17b" in codes(whole(questions=questions))


def test_the_short_of_it_is_short_and_stands_first() -> None:
    long = SHORT.replace("- Sit where you like.\n", "- Sit where you like.\n" * 5)
    assert "C17g" in codes(whole(short=long))
    assert "C17g" in codes(whole(short="", end=f"{SHORT}\nA close follows it.\n"))
    assert "C17g" not in codes(whole())


@pytest.mark.parametrize(
    "heading",
    [
        "If it doesn’t work",
        "If nearly all of it came out empty",
        "If it stings, or it goes badly",
        "When nobody answers",
    ],
)
def test_a_way_on_may_have_the_chapters_own_heading(heading: str) -> None:
    text = whole(if_not=f"## {heading}\n\nYou can walk one stop.\n")
    assert "C17a" not in codes(text)


def test_another_if_is_no_way_on() -> None:
    text = whole(if_not="## If you like buses\n\nYou can ride two stops.\n")
    assert "C17a" in codes(text)


def test_the_old_ending_is_no_longer_a_small_step() -> None:
    old = "::: short answer four\nFinish it your way: “When ___, I will ___.”\n:::\n"
    assert "C17a" in codes(whole(step=old))


def test_a_page_of_a_book_in_any_order_needs_no_parts(content: Path) -> None:
    book = content / "book/book.md"
    chapter = content / "book/01-a-door.md"
    chapter.write_text("---\ntitle: A Door\nstatus: published\n---\n\nOne plain page.\n")
    assert "C17a" in {f.code for f in lint(content, help_lines()).findings}
    book.write_text(book.read_text().replace("language: en", "language: en\norder: any"))
    assert {f.code for f in lint(content, help_lines()).findings} <= {"C16c", "C11e"}


ONE = whole(questions="", step="", example="")


def test_no_two_chapters_begin_or_end_alike(content: Path, write: Write) -> None:
    write("01-a-door.md", ONE.replace("The bus came and", "Early that day", 1))
    path = write("02-a-window.md", ONE)
    ends = [f for f in lint(content, help_lines()).findings if f.code == "C16e"]
    assert [f.path for f in ends] == ["book/02-a-window.md"]
    assert "ends the way '01-a-door.md' does" in ends[0].message
    assert path.read_text().splitlines()[ends[0].line - 1].startswith("Then do one ordinary")
    path.write_text(ONE.replace("Then do one ordinary", "Fill a glass, an ordinary"))
    assert not [f for f in lint(content, help_lines()).findings if f.code == "C16e"]


def test_nothing_ends_on_a_question() -> None:
    assert "C17e" in codes(whole(close="", end="::: short answer five\nWhat now?\n:::\n"))


NOTE = "::: note\ntitle: About this\n\nIt may stir things up. [The next](next) is lighter.\n:::\n"


def test_a_heavy_chapter_needs_its_note_and_a_safe_close() -> None:
    found = codes(whole(heavy="yes"))
    assert {"C17c", "C17d"} <= set(found)
    assert codes(whole(heavy="yes", start=NOTE, end=HELP)) == []


def test_the_note_of_a_heavy_chapter_leads_somewhere_else() -> None:
    without = NOTE.replace("[The next](next)", "The next")
    assert "C17c" in codes(whole(heavy="yes", start=without, end=HELP))


def test_a_safe_close_says_what_is_missing() -> None:
    text = whole(heavy="yes", start=NOTE, end=HELP, close="## End\n\n" + "Good luck to you. " * 8)
    (finding,) = [f for f in findings(text) if f.code == "C17d"]
    assert "a look around" in finding.message
    assert "help block" not in finding.message


def test_what_is_left_to_fill_in_is_one_finding() -> None:
    text = whole(middle="[… a first thing …]\n\n[… another …]\n")
    (finding,) = [f for f in findings(text) if f.code == "C17f"]
    assert "2 places" in finding.message


# --- 18 ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("![Two chairs on a porch](images/porch.jpg)", "C18a"),
        ('![picture](images/porch.jpg "The porch in May")', "C18b"),
        ('![porch.jpg](images/porch.jpg "The porch in May")', "C18b"),
        ("| One | |\n|---|---|\n| a | b |", "C18c"),
        ("For more, [click here](page:about).", "C18d"),
        ("[Here](page:about) is more.", "C18d"),
        ("[Read more](page:about)", "C18d"),
        ("Click here to begin.", "C18d"),
        ("## One\n\nText.\n\n#### Three", "C18e"),
    ],
)
def test_what_shuts_somebody_out_is_caught(text: str, code: str) -> None:
    assert code in page_codes(text)


@pytest.mark.parametrize(
    "text",
    [
        '![Two chairs on a porch](images/porch.jpg "The porch in May")',
        "| | One | Two |\n|---|---|---|\n| a | b | c |",
        "More is on [the page about this book](page:about).",
        "## One\n\nText.\n\n### Two\n\nText.\n\n## Three",
        "`![x](y)` and `[here](z)` and `[… a place …]`",
        "“Click here” tells nobody where it leads.",
    ],
)
def test_what_everyone_can_use_passes(text: str) -> None:
    assert page_codes(text) == []


# --- 19 ---


@pytest.mark.parametrize(
    "text",
    [
        "Peer support helps 70% of people.",
        "One in five adults lives with it.",
        "It was tested in 49 trials.",
        "People with a plan are twice as likely to go.",
        "Studies show that it helps.",
        "The effect was small (r = .08).",
    ],
)
def test_a_number_from_research_needs_its_source(text: str) -> None:
    assert page_codes(text) == ["C19"]


@pytest.mark.parametrize(
    "text",
    [
        "Peer support helps 70% of people ([Moss, 2020](https://example.org)).",
        "It was small, r = .08 (Frattaroli, 2006).",
        "One in five adults lives with it.\n\nSource: [SAMHSA](https://example.org).",
        "The effect is modest, g = −0.29 (Cregg and Cheavens).",
        "One in the morning, or two out of habit. It is 2026. Page 12 of 49.",
        "She said, “90% of it is turning up.”",
    ],
)
def test_a_source_or_a_plain_number_passes(text: str) -> None:
    assert page_codes(text) == []


def test_a_number_in_a_story_is_the_storys() -> None:
    story = "::: story\ntitle: A\ninvented: yes\n\nOne in five people on the bus slept.\n:::\n"
    assert "C19" not in codes(whole(middle=story))


def test_one_paragraph_gives_one_finding() -> None:
    assert len(on_a_page("It helps 70% of people and 80% of dogs.")) == 1


# --- 18 to 20, as the compiler keeps them ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("![](images/porch.jpg)\n", "L121"),
        ("[Another](anothr)\n", "L101"),
        ("[Its question](a-door#prompt-onne)\n", "L102"),
        ("[A page](page:abut)\n", "L103"),
        ("[Bad](javascript:alert)\n", "L104"),
        ("::: recall nobody\n:::\n", "K105"),
        ("::: story\ntitle: Nobody's\n\nIt was cold.\n:::\n", "B231"),
        ("::: guide g\nWhere?\n\nstep: a\nHere?\n- Yes -> b\n:::\n", "B306"),
        ("::: guide g\nWhere?\n\nstep: a\nHere?\n- Yes -> a\n:::\n", "B308"),
        ("::: guide g\nA?\n\nstep: a\nB?\n- Y -> help\n\nstep: c\nD?\n- Y -> help\n:::\n", "B307"),
        ("::: guide g\nA?\n\nstep: a\nB?\n- Y -> prompt: nobody\n:::\n", "K105"),
    ],
)
def test_what_leads_nowhere_stops_publishing(
    content: Path, write: Write, text: str, code: str
) -> None:
    write("01-a-door.md", whole(middle=text))
    assert code in [f.code for f in lint(content, help_lines()).stopping]


def test_a_close_is_more_than_a_stray_line() -> None:
    assert "C17a" in codes(whole(close="Bye.\n"))
    assert "C17a" not in codes(whole(close=CLOSE))

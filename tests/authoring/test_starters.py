"""A new chapter stands as it is, teaches, and overwrites nothing."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from workbook.authoring.lint.finding import ERROR
from workbook.authoring.lint.run import lint
from workbook.chapters.loading import load
from workbook.crisis.loader import help_lines
from workbook.prompts.kinds.example import Example


def make(command: str, *args: str) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def test_a_new_chapter_compiles_at_once(content: Path) -> None:
    said = make("new_chapter", "A Quiet Door")
    assert "01-a-quiet-door.md" in said
    made = load(content)
    assert made.problems == ()
    (chapter,) = made.book("book").chapters
    assert (chapter.title, chapter.status) == ("A Quiet Door", "draft")
    assert len(chapter.prompts) == 5
    assert all(prompt.stamped for prompt in chapter.prompts)


def test_a_new_chapter_has_every_part_and_waits_for_words(content: Path) -> None:
    make("new_chapter", "A Quiet Door")
    found = [f.code for f in lint(content, help_lines()).findings if "01-" in f.path]
    assert found == ["C17f"]


def test_its_comments_teach_and_stay_with_the_author(content: Path) -> None:
    make("new_chapter", "A Quiet Door")
    assert "Readers never see it" in (content / "book/01-a-quiet-door.md").read_text()
    (chapter,) = load(content).book("book").chapters
    assert not any("never see" in str(vars(block)) for block in chapter.blocks)


def test_it_has_the_shape_of_the_present_book(content: Path) -> None:
    make("new_chapter", "A Quiet Door")
    text = (content / "book/01-a-quiet-door.md").read_text()
    parts = [
        "## The short of it",
        "::: idea",
        "::: tool",
        "::: example",
        "## If it doesn’t work",
        "::: story",
        "follow up: yes",
        "## Before you go",
        "::: help",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert all(text.count(part) == 1 for part in parts)
    assert "I will ___" not in text
    (chapter,) = load(content).book("book").chapters
    (example,) = [block for block in chapter.blocks if isinstance(block, Example)]
    assert example.prompt in chapter.prompts


def test_nothing_is_left_to_mend_once_its_places_are_filled(content: Path) -> None:
    make("new_chapter", "A Quiet Door")
    path = content / "book/01-a-quiet-door.md"
    days = (f"Somebody could try it on day {day}." for day in range(1, 100))
    path.write_text(re.sub(r"\[… .*? …\]", lambda _place: next(days), path.read_text()))
    report = lint(content, help_lines())
    assert [f.code for f in report.findings if "01-" in f.path and f.severity == ERROR] == []


def test_a_second_chapter_of_the_same_name_takes_other_ids(content: Path) -> None:
    make("new_chapter", "A Quiet Door")
    old = content / "book/01-a-quiet-door.md"
    old.rename(content / "book/01-another.md")
    make("new_chapter", "A Quiet Door")
    made = load(content)
    assert made.problems == ()
    first, second = made.book("book").chapters
    assert not {prompt.id for prompt in first.prompts} & {prompt.id for prompt in second.prompts}


def test_chapters_are_numbered_in_turn_with_ids_of_their_own(content: Path) -> None:
    make("new_chapter", "One")
    (content / "book/07-seven.md").write_text("---\ntitle: Seven\n---\n\nText.\n")
    assert "08-two.md" in make("new_chapter", "Two")
    assert load(content).problems == ()


def test_nothing_is_overwritten(content: Path) -> None:
    make("new_chapter", "One")
    path = content / "book/01-one.md"
    path.write_text("mine")
    with pytest.raises(CommandError, match="already"):
        make("new_chapter", "One!")
    assert path.read_text() == "mine"
    with pytest.raises(CommandError, match="already"):
        make("new_workbook", "Book")


@pytest.mark.parametrize(
    "title", ['A "Day": with dogs', "# 1 & *more*", "No", "2026-01-01", "Ängste"]
)
def test_any_title_stands_as_it_was_given(content: Path, title: str) -> None:
    make("new_chapter", title)
    made = load(content)
    assert made.problems == ()
    assert made.book("book").chapters[0].title == title


def test_a_title_without_letters_is_refused(content: Path) -> None:
    with pytest.raises(CommandError, match="letters"):
        make("new_chapter", "???")


def test_several_workbooks_have_to_be_told_apart(content: Path) -> None:
    make("new_workbook", "Another One")
    with pytest.raises(CommandError, match="another-one, book"):
        make("new_chapter", "One")
    with pytest.raises(CommandError, match="Did you mean 'another-one'"):
        make("new_chapter", "One", "--book", "anotherone")
    assert "another-one" in make("new_chapter", "One", "--book", "another-one")


def test_a_new_workbook_compiles_and_its_words_are_asked_for(content: Path) -> None:
    make("new_workbook", "Night & Day: a workbook")
    made = load(content)
    assert made.problems == ()
    assert made.book("night-day-a-workbook").title == "Night & Day: a workbook"
    report = lint(content, help_lines())
    assert [f.code for f in report.findings if "night" in f.path] == ["C17f"]
    assert not report.stopping


def test_without_any_workbook_the_first_step_is_named(content: Path) -> None:
    (content / "book/book.md").unlink()
    with pytest.raises(CommandError, match="new_workbook"):
        make("new_chapter", "One")

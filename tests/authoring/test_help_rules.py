"""Rules 1 to 3: help is near, and its numbers come from one file that somebody checks."""

import datetime as dt
from pathlib import Path

import pytest

from tests.authoring.texts import FILLER, HELP, codes, findings, page_codes, whole
from workbook.authoring.lint.run import lint
from workbook.crisis.loader import help_lines

NAMED = "Some people here have had thoughts of suicide.\n"


@pytest.mark.parametrize(
    "word",
    ["suicide", "suicidal thoughts", "self-harm", "an overdose", "a crisis", "hurting myself"],
)
def test_naming_a_danger_asks_for_help_nearby_and_at_the_end(word: str) -> None:
    found = codes(whole(middle=f"This part is about {word}.\n"))
    assert "C01a" in found
    assert "C01b" in found


def test_help_close_by_and_at_the_end_is_enough() -> None:
    assert codes(whole(middle=NAMED + "\n" + HELP, end=HELP)) == []


def test_help_above_the_mention_counts() -> None:
    assert "C01a" not in codes(whole(middle=HELP + "\n" + NAMED, end=HELP))


def test_help_far_from_the_mention_is_too_far() -> None:
    assert "C01a" in codes(whole(middle=NAMED + "\n" + FILLER, end=HELP))


def test_help_that_something_follows_is_not_the_end() -> None:
    found = codes(whole(middle=NAMED + "\n" + HELP, end=HELP + "\nOne more line.\n"))
    assert "C01a" not in found
    assert "C01b" in found


def test_the_help_block_may_name_the_danger_itself() -> None:
    help_ = "::: help\ntitle: For thoughts of suicide\nYou can begin anywhere.\n:::\n"
    assert codes(whole(middle=help_, end=help_)) == []


def test_other_crises_are_no_danger() -> None:
    assert codes(whole(middle="The housing crisis and an identity crisis.\n")) == []


def test_a_page_has_its_crisis_banner_and_needs_no_block() -> None:
    assert page_codes(NAMED) == []


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("Call 988 now.", "{{lifeline}}"),
        ("The number is 911.", "{{emergency}}"),
        ("Text HOME to 741741.", "{{crisis-text}}"),
        ("Ring 116 123 at night.", "{{samaritans-uk}}"),
        ("Ring 1-800-662-4357.", "{{samhsa}}"),
        ("In Europe, dial 112.", "{{eu-emergency}}"),
        ("My office is at (212) 555-0100.", "help.toml"),
    ],
)
def test_a_number_is_never_typed(text: str, token: str) -> None:
    (finding,) = [f for f in findings(whole(middle=text + "\n")) if f.code == "C02"]
    assert token in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "You can {{lifeline}}, or {{emergency.number}}.",
        "The book has 112 pages, and was read by 1,988 people in 2023.",
        "Read [a page on it](https://example.org/988/911).",
        "It was 10:02 on 11-12-2024, and it cost $9.88.",
    ],
)
def test_other_numbers_are_only_numbers(text: str) -> None:
    assert "C02" not in codes(whole(middle=text + "\n"))


def lines_rule(root: Path, today: dt.date, *, release: bool) -> list[tuple[str, str]]:
    report = lint(root, help_lines(), today=today, release=release)
    return [(f.code, f.severity) for f in report.findings if f.code == "C03"]


def test_a_line_checked_ninety_days_ago_is_fresh(content: Path) -> None:
    newest = max(line.checked_on for line in help_lines().lines if line.checked_on)
    assert lines_rule(content, newest + dt.timedelta(days=90), release=True) == []


def test_an_older_check_advises_and_blocks_a_release(content: Path) -> None:
    newest = max(line.checked_on for line in help_lines().lines if line.checked_on)
    later = newest + dt.timedelta(days=91)
    assert set(lines_rule(content, later, release=False)) == {("C03", "warning")}
    assert set(lines_rule(content, later, release=True)) == {("C03", "error")}


def test_an_old_line_is_shown_where_its_date_stands(content: Path) -> None:
    report = lint(content, help_lines(), today=dt.date(2040, 1, 1))
    text = (content / "help.toml").read_text().splitlines()
    places = [f.line for f in report.findings if f.code == "C03"]
    assert places
    assert all(text[line - 1].startswith("checked_on") for line in places)

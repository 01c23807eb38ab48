"""The lines at the top of a file."""

from datetime import date

import pytest

from tests.costs import cost
from workbook.chapters.frontmatter import BOOK, CHAPTER, FrontMatter, Schema, read
from workbook.prompts.problems import Problem


def front(lines: str, schema: Schema = CHAPTER) -> tuple[FrontMatter, list[Problem]]:
    return read(f"---\n{lines}\n---\nWords.", "b/01-a.md", schema)


def places(lines: str, schema: Schema = CHAPTER) -> list[tuple[int, int, str]]:
    return [(p.line, p.col, p.code) for p in front(lines, schema)[1]]


def test_every_value_is_read_as_what_it_is() -> None:
    made, problems = front(
        "title: Steady First\nsummary: 'One: two'\nminutes: 5\nstatus: Published # for now\n"
        "heavy: yes\nauthor:\nreviewed_by: A. Peer\nreviewed_on: 2026-03-31"
    )
    assert not problems
    assert made.values == {
        "title": "Steady First",
        "summary": "One: two",
        "minutes": 5,
        "status": "published",
        "heavy": True,
        "author": "",
        "reviewed_by": "A. Peer",
        "reviewed_on": date(2026, 3, 31),
    }
    assert [(line.number, line.text) for line in made.body] == [(11, "Words.")]


def test_what_is_not_given_has_its_usual_value() -> None:
    made, problems = front("title: A")
    assert not problems
    assert (made.values["status"], made.values["heavy"], made.values["minutes"]) == (
        "draft",
        False,
        0,
    )


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: “Curly”", "Curly"),
        ("“title”: A", "A"),
        ("Title:  A  B ", "A B"),
        ("title: No", "No"),
        ("title: 2026-01-01", "2026-01-01"),
        ("title: >\n  A\n  B", "A B"),
        ("title: ", None),
    ],
)
def test_pasted_and_odd_values_stay_words(line: str, title: str | None) -> None:
    made, problems = front(line)
    assert made.values["title"] == (title or "")
    assert bool(problems) == (title is None)


def test_several_authors_may_be_a_list() -> None:
    made, problems = front("key: b\ntitle: B\nauthors: [A, B]\nlanguage: es-MX", BOOK)
    assert not problems
    assert made.values["authors"] == "A, B"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("titel: A\ntitle: B", (2, 1, "M107")),
        ("title: A\ntitle: B", (3, 1, "M108")),
        ("summary: A", (1, 1, "M109")),
        ("title:", (2, 1, "M109")),
        ("title: A\nminutes: soon", (3, 1, "M110")),
        ("title: A\nminutes: 0", (3, 1, "M110")),
        ("title: A\nminutes: ٣", (3, 1, "M110")),
        ("title: A\nstatus: done", (3, 1, "M110")),
        ("title: A\nheavy: maybe", (3, 1, "M110")),
        ("title: A\nreviewed_on: 31.3.2026", (3, 1, "M110")),
        ("title: A\nreviewed_on: 2026-02-30", (3, 1, "M110")),
        ("title: A: B", (2, 9, "M103")),
        ("title: @home", (2, 8, "M103")),
        ("title: A\n\tsummary: B", (3, 1, "M103")),
        ("title: A\n...\nsummary: B", (3, 1, "M103")),
        ("%YAML 1.1\ntitle: A", (2, 1, "M103")),
        ("title: *bold", (2, 8, "M104")),
        ("title: &a A", (2, 8, "M104")),
        ("title: !!python/object:os.system A", (2, 8, "M104")),
        ("title: {a: b}", (2, 1, "M105")),
        ("title: [[[a]]]", (2, 9, "M105")),
        ("- title", (2, 1, "M105")),
        ("[a, b]: c", (2, 1, "M105")),
        ("just words", (2, 1, "M105")),
        ("title: A\nsummary: " + "x" * 8200, (2, 1, "M106")),
    ],
)
def test_each_mistake_has_its_place_and_code(lines: str, expected: tuple[int, int, str]) -> None:
    assert places(lines)[0] == expected


def test_a_misspelt_name_is_recognised() -> None:
    assert "Did you mean 'summary'?" in front("title: A\nsumary: B")[1][0].message
    assert "Known are: title," in front("title: A\nzzz: B")[1][0].message


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "M101"), ("Words.", "M101"), ("\n\n", "M101"), ("---\ntitle: A\n", "M102")],
)
def test_missing_and_unclosed_lines_are_told(text: str, code: str) -> None:
    made, problems = read(text, "b/01-a.md", CHAPTER)
    assert [problem.code for problem in problems] == [code]
    assert made.values["title"] == ""


def test_empty_lines_may_stand_above() -> None:
    made, problems = read("\n\n--- \ntitle: A\n---\t\nWords.", "b/01-a.md", CHAPTER)
    assert not problems
    assert made.values["title"] == "A"
    assert made.body[0].number == 6


BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(20)
)


@pytest.mark.parametrize(
    "lines",
    [
        BOMB,
        "a: " + "[" * 500 + "]" * 500,
        "a: " + "{a: " * 500 + "}" * 500,
        "\n".join(" " * depth + "a:" for depth in range(120)),
        "- " * 2000 + "a",
        "[" * 8000,
        "{" * 8000,
        "? " * 4000,
        "a: b\n" * 1600,
        "'" * 8000,
        '"\\' * 4000,
        "a" * 8000,
        ": " * 4000,
        ",[" * 4000,
        "#" * 8000,
        "\n" * 8000,
    ],
)
def test_bombs_and_depth_are_refused_quickly(lines: str) -> None:
    plain = "\n".join(f"key{number}: words and more" for number in range(300))
    measured = cost(lambda: front(lines), lambda: front(plain), trace=False)
    _made, problems = measured.result
    assert problems
    assert measured.times < 30

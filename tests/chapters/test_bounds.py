"""No file within the bounds takes long, and none beyond them is rendered."""

import time
from functools import cache

import pytest

from tests.chapters.authored import HEAD, INDEX, PATH, TOKENS, chapter, compiled, problems
from workbook.chapters import bounds
from workbook.chapters.compiler import compile_chapter

MOST = 30
"""How many times as long as plain paragraphs, as many as fit, any input may take."""
ROOM = bounds.MAX_BYTES - len(HEAD)

UNITS = [
    "[", "![", "](", "[a](", "[a](my-map) ", "[a](<", "[a](b 'c", "[![a](b)](c)", "[a][b] ", "[a]: b\n",
    "*", "**a", "*a **b ", "*a _b ", "***a", "*a*", "*a*b", "a**b*c ", "_*", "*_*a_*_", "a_b_", "* *",
    "`", "``a`", "`a", "`a`", "<", "<a", "<a b='c'>", "<b>", "<!--", "<!-- -->", "<https://x.y>", "</",
    "&", "&a;", "&#60;", "&lt;", "{{", "{{a}}", "{{lifeline}} ", "*{{lifeline}}* ", "\\", "\\*",
    "#", "# a\n", "## a\n\n", "a\n===\n", "> ", "> a\n", "> - a\n", "a\n\n> b\n\n- c\n\n",
    "- a\n", "  - a\n", "- a\n\n", "- - ", "1. a\n", "1.", "---\n", "* * *\n", "• a\n",
    "|", "a|b\n", "|a|b|\n|--|--|\n", "|`", "\\|", ":::", ":::\n", "::: idea\na\n:::\n", "::: a\n", "::\n",
    "::: short answer here\nq\n:::\n", "::: pick any here\nq\n- a\n- b\n:::\n", "a: b\n",
    "~~~\n", "```\n", "```\na\n```\n", "~~~~", "\n", " ", "\t", "    a\n\n", "a  \n", "x", "x ", "é", "😀",
    "\u202e", "\u00a0", "“", "'", '"', "=", "___ ", "https://x.y ", "a@b.c ",
]  # fmt: skip


def seconds(body: str) -> float:
    """Returns the seconds of processor time that compiling takes."""
    began = time.process_time()
    compile_chapter(HEAD + body, PATH, INDEX, TOKENS)
    return time.process_time() - began


@cache
def usual() -> float:
    paragraph = "Words of people who write. " * 20 + "\n\n"
    return min(seconds(paragraph * (ROOM // len(paragraph))) for _time in range(3))


def spent(body: str) -> float:
    """How many times the usual; the better of two tries, where the first one looks long."""
    first = seconds(body) / usual()
    return first if first < MOST else seconds(body) / usual()


def filled(unit: str, size: int, separator: str = "\n\n") -> str:
    """The unit over and over in pieces of a size, as much as the bounds let through."""
    piece = (unit * (size // len(unit) + 1))[:size]
    special = len(bounds.SPECIAL.findall(piece + separator))
    cells = (piece + separator).strip("\n").count("\n") + piece.count("|") + 1
    length = len(piece) + len(separator)
    fits = [
        ROOM // len((piece + separator).encode()),
        bounds.MAX_PIECES // cells - 2,
        bounds.MAX_SPECIAL // max(1, special),
        bounds.MAX_WORK // max(1, special * length),
    ]
    if "\n\n" not in separator:
        whole = int((bounds.MAX_WORK / max(1, special * length)) ** 0.5)
        fits = [*fits, whole, bounds.MAX_PARAGRAPH // length]
    return separator.join([piece] * min(fits))


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_no_input_takes_long(unit: str) -> None:
    flat = (unit * ROOM)[:ROOM].encode()[:ROOM].decode(errors="ignore")
    bodies = {
        "beyond": flat,
        "short paragraphs": filled(unit, 3),
        "paragraphs": filled(unit, 300),
        "one paragraph": filled(unit, 60, "\n"),
        "table": "|a|b|\n|---|---|\n" + filled("|" + unit.strip("\n"), 90, "\n"),
    }
    for name, body in bodies.items():
        assert spent(body) < MOST, name


def test_inputs_at_the_edge_of_the_bounds_are_rendered() -> None:
    for unit in ("[", "*a **b ", "<", "{{lifeline}} "):
        codes = {problem.code for problem in compiled(filled(unit, 300))[1]}
        assert not {code for code in codes if code.startswith("F")}


@pytest.mark.slow
def test_four_hundred_blocks_take_no_time() -> None:
    one = (
        "::: pick any {}\nWhat *helps*?\n- a\n- b {{{{lifeline}}}}\n- Something else: ___\n:::\n\n"
    )
    assert spent("".join(one.format(f"p{number}") for number in range(400))) < MOST


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("x" * 6001, (1, 1, "F108")),
        ("A.\n\n" + ("x" * 5000 + "\n") * 5, (3, 1, "F109")),
        ("> " * 6 + "a", (1, 1, "F110")),
        ("A\n" + " " * 60 + "b", (2, 1, "F110")),
        ("- " * 13 + "a", (1, 1, "F110")),
        ("|" * 60, (1, 1, "F111")),
        ("a\n\n" * 2501, (5001, 1, "F112")),
        ("[[[[[[[[[[\n\n" * 601, (1201, 1, "F115")),
        ("*" * 2000, (1, 1, "F115")),
    ],
)
def test_what_is_beyond_the_bounds_is_told_where_it_begins(
    body: str, place: tuple[int, int, str]
) -> None:
    assert problems(body)[0] == place


def test_a_table_may_be_wide_and_not_wider() -> None:
    def table(columns: int) -> str:
        return "\n".join(f"|{cell * columns}" for cell in ("a|", "-|", "b|"))

    assert chapter(table(bounds.MAX_COLUMNS))
    assert problems(table(bounds.MAX_COLUMNS + 1))[0] == (1, 1, "F111")
    assert chapter("`" + "|" * 60 + "`")


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (HEAD + "x" * bounds.MAX_BYTES, "F101", (1, 1)),
        (HEAD + "é" * (bounds.MAX_BYTES // 2), "F101", (1, 1)),
        (HEAD + "\nab\0", "F103", (6, 3)),
        ("\x1b" + HEAD, "F103", (1, 1)),
        (HEAD + "a\x02b", "F103", (5, 2)),
        (HEAD + "\ud800", "F102", (1, 1)),
    ],
)
def test_a_file_that_is_too_large_or_odd_is_refused(
    text: str, code: str, place: tuple[int, int]
) -> None:
    made, found = compile_chapter(text, PATH, INDEX, TOKENS)
    assert made is None
    assert [(problem.code, (problem.line, problem.col)) for problem in found] == [(code, place)]


def test_deep_nesting_of_emphasis_is_a_problem_and_no_crash() -> None:
    for opening in ("*_", "**_", "*a _b "):
        made, found = compiled(opening * 400 + "x" + opening[::-1] * 400)
        assert made or found


def test_code_may_be_long_and_full_of_signs() -> None:
    assert chapter("```\n" + "[*`<{&" * 900 + "\n" + "x" * 7000 + "\n```")

"""Texts as an author writes them, and what becomes of them."""

from typing import Any

from workbook.chapters.book import Chapter, Library, Prose
from workbook.chapters.compiler import compile_chapter
from workbook.chapters.links import Index
from workbook.chapters.tokens import Tokens
from workbook.crisis.lines import CrisisLine, HelpLines
from workbook.prompts.problems import Problem

PATH = "quiet/02-steady-first.md"
HEAD = "---\ntitle: Steady First\nsummary: Back to the present.\n---\n"
HEAD_LINES = HEAD.count("\n")

LINES = HelpLines(
    wording="",
    disclaimer="",
    beside_writing="",
    banner=("lifeline",),
    lines=(
        CrisisLine(key="lifeline", name="The <Line>", call="555", text="555", inline="call or text {call}",
             link="https://line.example"),
        CrisisLine(key="emergency", name="Emergency", call="556", inline="call {call}"),
        CrisisLine(key="listeners", name="Listeners", link="https://www.listeners.example/now"),
    ),
)  # fmt: skip
TOKENS = Tokens(LINES)
INDEX = Index(
    book="quiet",
    books={
        "quiet": {"steady-first": frozenset({"here"}), "my-map": frozenset({"people"}), "": frozenset({"mood"})},
    },
    pages={"about": frozenset()},
    images=frozenset({"hand.png"}),
)  # fmt: skip


def compiled(body: str, *, index: Index | None = INDEX) -> tuple[Chapter | None, list[Problem]]:
    """A chapter with this text below its front matter."""
    return compile_chapter(HEAD + body, PATH, index, TOKENS)


def chapter(body: str) -> Chapter:
    """A chapter that must compile."""
    made, problems = compiled(body)
    assert made, [str(problem) for problem in problems]
    assert not problems
    return made


def html(body: str) -> str:
    """All of its prose."""
    return "\n".join(block.html for block in chapter(body).blocks if isinstance(block, Prose))


def problems(body: str) -> list[tuple[int, int, str]]:
    """Line below the front matter, column and code of every problem; the chapter is left out."""
    made, found = compiled(body)
    assert made is None
    return [(problem.line - HEAD_LINES, problem.col, problem.code) for problem in found]


def message(body: str) -> str:
    """The message of the only problem."""
    made, found = compiled(body)
    assert made is None
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0].message


BOOK = "---\nkey: quiet\ntitle: Quiet\n---\n"


def text(body: str = "Words.", **front: Any) -> str:
    """A chapter's file."""
    lines = "".join(f"{name}: {value}\n" for name, value in {"title": "One", **front}.items())
    return f"---\n{lines}---\n{body}\n"


def codes(library: Library) -> list[tuple[str, int, str]]:
    """Path, line and code of every problem."""
    return [(problem.path, problem.line, problem.code) for problem in library.problems]

"""A question from a form instead of syntax: the fields of each kind, and the block they make."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbook.prompts.registry import answered_kinds

LINES, WORDS, TICK, CHOICE = "lines", "words", "tick", "choice"
MARK = re.compile(r"^\s*(?:[-*+•‣·–—]|\d{1,3}[.)])\s+")
BLOCK = re.compile(r"^\s*:{2,}")


@dataclass(frozen=True)
class Field:
    """One field of the form.

    Attributes:
        shape: "words" (one line), "lines" (several), "tick", or "choice" among ``choices``.
    """

    name: str
    label: str
    help: str = ""
    shape: str = WORDS
    needed: bool = False
    begins: str = ""
    choices: tuple[tuple[str, str], ...] = ()


QUESTION = Field(
    "question", "The question", "Ask what, when or who. A tired person can answer it.", LINES, True
)
HINT = Field("hint", "A hint below it, if any", "Such as: Three words will do.")
REPEAT = Field(
    "repeat",
    "How often it may be answered",
    shape=CHOICE,
    choices=(
        ("", "Once; the answer can be changed"),
        ("daily", "Each day, kept side by side"),
        ("any", "Any number of times, kept side by side"),
    ),
)
SENSITIVE = (
    Field("sensitive", "It may stir something up", shape=TICK),
    Field("framing", "Then: what to know before it", "Such as: A few words will do."),
    Field(
        "way out", "Then: where to go from it",
        "Such as: You can stop here. [Steady First](steady-first) is close.",
    ),
)  # fmt: skip
OPTIONS = Field("options", "The answers to pick from, one a line", shape=LINES, needed=True)
OWN = Field("own", "Let people add words of their own", shape=TICK, begins="yes")

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "short answer": (
        QUESTION,
        HINT,
        Field(
            "follow up", "It is a small step, and they can ask to be asked once how it went",
            shape=TICK,
        ),
    ),
    "long answer": (QUESTION, HINT),
    "pick one": (QUESTION, OPTIONS, OWN, HINT),
    "pick any": (QUESTION, OPTIONS, OWN, HINT),
    "scale": (
        QUESTION,
        Field("0", "What 0 means", "Such as: Not steady at all", needed=True),
        Field("10", "What 10 means", "Such as: Steady", needed=True),
        Field(
            "if 0-3", "What to say to an answer from 0 to 3, if anything",
            "Such as: That's a lot to hold. {{lifeline}}. You can stop here, too.",
        ),
        Field("falls from", "An earlier scale to look back at, if any", "Its id."),
        Field(
            "if lower", "Then: what to say to a number below the one given there that day",
            "Such as: It can go down before it goes up. You can {{lifeline}}, or stop here.",
        ),
        HINT,
    ),
    "tick list": (QUESTION, OPTIONS, HINT),
    "table": (
        QUESTION,
        Field("columns", "The columns, one a line", "One to six.", LINES, True),
        Field("rows", "Empty rows to begin with", begins="3"),
        HINT,
    ),
    "people": (
        QUESTION,
        Field(
            "kinds", "Kinds of support, one a line", "", LINES, True,
            "Professional\nPersonal\nPeer\nWorkplace",
        ),
        Field(
            "from", "An earlier question for people whose names can be added, if any",
            "Its id, such as: my-people",
        ),
        HINT,
    ),
    "check": (
        QUESTION,
        Field("options", "The statements, one a line", shape=LINES, needed=True),
        Field("answers", "The words to answer with, one a line", "Two to four.", LINES, True,
              "yes\npartly\nnot now"),
        HINT,
    ),
    "plan": (
        QUESTION,
        Field(
            "options", "The steps, one a line",
            "A line such as 'phase: Look' begins a group of its own.", LINES, True,
        ),
        HINT,
    ),
    "guide": (
        Field("title", "The guide's title", "Such as: Where could I turn with this?", needed=True),
        Field(
            "steps", "Its steps",
            "Each step begins with 'step: a-name', then asks, then lists the ways on: words, an "
            "arrow, and the name of a step, 'help', or 'end: words'.",
            LINES, True,
            "step: danger\nIs anyone in danger right now?\n- Yes, or I'm not sure -> help\n- No "
            "-> next"
            "\n\nstep: next\nWhat would help first?\n- Company -> end: Who is closest?\n- Rest "
            "-> end: "
            "Then rest.",
        ),
        Field("drawn", "Show all of it as a picture, too", shape=TICK),
    ),
}  # fmt: skip
"""For each kind, its own fields. Every kind but a guide has those on repeating and care, too."""

ABOUT: Mapping[str, str] = {
    "short answer": "A line or two in their own words.",
    "long answer": "As much as they like, in their own words.",
    "pick one": "One of a few answers.",
    "pick any": "Any number of answers, or none.",
    "scale": "A number from 0 to 10, with words for both ends.",
    "tick list": "Things to check off that stay checked. They can add their own.",
    "table": "Rows to fill in under your headings.",
    "people": "Who is there, for what, and how to reach them. A map can draw it.",
    "check": "A few statements, each answered in a word. Nothing is added up.",
    "plan": "Steps in any order: not now, thinking, doing, done.",
    "guide": "Questions that lead on to others, with loops and ends. Works without an account.",
}


def fields(kind: str) -> tuple[Field, ...]:
    """Every field of a kind's form."""
    return FIELDS[kind] + ((REPEAT, *SENSITIVE) if kind != "guide" else ())


def kinds() -> list[tuple[str, str]]:
    """Each kind that can be asked, with a line on what it is."""
    return [(kind, ABOUT[kind]) for kind in answered_kinds()]


def block(kind: str, ident: str, given: Mapping[str, str]) -> str:
    """The lines of a colon block, its closing one included."""
    given = {name: value.replace("\r\n", "\n").strip() for name, value in given.items()}
    if kind == "guide":
        body = _safe(given.get("steps", ""))
        drawn = "drawn: yes\n" if given.get("drawn") else ""
        title = _line(given.get("title", ""))
        return f"::: guide {ident}\ntitle: {title}\n{drawn}\n{body}\n:::\n"
    lines = [f"::: {kind} {ident}", *_keys(kind, given)]
    if len(lines) > 1:
        lines.append("")
    lines.append(_safe(given.get("question", "")))
    listed = _list(given.get("options", ""))
    if given.get("own"):
        listed.append("- Something else: ___")
    if listed:
        lines += ["", *listed]
    return "\n".join([*lines, ":::"]) + "\n"


def _keys(kind: str, given: Mapping[str, str]) -> list[str]:
    keys = []
    for name in ("sensitive", "follow up"):
        if given.get(name):
            keys.append(f"{name}: yes")
    for name, between in (("columns", " | "), ("kinds", ", "), ("answers", " | ")):
        parts = [MARK.sub("", part).strip() for part in given.get(name, "").split("\n")]
        value = between.join(part for part in parts if part)
        if value and not (name == "answers" and value == "yes | partly | not now"):
            keys.append(f"{name}: {value}")
    for name in ("repeat", "rows", "0", "10", "if 0-3", "falls from", "if lower", "from", "hint"):
        if value := _line(given.get(name, "")):
            keys.append(f"{name}: {value}")
    for name in ("framing", "way out"):
        if given.get("sensitive") and (value := _line(given.get(name, ""))):
            keys.append(f"{name}: {value}")
    return keys


def _list(text: str) -> list[str]:
    out = []
    for line in text.split("\n"):
        words = MARK.sub("", line).strip()
        if words.casefold().startswith("phase:"):
            out.append(words)
        elif words:
            out.append(f"- {words}")
    return out


def _line(text: str) -> str:
    return " ".join(text.split())


def _safe(text: str) -> str:
    """Text that can't open or close a block by accident."""
    return "\n".join(
        BLOCK.sub("", line) if BLOCK.match(line) else line for line in text.split("\n")
    )


@dataclass(frozen=True)
class InsertionPoint:
    """Where a question may be put: behind line ``line``."""

    line: int
    label: str


def places(text: str, openings: Sequence[tuple[int, int, str]]) -> list[InsertionPoint]:
    """Below the front matter, behind each block, and below each heading.

    ``openings`` has first line, last line and a label of each block.
    """
    lines = text.split("\n")
    found = [
        InsertionPoint(number, f"below “{line.lstrip('# ').strip()}”")
        for number, line in enumerate(lines, start=1)
        if re.match(r"#{2,4}\s", line)
    ]
    found += [InsertionPoint(last, f"behind {label}") for _first, last, label in openings]
    return sorted(found, key=lambda place: place.line) or [InsertionPoint(len(lines), "at the end")]


def inserted(text: str, after: int, piece: str) -> tuple[str, int]:
    """The text with a block behind a line, set apart by empty lines, and the block's first line."""
    lines = text.split("\n")
    before, rest = lines[:after], lines[after:]
    if before and before[-1].strip():
        before.append("")
    while rest and not rest[0].strip():
        rest.pop(0)
    first = len(before) + 1
    return "\n".join([*before, *piece.rstrip("\n").split("\n"), "", *rest]), first

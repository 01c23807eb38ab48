"""The lines between ``---`` at the top of a file: names and values, nothing more.

PyYAML's BaseLoader reads them, so that every value is the text an author typed. What YAML could do
besides (aliases, anchors, tags, nesting) is refused before anything is built from it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from workbook.chapters.codes import Report, reporter
from workbook.prompts.problems import Problem, did_you_mean
from workbook.prompts.source import ID, NO, YES, SourceLine

MAX_BYTES = 8 * 1024
MAX_DEPTH = 2
"""A mapping, and a list in it."""
MOST_DOORS, LONGEST_DOOR = 20, 120
"""Lines, and characters of a line's sentence."""
FENCE = re.compile(r"---[ \t\u00a0]*")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
QUOTES = "\"'\u201c\u201d\u2018\u2019"
OPENERS = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
MARKERS = (yaml.DirectiveToken, yaml.DocumentStartToken, yaml.DocumentEndToken)
CLOSERS = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class Unfit(ValueError):
    """A value is not what its name asks for; the text says what it asks for."""


@dataclass(frozen=True)
class Name:
    """One name of a schema: how its value is read, and what stands for an absent one."""

    read: Callable[[str], Any] = str
    default: Any = ""
    needed: bool = False
    is_list: bool = False
    """Whether it takes a list of lines; its reader gets them set apart by line breaks."""


def _minutes(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 240:
        return int(text)
    raise Unfit("a number of minutes from 1 to 240, such as 6")


def _yes(text: str) -> bool:
    if text.casefold() not in YES | NO:
        raise Unfit("yes or no")
    return text.casefold() in YES


def _date(text: str) -> date:
    with suppress(ValueError):
        if DATE.fullmatch(text):
            return date.fromisoformat(text)
    raise Unfit("a date as YYYY-MM-DD, such as 2026-03-31")


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.casefold() not in words:
            raise Unfit(" or ".join(words))
        return text.casefold()

    return read


def _like(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise Unfit(what)
        return text

    return read


_slug = _like(ID, "small letters, digits and hyphens, at most 64")
_language = _like(LANGUAGE, "a language's short name, such as en or es")


def _doors(text: str) -> tuple[tuple[str, str], ...]:
    """Reads each line as a sentence and where it leads."""
    doors = []
    for line in text.split("\n"):
        words, arrow, target = line.replace("→", "->").rpartition("->")
        if not (arrow and words.strip() and target.strip() and len(words) <= LONGEST_DOOR):
            example = "'- I can’t settle -> steady-first'"
            raise Unfit(f"a list, each line a sentence, an arrow and a place, such as {example}")
        doors.append((words.strip(), target.strip()))
    if len(doors) > MOST_DOORS:
        raise Unfit(f"a list of at most {MOST_DOORS} lines")
    return tuple(doors)


Schema = Mapping[str, Name]

SIGNED: Schema = {"author": Name(), "reviewed_by": Name(), "reviewed_on": Name(_date, default=None)}
CHAPTER: Schema = {
    "title": Name(needed=True),
    "summary": Name(),
    "minutes": Name(_minutes, default=0),
    "status": Name(_one_of("draft", "published"), default="draft"),
    "heavy": Name(_yes, default=False),
    **SIGNED,
}
BOOK: Schema = {
    "key": Name(_slug, needed=True),
    "title": Name(needed=True),
    "summary": Name(),
    "authors": Name(),
    "licence": Name(),
    "language": Name(_language, default="en"),
    "check_in": Name(_slug),
    "call_me": Name(_slug),
    "order": Name(_one_of("given", "any"), default="given"),
    "doors": Name(_doors, default=(), is_list=True),
}
PAGE: Schema = {"title": Name(needed=True), "summary": Name(), **SIGNED}


@dataclass(frozen=True)
class FrontMatter:
    """The top of a file as it was read, and the text below it.

    Attributes:
        values: a value for each name of the schema.
        lines: where each given name stands.
        body: the lines below, numbered as in the file.
    """

    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)
    body: tuple[SourceLine, ...] = ()


def defaults(schema: Schema) -> dict[str, Any]:
    """Returns what stands for each name of a schema that isn't given."""
    return {name: wanted.default for name, wanted in schema.items()}


def line_of(text: str, name: str, words: str, front: FrontMatter) -> int:
    """Returns the line of a file in which one of a name's values stands.

    Comments may lie between the name and its values.
    """
    first = front.lines.get(name, 1)
    lines = text.split("\n")[first:]
    return next((n for n, line in enumerate(lines, start=first + 1) if words in line), first)


def split(lines: Sequence[str], report: Report) -> tuple[list[str], int]:
    """Returns the front matter's lines, and how many lines of the file it takes with its fences."""
    start = next((i for i, text in enumerate(lines) if text.strip()), 0)
    if not lines or not FENCE.fullmatch(lines[start]):
        message = (
            "The file begins with '---' on a line of its own, then 'title: …' "
            "and what else is known about it, then '---' again."
        )
        report(start + 1, 1, "M101", message)
        return [], 0
    for index in range(start + 1, len(lines)):
        if FENCE.fullmatch(lines[index]):
            return list(lines[start + 1 : index]), index + 1
    report(start + 1, 1, "M102", "Nothing closes the lines at the top. Write '---' under them.")
    return [], len(lines)


def read(text: str, path: str, schema: Schema) -> tuple[FrontMatter, list[Problem]]:
    """Reads the top of a file; never raises, whatever stands there."""
    problems: list[Problem] = []
    report = reporter(path, problems)
    lines = text.split("\n")
    head, taken = split(lines, report)
    first = taken - len(head)
    given = _pairs("\n".join(head), first, report) if head else {}
    values = _values(given, schema, report)
    for name in schema:
        if schema[name].needed and not values[name] and not problems:
            message = f"Add '{name}: …' between the lines '---' at the top."
            report(given[name][1] if name in given else 1, 1, "M109", message)
    numbers = {name: line for name, (_value, line) in given.items()}
    body = tuple(SourceLine(taken + i, line) for i, line in enumerate(lines[taken:], start=1))
    return FrontMatter(values, numbers, body), problems


def _values(given: Mapping[str, tuple[str, int]], schema: Schema, report: Report) -> dict[str, Any]:
    values = defaults(schema)
    for name, (value, line) in given.items():
        if name not in schema:
            hint = did_you_mean(name, schema) or f" Known are: {', '.join(schema)}."
            report(line, 1, "M107", f"'{name[:40]}' is not known here.{hint}")
        elif value:
            wanted_name = schema[name]
            given_value = value if wanted_name.is_list else value.replace("\n", ", ")
            try:
                values[name] = wanted_name.read(given_value)
            except Unfit as wanted:
                report(line, 1, "M110", f"'{name}' is {wanted}, not '{value[:60]}'.")
    return values


def _pairs(text: str, first: int, report: Report) -> dict[str, tuple[str, int]]:
    """Returns each name with its value and line; the text begins in the line ``first``."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        report(first, 1, "M106", "The top lines are longer than 8 KiB. Move text below them.")
        return {}
    try:
        if not _is_plain(text, first, report):
            return {}
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, col = (first + mark.line, mark.column + 1) if mark else (first, 1)
        message = (
            "This line can't be read. Put the words behind the colon in quotes: "
            "they hold a colon or begin with a sign that has a meaning here."
        )
        report(line, col, "M103", message)
        return {}
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        report(first, 1, "M105", "Write a name, a colon and a value on each line: 'title: Words'.")
        return {}
    pairs: dict[str, tuple[str, int]] = {}
    for key, value in node.value:
        line, col = first + key.start_mark.line, key.start_mark.column + 1
        name = _name(key.value) if isinstance(key, yaml.ScalarNode) else ""
        words = _words(value)
        if not name or words is None:
            report(line, col, "M105", f"'{name[:40]}' takes one line of text. Put it in quotes.")
        elif name in pairs:
            report(line, col, "M108", f"'{name[:40]}' is here twice. Keep one.")
        else:
            pairs[name] = (words, line)
    return pairs


def _name(text: str) -> str:
    return text.replace("\u00a0", " ").strip(QUOTES + " ").casefold()


def _words(node: yaml.Node) -> str | None:
    """Returns a value, or the values of a list, one a line; None for anything else."""
    if isinstance(node, yaml.ScalarNode):
        words = " ".join(str(node.value).split())
        for opening, closing in ("\u201c\u201d", "\u2018\u2019"):
            if words.startswith(opening) and words.endswith(closing) and len(words) > 1:
                words = words[1:-1]
        return words
    if isinstance(node, yaml.SequenceNode):
        parts = [_words(item) for item in node.value]
        return None if None in parts else "\n".join(part for part in parts if part)
    return None


def _is_plain(text: str, first: int, report: Report) -> bool:
    """Says whether the text is free of aliases, anchors, tags and deep nesting.

    Only tokens are looked at: a bomb must not be built to be found.
    """
    depth = 0
    for token in yaml.scan(text, Loader=yaml.BaseLoader):
        line, col = first + token.start_mark.line, token.start_mark.column + 1
        if isinstance(token, (yaml.AliasToken, yaml.AnchorToken, yaml.TagToken)):
            report(line, col, "M104", "A value can't begin with *, & or !. Put it in quotes.")
            return False
        if isinstance(token, MARKERS):
            report(line, col, "M103", "This line can't be read. Write 'name: value'.")
            return False
        depth += isinstance(token, OPENERS) - isinstance(token, CLOSERS)
        if depth > MAX_DEPTH:
            report(line, col, "M105", "Values are one line of text each. Put this one in quotes.")
            return False
    return True

"""The journal as markdown: readable in any editor, and still the same words once rendered."""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from workbook.chapters.book import Book
from workbook.journal.entries.placed import place_name, standing_of
from workbook.journal.rendering.moments import moment_in_words, weekday_in_words
from workbook.journal.transfer.export.records import Record, Version
from workbook.prompts.display import Display
from workbook.prompts.registry import show

# Signs that mean something in the middle of a line. Ordinary sentences stay as they were typed; "&"
# escapes go where a backslash would be shown by some readers of markdown.
_SIGNS = {sign: "\\" + sign for sign in "\\`*_[]>"} | {"<": "&lt;", "~": "&#126;", "|": "&#124;"}
_INSIDE = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)")
_STARTS = re.compile(r"#{1,6}(?=\s|$)|[-+](?=[\s-]|$)")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_NO_TEXT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]")


def escape(text: str) -> str:
    """Returns words as markdown (CommonMark) that renders as exactly them, line breaks too.

    Blanks around a line are dropped: four leading ones would turn it into code.
    """
    return "\n".join(_escaped_line(line.strip()) for line in _NO_TEXT.sub(" ", text).split("\n"))


def _escaped_line(line: str) -> str:
    line = _INSIDE.sub(lambda sign: _SIGNS.get(sign[0], "&amp;"), line)
    if line.startswith("="):
        return "&#61;" + line[1:]
    if line.endswith("#"):
        line = line[:-1] + "\\#"
    if _STARTS.match(line):
        return "\\" + line
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line


def one_line(text: str) -> str:
    """Returns words as markdown that stands in one line."""
    return " ".join(escape(text).split())


def quoted(text: str) -> str:
    """Returns words as a block quote; two blanks keep a line from running into the next."""
    lines = escape(text).strip("\n").split("\n")
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    return "\n".join(f"> {line}{'  ' if after else ''}" if line else ">" for line, after in pairs)


def displayed(shown: Display) -> str:
    """Returns an answer as markdown: its paragraphs as quotes, then its list, then its table."""
    parts = [quoted(paragraph) for paragraph in shown.paragraphs]
    ticks = {None: "", True: "[x] ", False: "[ ] "}
    items = [
        f"- {ticks[item.ticked]}{one_line(item.text)}" + (f" ({item.note})" if item.note else "")
        for item in shown.items
    ]
    if items:
        parts.append("\n".join(items))
    if shown.rows:
        width = max(len(shown.header), *(len(row) for row in shown.rows))
        rows = [shown.header, ("---",) * width, *shown.rows]
        parts.append("\n".join(_row(row, width) for row in rows))
    return "\n\n".join(parts)


def _row(cells: tuple[str, ...], width: int) -> str:
    padded = [*cells, *[""] * (width - len(cells))]
    return "| " + " | ".join(one_line(cell) if cell != "---" else cell for cell in padded) + " |"


def entry(record: Record, books: Sequence[Book], zone: datetime.tzinfo) -> str:
    """Returns one entry with its earlier versions."""
    name = place_name(record.now, standing_of(record.now, books))
    parts = [
        f"### {one_line(record.now.question or record.now.title or name)}",
        f"*{one_line(name)}{_written(record.now, zone)}*",
        displayed(show(record.now.kind, record.now.answer, None)),
    ]
    for version in record.earlier:
        words = _("A separate version") if version.is_apart else _("Earlier")
        parts.append(f"#### {words}{_written(version, zone)}")
        if version.question != record.now.question or version.title != record.now.title:
            parts.append(f"*{one_line(version.question or version.title)}*")
        parts.append(displayed(show(version.kind, version.answer, None)))
    return "\n\n".join(part for part in parts if part)


def _written(version: Version, zone: datetime.tzinfo) -> str:
    return f", {moment_in_words(version.written_at, zone)}" if version.written_at else ""


def written_down(
    records: Iterable[Record],
    head: dict[str, Any],
    books: Sequence[Book],
    zone: datetime.tzinfo,
) -> Iterator[str]:
    """Yields the whole document. ``head`` is what :func:`files.head` returns."""
    about = "\n\n".join(one_line(line) for line in head["about"])
    yield f"**{one_line(head['help'])}**\n\n# {one_line(head['title'])}\n\n{about}"
    day = None
    for record in records:
        if record.day != day:
            day = record.day
            yield f"\n\n## {weekday_in_words(day)}"
        yield f"\n\n{entry(record, books, zone)}"
    yield f"\n\n---\n\n**{one_line(head['disclaimer'])}**\n"

"""A text cut into the pieces that a reader meets, with the place of each word in the file.

Markup is blanked, not removed: every piece is as long as its source, so that whatever a rule finds
in it has an exact line and column.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from workbook.authoring.lint.markup import bare, quoted_spans
from workbook.authoring.lint.sentences import Sentence, sentences, words
from workbook.chapters.blocks import RawBlock
from workbook.chapters.compiler import UnrenderedText
from workbook.chapters.frontmatter import line_of
from workbook.chapters.lexing import Fences
from workbook.prompts.base import Block
from workbook.prompts.source import SourceLine

HEADING = re.compile(r"\s{0,3}(?P<marks>#{1,6})[ \u00a0]+")
ITEM = re.compile(r"[\s>]*(?:[-*+•‣·–—]|\d{1,3}[.)])\s+(?:\[[ xX]?\]\s+)?")
QUOTE = re.compile(r"\s{0,3}>[\s>]*")
RULE = re.compile(r"\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})")
TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
CELL = re.compile(r"(?:[^|\\]|\\.)+")


@dataclass(frozen=True)
class Passage:
    """A heading, paragraph, list item, table cell or key.

    Attributes:
        what: "title", "heading", "text", "item", "cell", "key", or "reply" (text that only some
            readers see, after an answer).
        text: markup blanked, each source line as long as it is in the file.
        starts: offset in ``text`` and line number of each source line.
        shift: column, from 0, at which ``text`` begins in its first line.
        block: the colon block it stands in.
        key: the key whose value it is.
        lead: words above or before that govern it: a heading, "It isn't:", a table's headers.
        quoted: spans that are said or thought by someone.
        source: the same lines with their markup.
    """

    what: str
    text: str
    starts: tuple[tuple[int, int], ...]
    block: RawBlock | None = None
    key: str = ""
    lead: str = ""
    level: int = 0
    shift: int = 0
    quoted: tuple[tuple[int, int], ...] = ()
    source: str = ""

    def place(self, offset: int) -> tuple[int, int]:
        """Returns line and column, from 1, of an offset in the text."""
        index = bisect_right(self.starts, (offset, 10**9)) - 1
        start, line = self.starts[max(index, 0)]
        return line, offset - start + 1 + (self.shift if index <= 0 else 0)

    @property
    def line(self) -> int:
        """The number of its first line."""
        return self.starts[0][1]

    @property
    def role(self) -> str:
        """What the block that it stands in is in its chapter; "" outside of one."""
        return self.block.role if self.block else ""

    @property
    def is_asked(self) -> bool:
        """Whether the passage belongs to a block that a reader answers."""
        return self.block is not None and self.block.kind is not None and self.block.kind.answered

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The passage's words, in order."""
        return tuple(words(self.text))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The passage's sentences, in order."""
        return tuple(sentences(self.text))

    def is_quoted(self, offset: int) -> bool:
        """Returns whether the words at an offset are something that somebody says or thinks."""
        return any(start <= offset < end for start, end in self.quoted)

    def sentence_at(self, offset: int) -> Sentence:
        """Returns the sentence at an offset; all of the passage where there is none."""
        for sentence in self.sentences:
            if sentence.start <= offset < sentence.end:
                return sentence
        return Sentence(0, len(self.text))


def passages(draft: UnrenderedText) -> Iterator[Passage]:
    """Yields every piece of a text in reading order, the title and summary first."""
    raw = dict(enumerate(draft.text.split("\n"), start=1))
    for name in ("title", "summary"):
        value = str(draft.front.values.get(name, ""))
        if value and name in draft.front.lines:
            yield _of_key("title", name, value, draft.front.lines[name], raw)
    for sentence, _target in draft.front.values.get("doors", ()):
        line = line_of(draft.text, "doors", sentence, draft.front)
        yield _of_key("key", "doors", sentence, line, raw)
    prose: list[SourceLine] = []
    heading = ""
    for piece in draft.pieces:
        if isinstance(piece, SourceLine):
            prose.append(piece)
            continue
        for passage in _Cutter(None, heading).cut(prose):
            heading = passage.text if passage.what == "heading" else heading
            yield passage
        prose = []
        yield from _keys(piece, raw)
        kind = piece.kind or Block
        body = [read for line in piece.body for read in kind.read_lines(line)]
        yield from _Cutter(piece, heading).cut(body)
    yield from _Cutter(None, heading).cut(prose)


def _keys(block: RawBlock, raw: dict[int, str]) -> Iterator[Passage]:
    for name, value in block.keys.items():
        if name.startswith("if "):
            yield _of_key("reply", name, value.text, value.line, raw, block)
        elif block.kind and name in block.kind.read_keys:
            between = block.kind.read_keys[name]
            for part in value.text.split(between) if between else [value.text]:
                if part.strip():
                    yield _of_key("key", name, part.strip(), value.line, raw, block)


def _of_key(
    what: str, key: str, value: str, line: int, raw: dict[int, str], block: RawBlock | None = None
) -> Passage:
    # A value that goes on over several lines stands as one; its place is then that of the first.
    column = max(raw.get(line, "").find(value[:40]), 0)
    return _one_line(what, value, line, block, key=key, shift=column)


def _one_line(what: str, source: str, line: int, block: RawBlock | None, **more: Any) -> Passage:
    made = {"text": bare(source), "quoted": quoted_spans(source), **more}
    return Passage(what, starts=((0, line),), block=block, source=source, **made)


class _Cutter:
    """Cuts lines into passages. Knows lists, tables, headings and quotes, nothing else."""

    def __init__(self, block: RawBlock | None, heading: str) -> None:
        self.block = block
        self.heading = heading
        self.lead = ""
        self.header: list[str] = []
        self.open: list[SourceLine] = []
        self.what = "text"
        reply = block.kind.begins_reply if block and block.kind else None
        self.begins = {"reply": reply, "item": ITEM, "quote": QUOTE}

    def cut(self, lines: Sequence[SourceLine]) -> Iterator[Passage]:
        fences = Fences()
        in_table = False
        for index, line in enumerate(lines):
            text = line.text
            if fences.takes(text) or not text.strip() or RULE.fullmatch(text):
                yield from self.close()
                in_table = False
                continue
            after = lines[index + 1].text if index + 1 < len(lines) else ""
            if in_table or ("|" in text and "|" in after and TABLE_RULE.fullmatch(after)):
                yield from self.close()
                if not TABLE_RULE.fullmatch(text):
                    yield from self.row(line, is_header=not in_table)
                    in_table = True
            elif match := HEADING.match(text):
                yield from self.close()
                self.heading, self.lead = bare(_blanked(text, match)), ""
                level = len(match["marks"])
                yield _one_line(
                    "heading", text, line.number, self.block, text=self.heading, level=level
                )
            else:
                yield from self.take(line)
        yield from self.close()

    def take(self, line: SourceLine) -> Iterator[Passage]:
        """Adds a line to the open passage, or opens one."""
        for what, pattern in self.begins.items():
            if pattern and (match := pattern.match(line.text)):
                # Each line of a quote has its mark.
                if not what == self.what == "quote":
                    yield from self.close()
                self.what = what
                line = SourceLine(line.number, _blanked(line.text, match))
                break
        self.open.append(line)

    def close(self) -> Iterator[Passage]:
        """Ends the open passage, if there is one."""
        if self.open:
            yield self.passage()
        self.open = []
        self.what = "text"

    def passage(self) -> Passage:
        what = "text" if self.what == "quote" else self.what
        source = "\n".join(line.text for line in self.open)
        offsets = accumulate((len(line.text) + 1 for line in self.open), initial=0)
        starts = tuple(zip(offsets, (line.number for line in self.open), strict=False))
        text = bare(source)
        quoted = ((0, len(text)),) if self.what == "quote" else quoted_spans(source)
        lead = f"{self.heading}\n{self.lead}" if what == "item" else ""
        if what == "text":
            self.lead = text if text.rstrip().endswith(":") else ""
        return Passage(what, text, starts, self.block, lead=lead, quoted=quoted, source=source)

    def row(self, line: SourceLine, *, is_header: bool) -> Iterator[Passage]:
        cells = [m for m in CELL.finditer(line.text) if m[0].strip() or m.start()]
        if is_header:
            self.header = [cell[0].strip() for cell in cells]
        for index, cell in enumerate(cells):
            if cell[0].strip():
                is_named = index < len(self.header) and not is_header
                header = self.header[index] if is_named else ""
                lead = f"{header}\n{cells[0][0] if index else ''}"
                yield _one_line(
                    "cell", cell[0], line.number, self.block, lead=lead, shift=cell.start()
                )


def _blanked(text: str, match: re.Match[str]) -> str:
    """The text with blanks in place of what begins it."""
    return " " * match.end() + text[match.end() :]

"""What was found in a chapter before, by its content, so that only what changed is read again.

What a chapter's findings depend on is in the key: its place and text, what its links meet, the
crisis lines, and the linter itself. It is kept in the data folder as JSON. Whatever is wrong with
that file, everything is read anew; nothing is ever wrong for having been remembered.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from workbook.authoring.lint.edges import Edge
from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.chapters import compiler, frontmatter
from workbook.chapters.blocks import Piece, RawBlock
from workbook.chapters.book import Chapter
from workbook.chapters.compiler import HEADING, UnrenderedText
from workbook.chapters.frontmatter import FrontMatter, Schema
from workbook.chapters.links import BadLink, Index, address, picture
from workbook.crisis.lines import HelpLines
from workbook.prompts.base import Block, Prompt, Reference
from workbook.prompts.problems import Problem
from workbook.prompts.registry import KINDS
from workbook.prompts.source import SourceLine, Value

FILE_NAME = "lint-memory.json"
PACKAGE = Path(__file__).resolve().parents[2]
SHAPES = ("authoring/lint", "chapters", "prompts", "crisis")
"""Packages whose code decides what is found."""
LINK = re.compile(r"\]\(\s*(?P<target>[^\s()]*)")
Record = dict[str, Any]


@cache
def linter() -> str:
    """A name for this linter, which any change to it changes."""
    made = hashlib.sha256(f"{sys.version} {version('markdown')} {version('pyyaml')}".encode())
    for folder in SHAPES:
        for path in sorted((PACKAGE / folder).rglob("*")):
            if path.suffix in {".py", ".toml"}:
                made.update(path.read_bytes())
    # A kind that was put into the registry from elsewhere.
    made.update(repr(sorted((name, kind.__module__) for name, kind in KINDS.items())).encode())
    return made.hexdigest()


class Found(NamedTuple):
    """What one chapter came to: enough to bind it to others, not to be served."""

    chapter: Chapter | None
    problems: list[Problem]
    findings: list[Finding]


@dataclass(frozen=True, kw_only=True)
class _Seen(Block):
    """In the place of a block that was compiled before: what the others need to know of it."""

    kind: str = ""  # type: ignore[misc]
    id: str = ""
    points_at: tuple[Reference, ...] = ()

    def references(self) -> tuple[Reference, ...]:
        return self.points_at


@dataclass(frozen=True, kw_only=True)
class _SeenPrompt(Prompt):
    kind: str = ""  # type: ignore[misc]
    points_at: tuple[Reference, ...] = ()

    def references(self) -> tuple[Reference, ...]:
        return self.points_at


@dataclass(frozen=True)
class KnownSheet(Sheet):
    """A chapter as far as the rules about a whole book look at it."""

    asked: Mapping[int, str] = field(default_factory=dict)
    ends: tuple[Edge, Edge] = (Edge("", 0), Edge("", 0))

    def asks(self, block: RawBlock) -> str:
        return self.asked.get(block.line, "")

    def edges(self) -> tuple[Edge, Edge]:
        return self.ends


class Memory:
    """The records of an earlier run, and those that this one leaves behind.

    Without a file nothing is remembered.
    """

    def __init__(self, lines: HelpLines, path: Path | None = None) -> None:
        self.path = path
        self.lines = hashlib.sha256(repr(lines).encode()).hexdigest()
        self.before: dict[str, Record] = {}
        self.now: dict[str, Record] = {}
        self.keys: dict[str, str] = {}
        """The key of each chapter's text, by its path."""
        if path:
            with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                kept = json.loads(path.read_text(encoding="utf-8"))
                if kept["linter"] == self.version():
                    self.before = dict(kept["texts"])

    def version(self) -> str:
        return f"{linter()} {self.lines}"

    def keep(self) -> None:
        """Writes down what this run knows. A folder that can't be written to is no problem."""
        if self.path is None or self.now == self.before:
            return
        kept = json.dumps({"linter": self.version(), "texts": self.now}, separators=(",", ":"))
        fresh = self.path.with_name(f".{self.path.name}.new")
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(kept, encoding="utf-8")
            fresh.replace(self.path)

    def read(self, text: str, path: str, schema: Schema) -> UnrenderedText:
        """In the place of the compiler's first pass: a chapter that is known isn't read."""
        if schema is not frontmatter.CHAPTER:
            return compiler.read(text, path, schema)
        key = hashlib.sha256(f"{path}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
        self.keys[path] = key
        record = self.before.get(key)
        if record is None:
            return compiler.read(text, path, schema)
        values = {**frontmatter.defaults(schema), "status": record["status"]}
        headings = tuple(SourceLine(1, words) for words in record["headings"])
        pieces: tuple[Piece, ...] = (*headings, *_raw(record))
        return UnrenderedText(path, text, FrontMatter(values), (), pieces, (), record["readable"])

    def sheet(self, sheet: Sheet) -> Sheet:
        """The sheet of a draft that :meth:`read` gave."""
        record = self.known(sheet.path)
        if record is None:
            return sheet
        asked = {line: asks for _kind, _ident, line, _was, asks in record["blocks"] if asks}
        first, last = record["edges"]
        return KnownSheet(
            sheet.draft, sheet.book_key, sheet.is_draft, sheet.in_any_order,
            asked, (Edge(*first), Edge(*last)),
        )  # fmt: skip

    def known(self, path: str) -> Record | None:
        return self.before.get(self.keys.get(path, ""))

    def recall(self, sheet: Sheet, slug: str, number: int, index: Index) -> Found | None:
        """What was found in this very text when its links met what they meet now."""
        record = self.known(sheet.path)
        if record is None or record["met"] != met(record["links"], sheet, index, slug):
            return None
        self.now[self.keys[sheet.path]] = record
        return found_in(record, sheet, slug, number)

    def remember(self, sheet: Sheet, record: Record) -> None:
        self.now[self.keys[sheet.path]] = record


def unread(sheet: Sheet) -> Sheet:
    """A sheet that can be examined, whatever was known of it."""
    if not isinstance(sheet, KnownSheet):
        return sheet
    draft = compiler.read(sheet.draft.text, sheet.path, frontmatter.CHAPTER)
    return Sheet(draft, sheet.book_key, sheet.is_draft, sheet.in_any_order)


def record_of(
    sheet: Sheet,
    slug: str,
    index: Index,
    chapter: Chapter | None,
    problems: Sequence[Problem],
    findings: Sequence[Finding],
) -> Record:
    """Everything worth knowing about a chapter that was read, as JSON takes it."""
    text = sheet.draft.text
    links = sorted({match["target"] for match in LINK.finditer(text)})
    return {
        "status": sheet.draft.front.values["status"],
        "readable": sheet.draft.is_readable,
        "blocks": [
            [block.name if block.kind else "", block.ident, block.line, " ".join(block.former_ids),
             sheet.asks(block)]
            for block in sheet.blocks
        ],
        "headings": [
            piece.text
            for piece in sheet.draft.pieces
            if not isinstance(piece, RawBlock) and HEADING.fullmatch(piece.text)
        ],
        "edges": [list(edge) for edge in sheet.edges()],
        "links": links,
        "met": met(links, sheet, index, slug),
        # Only what has an id or points at something matters to the others.
        "parts": None if chapter is None else [
            part for part in map(_part, chapter.blocks) if part[2] or part[5]
        ],
        "problems": [[p.line, p.col, p.code, p.message] for p in problems],
        "findings": [
            [f.line, f.col, f.code, f.message, f.severity, f.allowed, f.whole] for f in findings
        ],
    }  # fmt: skip


def found_in(record: Record, sheet: Sheet, slug: str, number: int) -> Found:
    path, parts = sheet.path, record["parts"]
    chapter = None
    if parts is not None:
        blocks = tuple(_block(*part) for part in parts)
        chapter = Chapter(slug=slug, number=number, path=path, title="", blocks=blocks)
    return Found(
        chapter,
        [Problem(path, *rest) for rest in record["problems"]],
        [
            Finding(path, line, col, code, message, severity, sheet.is_draft, allowed, whole)
            for line, col, code, message, severity, allowed, whole in record["findings"]
        ],
    )


def met(links: Sequence[str], sheet: Sheet, index: Index, slug: str) -> str:
    """A name for everything outside a chapter that decides what is found in it."""
    outcomes = [(target, *_outcomes(target, index, slug)) for target in links]
    # A link in pointed brackets may hold anything; then all there is to link to counts.
    whole = index if any(target.startswith("<") for target in links) else ""
    around = (sheet.book_key, sheet.is_draft, sheet.in_any_order, index.book, outcomes, whole)
    return hashlib.sha256(repr(around).encode("utf-8", "surrogatepass")).hexdigest()


def _outcomes(target: str, index: Index, slug: str) -> Iterator[str]:
    try:
        yield address(target, index, here=slug)
    except BadLink as problem:
        yield f"{problem.code} {problem.message}"
    if target.startswith("images/"):
        try:
            yield picture(target, index)
        except BadLink as problem:
            yield f"{problem.code} {problem.message}"


def _raw(record: Record) -> tuple[RawBlock, ...]:
    return tuple(
        RawBlock(KINDS.get(kind), kind, ident, line, {"was": Value(was, line)} if was else {})
        for kind, ident, line, was, _asks in record["blocks"]
    )


def _part(block: Block) -> list[Any]:
    ident, was = getattr(block, "id", ""), list(getattr(block, "was", ()))
    points_at = [[r.target, r.line, r.what, list(r.kinds)] for r in block.references()]
    return [block.kind, block.answered, ident, block.line, was, points_at]


def _block(
    kind: str, answered: bool, ident: str, line: int, was: list[str], points_at: list[Any]
) -> Block:
    references = tuple(Reference(t, n, what, tuple(kinds)) for t, n, what, kinds in points_at)
    if answered:
        return _SeenPrompt(kind=kind, id=ident, line=line, was=tuple(was), points_at=references)
    return _Seen(kind=kind, id=ident, line=line, points_at=references)

"""A file's text in, an immutable chapter, introduction or page out.

The way of a text: bounds, front matter, comments, then markdown with the colon blocks cut out
(:mod:`~workbook.chapters.rendering`), then each block by its kind. Whatever is wrong becomes a
:class:`Problem`; nothing here raises for what an author wrote.
"""

import dataclasses
import re
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from workbook.chapters import bounds, examples, files, frontmatter
from workbook.chapters.blocks import Piece, RawBlock, read_blocks
from workbook.chapters.book import Chapter, Page, Prose
from workbook.chapters.codes import Report, any_fatal, reporter
from workbook.chapters.frontmatter import FrontMatter, Schema
from workbook.chapters.lexing import without_comments
from workbook.chapters.links import Index
from workbook.chapters.markup import heading_id
from workbook.chapters.rendering import Clean, Renderer, Tangled
from workbook.chapters.sanitize import sanitize
from workbook.chapters.tokens import TOKEN, Tokens, UnknownToken
from workbook.crisis.loader import help_lines
from workbook.prompts.base import Block, Prompt
from workbook.prompts.display import Text
from workbook.prompts.problems import Problem
from workbook.prompts.source import Source, SourceLine

CHAPTER_FILE = re.compile(r"(?P<number>\d{1,3})-(?P<slug>[a-z0-9-]{1,64})\.md")
MARKUP = re.compile(
    r"\[[^\[\]]+\]\([^)]*\)|(?<![\w*])(\*{1,3})(?=[^\s*])[^*]+(?<=\S)\1(?![\w*])|`[^`]+`|</?[A-Za-z][^<>]*>"
)
HEADING = re.compile(r" {0,3}#{2,6}[ \t]+(?P<words>.+?)[ \t]*#*[ \t]*")
MARKS = re.compile(r"\]\([^)]*\)|[*_`\[\]]")
"""What of a heading's markdown isn't among its words."""
PAGE_FILE = re.compile(r"(?P<slug>[a-z0-9-]{1,64})\.md")


class UnrenderedText(NamedTuple):
    """A file that is read but not rendered.

    Attributes:
        pieces: its blocks, and the lines of prose between them.
        problems: those of the top and of the text as a whole; rendering finds the others.
        is_readable: whether it is within bounds, so that rendering it is safe.
    """

    path: str
    text: str
    front: FrontMatter
    lines: tuple[SourceLine, ...]
    pieces: tuple[Piece, ...]
    problems: tuple[Problem, ...]
    is_readable: bool

    @property
    def blocks(self) -> tuple[RawBlock, ...]:
        """The text's colon blocks in their order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, RawBlock))

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the text's prompts, earlier ones too: what links and other blocks may name."""
        return frozenset(
            ident
            for block in self.blocks
            if block.kind and block.kind.answered
            for ident in block.storage_ids
        )

    @property
    def places(self) -> frozenset[str]:
        """What links may lead to in the text: prompts by their ids, headings as ``#s-words``."""
        bases = Counter(
            heading_id(MARKS.sub("", match["words"]))
            for piece in self.pieces
            if isinstance(piece, SourceLine) and (match := HEADING.fullmatch(piece.text))
        )
        again = {f"#{base}-{n}" for base, times in bases.items() for n in range(2, times + 1)}
        return self.ids | {f"#{base}" for base in bases} | again

    @property
    def number_and_slug(self) -> tuple[int, str] | None:
        """What the name of a chapter's file says; None where it is no such name."""
        match = CHAPTER_FILE.fullmatch(PurePosixPath(self.path).name)
        return (int(match["number"]), match["slug"]) if match else None


class Compiled(NamedTuple):
    """Blocks of one file, and a hash of all that shapes them."""

    blocks: tuple[Block, ...]
    edition: str
    problems: list[Problem]


def schema_of(path: str) -> Schema:
    """Returns what the front matter of a file may hold, by its path in the content folder."""
    place = PurePosixPath(path)
    if place.parent.name == files.PAGES:
        return frontmatter.PAGE
    return frontmatter.BOOK if place.name == files.BOOK_FILE else frontmatter.CHAPTER


def nothing(path: str, *problems: Problem) -> UnrenderedText:
    """Returns an empty text, which stands for a file that can't be read."""
    front = FrontMatter(frontmatter.defaults(schema_of(path)))
    return UnrenderedText(path, "", front, (), (), problems, is_readable=False)


def read_file(path: Path, root: Path, problems: list[Problem]) -> UnrenderedText | None:
    """Reads a file of the content folder; None, with a problem noted, when it can't be had."""
    name = f"{path.parent.name}/{path.name}"
    text = files.read(path, name, root, problems)
    return None if text is None else read(text, name)


def read(text: str, path: str) -> UnrenderedText:
    """Makes the first pass over a text: bounds, front matter, and which blocks there are."""
    problems: list[Problem] = []
    report = reporter(path, problems)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not bounds.check_text(text, report):
        return nothing(path, *problems)
    front, found = frontmatter.read(text, path, schema_of(path))
    lines = tuple(without_comments(front.body, report))
    is_readable = bounds.check_lines(lines, report)
    # The blocks' own problems are reported by the second pass, which reads them in their place.
    pieces = tuple(read_blocks(lines, lambda *_problem: None)) if is_readable else ()
    return UnrenderedText(path, text, front, lines, pieces, (*found, *problems), is_readable)


def render(
    draft: UnrenderedText,
    index: Index | None = None,
    *,
    here: str = "",
    tokens: Tokens | None = None,
    may_be_empty: bool = False,
    clean: Clean = sanitize,
) -> Compiled:
    """Makes the second pass: every block of a draft, with the problems of both passes in order.

    Args:
        index: what there is to link to; without it, links are taken on trust.
        here: slug of the chapter that the draft is.
        tokens: the crisis lines that may be named; this site's if left out.
        clean: what makes HTML fit to be served.
    """
    problems = list(draft.problems)
    report = reporter(draft.path, problems)
    if not draft.is_readable:
        return Compiled((), "", problems)
    index = index or Index(book=PurePosixPath(draft.path).parent.name or "book")
    renderer = Renderer(draft.lines, report, index, here, tokens or Tokens(help_lines()), clean)
    blocks: list[Block] = []
    try:
        for piece in renderer.document(draft.lines):
            if isinstance(piece, RawBlock):
                blocks += _parsed(piece, draft.path, renderer, problems)
            else:
                blocks.append(Prose(html=piece))
    except Tangled:
        report(1, 1, "F114", "This text is too tangled to be read. Nest less, and use fewer signs.")
    filled = examples.filled_here(tuple(blocks), draft.path, problems.append)
    _find_doubles(draft, report)
    if not (blocks or problems or may_be_empty):
        last_line = draft.text.count("\n") + 1
        report(last_line, 1, "F113", "There is no text yet. Write some below the top lines.")
    renderer.edition.update(draft.text.encode())
    return Compiled(filled, renderer.edition.hexdigest()[:32], sorted(set(problems)))


def _parsed(
    raw: RawBlock, path: str, renderer: Renderer, problems: list[Problem]
) -> tuple[Block, ...]:
    """Returns the block, or nothing where its kind is unknown or makes nothing of it."""
    if raw.kind is None:
        return ()
    source = Source(
        kind=raw.kind.kind,
        path=path,
        line=raw.line,
        ident=raw.ident,
        keys=raw.keys,
        body=tuple(raw.body),
        render=renderer.text,
        report=problems.append,
    )
    block = raw.kind.parse(source)
    return (Labels(raw, renderer).spelled_out(block),) if block else ()


def _find_doubles(draft: UnrenderedText, report: Report) -> None:
    seen: dict[str, int] = {}
    for block in draft.blocks:
        for ident in block.storage_ids[:1]:
            if ident in seen:
                message = f"The id '{ident}' is used in line {seen[ident]} already."
                report(block.line, 1, "K101", f"{message} Give this one another.")
            seen.setdefault(ident, block.line)


class Labels:
    """Looks through a block's plain words (titles, hints, options) and spells out crisis lines."""

    def __init__(self, raw: RawBlock, renderer: Renderer) -> None:
        self.raw = raw
        self.renderer = renderer

    def spelled_out(self, value: Any) -> Any:
        """Returns a value with every plain text in it spelled out, however deep it lies."""
        if isinstance(value, str):
            return value if isinstance(value, SafeString) else self.words(value)
        if isinstance(value, Text):
            return value
        if isinstance(value, tuple):
            parts = [self.spelled_out(item) for item in value]
            if all(new is old for new, old in zip(parts, value, strict=True)):
                return value
            return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
        if isinstance(value, Block):
            changed = {
                field.name: new
                for field in dataclasses.fields(value)
                if (new := self.spelled_out(old := getattr(value, field.name))) is not old
            }
            return dataclasses.replace(value, **changed) if changed else value
        return value

    def words(self, text: str) -> str:
        """Returns one plain text with its crisis lines spelled out; reports markup in it."""
        if match := MARKUP.search(text):
            message = (
                "Titles, hints, options and other labels are plain words: "
                "links, *emphasis* and `code` would be shown as typed. "
                "Take the signs away."
            )
            self.report(match[0], "H105", message)
        if "{{" not in text:
            return text
        spelled = TOKEN.sub(self.one, text)
        self.renderer.edition.update(spelled.encode())
        if "{{" in TOKEN.sub("", text):
            self.report("{{", "L113", "'{{' needs '}}' behind a crisis line's name.")
        return spelled

    def one(self, match: re.Match[str]) -> str:
        """Returns what one token stands for; one that is unknown is reported and stays."""
        try:
            return self.renderer.tokens.plain(match["name"])
        except UnknownToken as problem:
            self.report(match[0], problem.code, problem.message)
            return match[0]

    def report(self, piece: str, code: str, message: str) -> None:
        """Reports a problem where a piece of this block's source stands."""
        lines = [value.line for value in self.raw.keys.values()]
        lines += [line.number for line in self.raw.body]
        self.renderer.report(*self.renderer.place(piece, sorted(lines)), code, message)


def compile_chapter(
    text: str, path: str, index: Index | None = None, tokens: Tokens | None = None
) -> tuple[Chapter | None, list[Problem]]:
    """Compiles one chapter file; its path in the content folder gives its number and slug.

    None when a problem is fatal (:mod:`~workbook.chapters.codes`). Without an index, links to
    other chapters and pages are taken on trust.
    """
    return chapter_from(read(text, path), index, tokens)


def chapter_from(
    draft: UnrenderedText,
    index: Index | None = None,
    tokens: Tokens | None = None,
    clean: Clean = sanitize,
) -> tuple[Chapter | None, list[Problem]]:
    """Compiles a chapter that was read, as :func:`compile_chapter` does."""
    number, slug = draft.number_and_slug or (0, "")
    blocks, edition, problems = render(draft, index, here=slug, tokens=tokens, clean=clean)
    if not slug:
        problems.insert(0, wrong_name(draft.path))
    values = draft.front.values
    if not slug or any_fatal(problems, draft=values["status"] == "draft"):
        return None, problems
    chapter = Chapter(
        slug=slug, number=number, path=draft.path, blocks=blocks, edition=edition, **values
    )
    return chapter, problems


def wrong_name(path: str) -> Problem:
    """Returns the problem of a chapter whose file's name gives no number and slug."""
    message = (
        "A chapter's file is called like '02-steady-first.md': "
        "a number for the order, and small letters, digits and hyphens for the address. "
        "Rename it."
    )
    return Problem(path, 1, 1, "F105", message)


def page_from(
    draft: UnrenderedText,
    index: Index | None = None,
    tokens: Tokens | None = None,
    clean: Clean = sanitize,
) -> tuple[Page | None, list[Problem]]:
    """Compiles one file of content/pages; None when a problem is fatal.

    Questions can't stand there: no book keeps their answers.
    """
    compiled = render(draft, index, tokens=tokens, clean=clean)
    problems = compiled.problems
    if is_misnamed := not PAGE_FILE.fullmatch(PurePosixPath(draft.path).name):
        message = "A page's file is called like 'about.md': small letters, digits, hyphens."
        problems.insert(0, Problem(draft.path, 1, 1, "F105", f"{message} Rename it."))
    for block in compiled.blocks:
        if isinstance(block, Prompt) or block.references():
            message = (
                f"A page asks nothing and keeps no answers, so no '{block.kind}' can be used here. "
                "Move it into a chapter."
            )
            problems.append(Problem(draft.path, block.line, 1, "B112", message))
    if is_misnamed or any_fatal(problems, draft=False):
        return None, problems
    return page_of(draft, compiled), problems


def page_of(draft: UnrenderedText, compiled: Compiled) -> Page:
    """Returns the page of a draft as far as it was rendered, whatever is wrong with it."""
    values = draft.front.values
    return Page(
        slug=PurePosixPath(draft.path).stem,
        path=draft.path,
        title=values["title"],
        summary=values["summary"],
        blocks=compiled.blocks,
        edition=compiled.edition,
    )

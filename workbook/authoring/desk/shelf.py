"""The content folder as the desk shows it: always as it is on the disk, and quick about it.

A text is read again when its file changes, and compiled again when it or what it may link to has
changed; a keystroke's save costs one chapter, not the book.
"""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workbook.authoring.files import mark
from workbook.authoring.lint import ids, shape
from workbook.authoring.lint.finding import ERROR, WARNING, Finding
from workbook.authoring.lint.run import examine
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.texts import in_one_folder, in_order, schema_of
from workbook.chapters import compiler, crosscheck, examples, files, frontmatter
from workbook.chapters.book import Book, Chapter
from workbook.chapters.codes import HARMLESS
from workbook.chapters.compiler import CHAPTER_FILE, Compiled, UnrenderedText
from workbook.chapters.links import Index
from workbook.chapters.tokens import Tokens
from workbook.crisis.lines import HelpLines
from workbook.crisis.loader import help_lines
from workbook.prompts.problems import Problem


class NoSuchText(LookupError):
    """The shelf has no text of this name."""


@dataclass(frozen=True)
class ContentFile:
    """One file: a chapter, a book's introduction or a page."""

    path: Path
    sheet: Sheet

    @property
    def folder(self) -> str:
        return self.path.parent.name

    @property
    def name(self) -> str:
        """The file's name without its ending, as it stands in the desk's addresses."""
        return self.path.stem

    @property
    def kind(self) -> str:
        return self.sheet.kind

    @property
    def title(self) -> str:
        return str(self.sheet.draft.front.values.get("title", "")) or self.path.name

    @property
    def slug(self) -> str:
        """A chapter's or page's slug in the site's addresses; "" for an introduction."""
        if self.kind == "page":
            return self.name
        match = CHAPTER_FILE.fullmatch(self.path.name)
        return match["slug"] if match else ""

    @cached_property
    def mark(self) -> str:
        return mark(self.sheet.draft.text)


@dataclass(frozen=True)
class Shelved:
    """One folder: a book or the pages. ``texts`` has an introduction first."""

    name: str
    texts: tuple[ContentFile, ...]
    images: frozenset[str]

    @property
    def front(self) -> ContentFile | None:
        return next((text for text in self.texts if text.kind == "book"), None)

    @property
    def chapters(self) -> list[ContentFile]:
        return [text for text in self.texts if text.kind == "chapter"]

    @property
    def title(self) -> str:
        return self.front.title if self.front else self.name

    @property
    def is_book(self) -> bool:
        return self.name != files.PAGES

    def text(self, name: str) -> ContentFile:
        """Raises NoSuchText."""
        for text in self.texts:
            if text.name == name:
                return text
        raise NoSuchText(name)


class ContentFolder:
    """Everything in a content folder, read when it is asked for and kept while it is true."""

    def __init__(self, root: Path, lines: HelpLines) -> None:
        self.root = root
        self.lines = lines
        self.tokens = Tokens(lines)
        self._drafts: dict[Path, tuple[tuple[int, int], UnrenderedText]] = {}
        self._compiled: dict[tuple[str, str], Compiled] = {}
        self._examined: dict[tuple[str, bool, str, bool], list[Finding]] = {}

    def folders(self) -> list[Shelved]:
        unread: list[Problem] = []
        return [self._shelved(folder, unread) for folder in files.folders(self.root, unread)]

    def folder(self, name: str) -> Shelved:
        """Raises NoSuchText."""
        for folder in self.folders():
            if folder.name == name:
                return folder
        raise NoSuchText(name)

    def _shelved(self, folder: files.Folder, unread: list[Problem]) -> Shelved:
        paths = in_order(folder)
        read = [(path, draft) for path in paths if (draft := self._draft(path, unread))]
        sheets = in_one_folder([draft for _path, draft in read])
        texts = tuple(
            ContentFile(path, sheet) for (path, _draft), sheet in zip(read, sheets, strict=True)
        )
        return Shelved(folder.name, texts, files.images(folder, self.root))

    def _draft(self, path: Path, unread: list[Problem]) -> UnrenderedText | None:
        try:
            state = path.stat()
        except OSError:
            return None
        stamp = (state.st_mtime_ns, state.st_size)
        kept = self._drafts.get(path)
        if kept and kept[0] == stamp:
            return kept[1]
        name = f"{path.parent.name}/{path.name}"
        text = files.read(path, name, self.root, unread)
        if text is None:
            return None
        draft = compiler.read(text, name, schema_of(path.parent.name, path.name))
        self._drafts[path] = (stamp, draft)
        return draft

    def index(self, folder: Shelved) -> Index:
        """What the texts of a folder may link to."""
        folders = self.folders()
        books = {book.name: _places(book) for book in folders if book.is_book}
        pages = next((_places(other) for other in folders if not other.is_book), {})
        if not folder.is_book:
            return Index(books=books, pages=pages, images=frozenset())
        return Index(folder.name, books, pages, folder.images)

    def compiled(self, folder: Shelved, text: ContentFile) -> Compiled:
        """The blocks of a text as far as they can be read, whatever is wrong with it."""
        index = self.index(folder)
        key = (text.mark, hashlib.sha256(repr((index, text.path.name)).encode()).hexdigest())
        if key not in self._compiled:
            if len(self._compiled) > MOST_KEPT:
                self._compiled.clear()
            self._compiled[key] = compiler.render(
                text.sheet.draft, index, here=text.slug, tokens=self.tokens,
                may_be_empty=text.kind == "book",
            )  # fmt: skip
        return self._compiled[key]

    def chapter(self, folder: Shelved, text: ContentFile) -> Chapter:
        """The chapter for a preview: what compiles of it."""
        match = CHAPTER_FILE.fullmatch(text.path.name)
        compiled = self.compiled(folder, text)
        values = {**frontmatter.defaults(frontmatter.CHAPTER), **text.sheet.draft.front.values}
        return Chapter(
            slug=text.slug or text.name,
            number=int(match["number"]) if match else 0,
            path=text.sheet.path,
            blocks=compiled.blocks,
            edition=compiled.edition,
            **{**values, "title": text.title},
        )

    def book(self, folder: Shelved) -> Book:
        """The whole book for a preview. Chapters stay as far as they compile."""
        front = folder.front
        values = dict(front.sheet.draft.front.values) if front else {"key": folder.name}
        values["title"] = folder.title
        book = Book(
            slug=folder.name,
            introduction=self.compiled(folder, front).blocks if front else (),
            chapters=tuple(self.chapter(folder, text) for text in folder.chapters),
            **values,
        )
        return examples.in_book(book)

    def findings(self, folder: Shelved, text: ContentFile) -> list[Finding]:
        """Everything there is to say about a text, in the order of its lines."""
        sheet = text.sheet
        problems = [*self.compiled(folder, text).problems]
        if text.kind == "chapter" and not text.slug:
            problems.append(compiler.wrong_name(sheet.path))
        found = [
            Finding.of(
                problem, WARNING if problem.code in HARMLESS else ERROR, is_draft=sheet.is_draft
            )
            for problem in dict.fromkeys([*problems, *self._cross_problems(folder, text)])
        ]
        key = (text.mark, sheet.is_draft, sheet.path, sheet.in_any_order)
        if key not in self._examined:
            if len(self._examined) > MOST_KEPT:
                self._examined.clear()
            self._examined[key] = examine(sheet, self.lines)
        found += self._examined[key]
        if folder.is_book:
            own = [other.sheet for other in folder.texts]
            across = [
                *ids.check(self.root / folder.name, folder.name, own, release=False),
                *shape.alike(own),
            ]
            # What is gone from the book stands in no text; its introduction is where it is told.
            found += [
                finding
                for finding in across
                if finding.path == sheet.path
                or (text.kind == "book" and finding.path.endswith(".toml"))
            ]
        return sorted(set(found), key=lambda finding: (finding.line, finding.col, finding.code))

    def _cross_problems(self, folder: Shelved, text: ContentFile) -> Sequence[Problem]:
        if not folder.is_book:
            return ()
        parts = [
            crosscheck.BookFile(other.slug, other.sheet.path, self.compiled(folder, other).blocks)
            for other in folder.texts
        ]
        # Blocks that don't compile have ids all the same.
        waiting: Mapping[str, frozenset[str]] = {
            other.slug: other.sheet.draft.ids for other in folder.texts
        }
        problems = crosscheck.problems_of(parts, waiting)
        return [problem for problem in problems if problem.path == text.sheet.path]


MOST_KEPT = 2_000
"""Texts kept in memory in one state or another."""

_lock = threading.Lock()
_shelf: ContentFolder | None = None


def shelf(root: Path) -> ContentFolder:
    """The desk's one shelf; a new one when the crisis lines change."""
    global _shelf
    with _lock:
        lines = help_lines()
        if _shelf is None or _shelf.root != root or _shelf.lines is not lines:
            _shelf = ContentFolder(root, lines)
        return _shelf


def _places(folder: Shelved) -> dict[str, frozenset[str]]:
    """What can be linked to in each text of a folder, by its slug."""
    return {text.slug: text.sheet.draft.places for text in folder.texts}

"""The content folder as the desk shows it: always as it is on the disk, and quick about it.

A text is read again when its file changes, and compiled again when it or what it may link to has
changed; a keystroke's save costs one chapter, not the book.
"""

import hashlib
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from django.http import Http404

from workbook.authoring.files import mark
from workbook.authoring.lint import ids, shape
from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.run import examine
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.texts import in_one_folder, in_order
from workbook.chapters import compiler, crosscheck, examples, files
from workbook.chapters.book import Book, Chapter
from workbook.chapters.compiler import CHAPTER_FILE, Compiled, UnrenderedText
from workbook.chapters.links import Index
from workbook.chapters.tokens import Tokens
from workbook.crisis.lines import HelpLines
from workbook.crisis.loader import help_lines
from workbook.prompts.problems import Problem

MOST_KEPT = 2_000
"""Texts kept in memory in one state or another."""

T = TypeVar("T")


@dataclass(frozen=True)
class ContentFile:
    """A text file at the writing desk: a chapter, a book's introduction or a page of the site."""

    path: Path
    sheet: Sheet

    @property
    def name(self) -> str:
        """The file's name without its ending, as it stands in the desk's addresses."""
        return self.path.stem

    @property
    def kind(self) -> str:
        """ "chapter", "book" (its introduction) or "page"."""
        return self.sheet.kind

    @property
    def title(self) -> str:
        """The text's title, or the file's name where it has none."""
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
        """What tells two states of the text apart."""
        return mark(self.sheet.draft.text)


class ContentFolder:
    """Everything in a content folder, read when it is asked for and kept while it is true.

    Attributes:
        root: the folder.
        lines: the crisis lines that its texts may name.
        kept: what was made of texts, by all that it was made from.
    """

    def __init__(self, root: Path, lines: HelpLines) -> None:
        self.root = root
        self.lines = lines
        self.tokens = Tokens(lines)
        self.kept: dict[Hashable, object] = {}
        self._drafts: dict[Path, tuple[tuple[int, int], UnrenderedText]] = {}

    def folders(self) -> list["TextFolder"]:
        """Returns the folders of books and of pages, as they are now."""
        unread: list[Problem] = []
        return [self._folder(folder, unread) for folder in files.folders(self.root, unread)]

    def folder(self, name: str) -> "TextFolder":
        """Returns the folder of a name. Raises Http404."""
        for folder in self.folders():
            if folder.name == name:
                return folder
        raise Http404

    def made(self, make: Callable[[], T], *key: Hashable) -> T:
        """Returns what ``make`` makes, kept from before where it was made for the same key."""
        if key not in self.kept:
            if len(self.kept) > 2 * MOST_KEPT:
                self.kept.clear()
            self.kept[key] = make()
        return self.kept[key]  # type: ignore[return-value]

    def _folder(self, folder: Path, unread: list[Problem]) -> "TextFolder":
        read = [(path, draft) for path in in_order(folder) if (draft := self._draft(path, unread))]
        sheets = in_one_folder([draft for _path, draft in read])
        texts = (ContentFile(path, sheet) for (path, _), sheet in zip(read, sheets, strict=True))
        return TextFolder(self, folder.name, tuple(texts), files.images(folder, self.root))

    def _draft(self, path: Path, unread: list[Problem]) -> UnrenderedText | None:
        try:
            state = path.stat()
        except OSError:
            return None
        stamp = (state.st_mtime_ns, state.st_size)
        if path not in self._drafts or self._drafts[path][0] != stamp:
            draft = compiler.read_file(path, self.root, unread)
            if draft is None:
                return None
            self._drafts[path] = (stamp, draft)
        return self._drafts[path][1]


@dataclass(frozen=True)
class TextFolder:
    """The folder of a book, or that of the pages, as it was when it was asked for.

    Attributes:
        content: the content folder that it stands in.
        texts: its files, an introduction first.
        images: names of the pictures that its texts may show.
    """

    content: ContentFolder
    name: str
    texts: tuple[ContentFile, ...]
    images: frozenset[str]

    @property
    def front(self) -> ContentFile | None:
        """A book's introduction, if there is one."""
        return next((text for text in self.texts if text.kind == "book"), None)

    @property
    def chapters(self) -> list[ContentFile]:
        """A book's chapters, in order."""
        return [text for text in self.texts if text.kind == "chapter"]

    @property
    def title(self) -> str:
        """The book's title, or the folder's name."""
        return self.front.title if self.front else self.name

    @property
    def is_book(self) -> bool:
        """Whether the folder is a book, and not the site's pages."""
        return self.name != files.PAGES

    @property
    def places(self) -> dict[str, frozenset[str]]:
        """What can be linked to in each text, by its slug."""
        return {text.slug: text.sheet.draft.places for text in self.texts}

    def text(self, name: str) -> ContentFile:
        """Returns the text of a name. Raises Http404."""
        for text in self.texts:
            if text.name == name:
                return text
        raise Http404

    @cached_property
    def index(self) -> Index:
        """What links in the folder's texts may lead to."""
        folders = self.content.folders()
        pages = next((other.places for other in folders if not other.is_book), {})
        books = {book.name: book.places for book in folders if book.is_book}
        if not self.is_book:
            return Index(books=books, pages=pages, images=frozenset())
        return Index(self.name, books, pages, self.images)

    def compiled(self, text: ContentFile) -> Compiled:
        """Returns the blocks of a text as far as they can be read, whatever is wrong with it."""
        render = partial(
            compiler.render,
            text.sheet.draft,
            self.index,
            here=text.slug,
            tokens=self.content.tokens,
            may_be_empty=text.kind == "book",
        )
        links = hashlib.sha256(repr(self.index).encode()).digest()
        return self.content.made(render, "compiled", text.mark, text.path.name, links)

    def chapter(self, text: ContentFile) -> Chapter:
        """Returns a chapter for its preview: what compiles of it."""
        match = CHAPTER_FILE.fullmatch(text.path.name)
        compiled = self.compiled(text)
        return Chapter(
            slug=text.slug or text.name,
            number=int(match["number"]) if match else 0,
            path=text.sheet.path,
            blocks=compiled.blocks,
            edition=compiled.edition,
            **{**text.sheet.draft.front.values, "title": text.title},
        )

    def book(self) -> Book:
        """Returns the whole book for a preview, each chapter as far as it compiles."""
        front = self.front
        values = dict(front.sheet.draft.front.values) if front else {"key": self.name}
        book = Book(
            slug=self.name,
            introduction=self.compiled(front).blocks if front else (),
            chapters=tuple(map(self.chapter, self.chapters)),
            **{**values, "title": self.title},
        )
        return examples.in_book(book)

    def findings(self, text: ContentFile) -> list[Finding]:
        """Returns everything there is to say about a text, in the order of its lines."""
        sheet, lines = text.sheet, self.content.lines
        problems = [*self.compiled(text).problems, *self._cross_problems(text)]
        if text.kind == "chapter" and not text.slug:
            problems.append(compiler.wrong_name(sheet.path))
        found = {Finding.of(problem, is_draft=sheet.is_draft) for problem in problems}
        state = (text.mark, sheet.path, sheet.is_draft, sheet.in_any_order)
        found.update(self.content.made(lambda: examine(sheet, lines), "examined", *state))
        if self.is_book:
            own = [other.sheet for other in self.texts]
            known = ids.check(self.content.root / self.name, self.name, own, release=False)
            for finding in (*known, *shape.alike(own)):
                # What is gone from the book stands in no text; its introduction tells of it.
                is_of_book = text.kind == "book" and finding.path.endswith(".toml")
                if finding.path == sheet.path or is_of_book:
                    found.add(finding)
        return sorted(found, key=lambda finding: (finding.line, finding.col, finding.code))

    def _cross_problems(self, text: ContentFile) -> Sequence[Problem]:
        if not self.is_book:
            return ()
        parts = [
            crosscheck.BookFile(other.slug, other.sheet.path, self.compiled(other).blocks)
            for other in self.texts
        ]
        # Blocks that don't compile have ids all the same.
        waiting = {other.slug: other.sheet.draft.ids for other in self.texts}
        problems = crosscheck.problems_of(parts, waiting)
        return [problem for problem in problems if problem.path == text.sheet.path]


_lock = threading.Lock()
_kept: ContentFolder | None = None


def content_folder(root: Path) -> ContentFolder:
    """Returns the desk's content folder, read again once the crisis lines have changed."""
    global _kept
    with _lock:
        lines = help_lines()
        if _kept is None or _kept.root != root or _kept.lines is not lines:
            _kept = ContentFolder(root, lines)
        return _kept

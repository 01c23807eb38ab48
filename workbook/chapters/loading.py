"""Reads a content folder into a library. What compiling takes is imported with this, not sooner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from workbook.chapters import compiler, files
from workbook.chapters.binding import Binding, chapters_of
from workbook.chapters.book import Book, Library, Page
from workbook.chapters.compiler import UnrenderedText
from workbook.chapters.files import BOOK_FILE
from workbook.chapters.links import Chapters, Index
from workbook.chapters.rendering import Clean
from workbook.chapters.sanitize import sanitize
from workbook.chapters.tokens import Tokens
from workbook.crisis.lines import HelpLines
from workbook.crisis.loader import help_lines
from workbook.prompts.problems import Problem

SHIPPED = Path(__file__).resolve().parents[2] / "content"


def load(
    root: Path,
    lines: HelpLines | None = None,
    former: Library | None = None,
    clean: Clean = sanitize,
) -> Library:
    """Reads and compiles everything in a content folder.

    Args:
        lines: the crisis lines that texts may name; this site's if left out.
        former: an earlier library, whose chapters stay where the new ones don't compile.
        clean: what makes HTML safe; whoever serves none of it can leave that out.
    """
    return _Loading(root, Tokens(lines or help_lines()), former or Library(), clean).library()


class Gathered(NamedTuple):
    """A book's folder with its texts, read and not yet compiled."""

    slug: str
    images: frozenset[str]
    front: UnrenderedText
    drafts: list[UnrenderedText]


@dataclass
class _Loading:
    """One reading of a content folder, and what was found on the way."""

    root: Path
    tokens: Tokens
    former: Library
    clean: Clean
    problems: list[Problem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    books: Mapping[str, Chapters] = field(default_factory=dict)
    pages: Chapters = field(default_factory=dict)

    def library(self) -> Library:
        """Returns the books and the pages; of a folder that is missing, the former ones."""
        if not self.root.is_dir():
            message = "The content folder is missing. WORKBOOK_CONTENT_DIR says where it is."
            return replace(self.former, problems=(Problem(".", 1, 1, "K111", message),))
        drafts: list[UnrenderedText] = []
        gathered: list[Gathered] = []
        for folder in files.folders(self.root, self.problems):
            if folder.name == files.PAGES:
                drafts = self.drafts(folder)
            elif one := self.gathered(folder):
                gathered.append(one)
        self.books = {one.slug: chapters_of(one.front, one.drafts) for one in gathered}
        own = {Path(draft.path).stem: draft.places for draft in drafts}
        # What this release shipped stands in for what the folder lacks.
        shipped = () if self.root.resolve() == SHIPPED.resolve() else shipped_pages(self.tokens)
        rest = [page for page in shipped if page.slug not in own]
        self.pages = {**{page.slug: _shipped()[page.slug].places for page in rest}, **own}
        pages = [page for draft in drafts if (page := self.page(draft))] + rest
        books: list[Book] = []
        for one in gathered:
            book = self.book(one)
            if book and self.is_new(book, books):
                books.append(book)
        return Library(
            books=tuple(books),
            pages=tuple(pages),
            problems=tuple(sorted(set(self.problems))),
            left_out=tuple(sorted(set(self.left_out))),
        )

    def leave_out(self, path: str, code: str, message: str) -> None:
        """Notes that a file or a folder is not served, and why."""
        self.problems.append(Problem(path, 1, 1, code, message))
        self.left_out.append(path)

    def drafts(self, folder: Path) -> list[UnrenderedText]:
        """Reads a folder's texts, besides ``book.md``, as far as they can be read."""
        paths = [path for path in files.texts(folder) if path.name != BOOK_FILE]
        return [draft for path in paths if (draft := self.draft(path))]

    def draft(self, path: Path) -> UnrenderedText | None:
        """Reads one text; None, with a problem noted, when its file can't be read."""
        draft = compiler.read_file(path, self.root, self.problems)
        if draft is None:
            self.left_out.append(f"{path.parent.name}/{path.name}")
        return draft

    def page(self, draft: UnrenderedText) -> Page | None:
        """Compiles a page; where that fails, returns the one that was served before, if any."""
        index = Index(books=self.books, pages=self.pages, images=frozenset())
        page, problems = compiler.page_from(draft, index, self.tokens, self.clean)
        self.problems += problems
        if page:
            return page
        self.left_out.append(draft.path)
        return next((old for old in self.former.pages if old.path == draft.path), None)

    def gathered(self, folder: Path) -> Gathered | None:
        """Reads a book's folder; None where it can't be a book."""
        if not files.is_book_slug(folder.name):
            message = "A book's folder is named with small letters, digits and hyphens. Rename it."
            self.leave_out(folder.name, "K110", message)
            return None
        path = folder / BOOK_FILE
        if not (path.exists() or path.is_symlink()):
            message = (
                "There are texts in this folder but no 'book.md', so they are no book. "
                "Add one with 'key: …' and 'title: …' at its top."
            )
            self.leave_out(folder.name, "K108", message)
            return None
        front = self.draft(path) or compiler.nothing(f"{folder.name}/{BOOK_FILE}")
        images = files.images(folder, self.root)
        return Gathered(folder.name, images, front, self.drafts(folder))

    def book(self, gathered: Gathered) -> Book | None:
        """Binds the book in a folder, without its chapters that don't compile."""
        slug = gathered.slug
        binding = Binding(
            index=Index(slug, self.books, self.pages, gathered.images),
            front=gathered.front,
            drafts=gathered.drafts,
            tokens=self.tokens,
            former=next((book for book in self.former.books if book.slug == slug), None),
            clean=self.clean,
        )
        book = binding.book()
        self.problems += binding.problems
        self.left_out += binding.left_out
        return book

    def is_new(self, book: Book, books: Sequence[Book]) -> bool:
        """Says whether none of the books has this book's key; one that has is a problem."""
        other = next((other for other in books if other.key == book.key), None)
        if other:
            message = (
                f"The key '{book.key}' is that of '{other.slug}'. "
                "Answers are kept by it: give this book another."
            )
            self.leave_out(f"{book.slug}/{BOOK_FILE}", "K107", message)
        return other is None


@lru_cache(maxsize=2)
def shipped_pages(tokens: Tokens) -> tuple[Page, ...]:
    """Compiles the pages that came with this release, for a content folder that lacks them.

    A workbook may begin in an empty folder, and what its site is and keeps must be said there too.
    """
    drafts = _shipped()
    # Which books this site has, these texts can't know: what would lead to one is words here.
    places = {slug: draft.places for slug, draft in drafts.items()}
    index = Index(books={}, pages=places, images=frozenset())
    return tuple(
        compiler.page_of(draft, compiler.render(draft, index, tokens=tokens))
        for draft in drafts.values()
    )


@lru_cache(maxsize=1)
def _shipped() -> dict[str, UnrenderedText]:
    folder = SHIPPED / files.PAGES
    found = sorted(folder.glob("*.md")) if folder.is_dir() else []
    return {
        path.stem: compiler.read(path.read_text("utf-8"), f"{files.PAGES}/{path.name}")
        for path in found
    }

"""Reads a content folder into a library. What compiling takes is imported with this, not sooner."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from workbook.chapters import compiler, files, frontmatter
from workbook.chapters.binding import BOOK_FILE, Binding, chapters_of
from workbook.chapters.book import Book, Library, NoSuchBook, Page
from workbook.chapters.compiler import UnrenderedText
from workbook.chapters.files import Folder
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
    """Returns everything in a content folder.

    Args:
        lines: the crisis lines that texts may name; this site's if left out.
        former: an earlier library, whose chapters stay where the new ones don't compile.
        clean: what makes HTML safe; whoever serves none of it can leave that out.
    """
    return _Loading(root, Tokens(lines or help_lines()), former or Library(), clean).library()


class Gathered(NamedTuple):
    """A book's folder with its texts, read and not yet compiled."""

    folder: Folder
    front: UnrenderedText
    drafts: list[UnrenderedText]


class _Loading:
    def __init__(self, root: Path, tokens: Tokens, former: Library, clean: Clean) -> None:
        self.clean = clean
        self.root = root
        self.tokens = tokens
        self.former = former
        self.problems: list[Problem] = []
        self.left_out: list[str] = []
        self.books: Mapping[str, Chapters] = {}
        self.page_places: Chapters = {}

    def library(self) -> Library:
        if not self.root.is_dir():
            message = "The content folder is missing. WORKBOOK_CONTENT_DIR says where it is."
            return replace(self.former, problems=(Problem(".", 1, 1, "K111", message),))
        folders = files.folders(self.root, self.problems)
        drafts = [
            draft
            for folder in folders
            if folder.name == files.PAGES
            for draft in self.drafts(folder, frontmatter.PAGE)
        ]
        gathered = [self.gathered(folder) for folder in folders if folder.name != files.PAGES]
        self.books = {
            one.folder.name: chapters_of(one.front, one.drafts) for one in gathered if one
        }
        own = frozenset(Path(draft.path).stem for draft in drafts)
        rest = [page for page in self.shipped_pages() if page.slug not in own]
        slugs = own | {page.slug for page in rest}
        self.page_places = {
            **{page.slug: shipped_places()[page.slug] for page in rest},
            **{Path(draft.path).stem: draft.places for draft in drafts},
        }
        pages = [page for draft in drafts if (page := self.page(draft, slugs))] + rest
        books: list[Book] = []
        for one in gathered:
            book = self.book(one, slugs) if one else None
            if book and self.is_new(book, books):
                books.append(book)
        return Library(
            books=tuple(books),
            pages=tuple(pages),
            problems=tuple(sorted(set(self.problems))),
            left_out=tuple(sorted(set(self.left_out))),
        )

    def shipped_pages(self) -> tuple[Page, ...]:
        if self.root.resolve() == SHIPPED.resolve():
            return ()
        return shipped_pages(self.tokens)

    def leave_out(self, path: str, code: str, message: str) -> None:
        self.problems.append(Problem(path, 1, 1, code, message))
        self.left_out.append(path)

    def drafts(self, folder: Folder, schema: frontmatter.Schema) -> list[UnrenderedText]:
        """What can be read of a folder's texts, without ``book.md``."""
        paths = [path for path in files.texts(folder) if path.name != BOOK_FILE]
        return [draft for path in paths if (draft := self.draft(folder, path, schema))]

    def draft(
        self, folder: Folder, path: Path, schema: frontmatter.Schema
    ) -> UnrenderedText | None:
        name = f"{folder.name}/{path.name}"
        text = files.read(path, name, self.root, self.problems)
        if text is None:
            self.left_out.append(name)
            return None
        return compiler.read(text, name, schema)

    def page(self, draft: UnrenderedText, slugs: frozenset[str]) -> Page | None:
        index = Index(
            chapters={},
            pages=slugs,
            images=frozenset(),
            books=self.books,
            page_places=self.page_places,
        )
        page, problems = compiler.page_from(draft, index, self.tokens, self.clean)
        self.problems += problems
        if page:
            return page
        self.left_out.append(draft.path)
        return next((old for old in self.former.pages if old.path == draft.path), None)

    def gathered(self, folder: Folder) -> Gathered | None:
        """Returns what can be read of a book's folder; None where it can't be a book."""
        if not files.is_book_slug(folder.name):
            self.leave_out(
                folder.name, "K110",
                "A book's folder is named with small letters, digits and hyphens. Rename it.",
            )  # fmt: skip
            return None
        path = folder.path / BOOK_FILE
        if not (path.exists() or path.is_symlink()):
            self.leave_out(
                folder.name, "K108",
                "There are texts in this folder but no 'book.md', so they are no book. Add one "
                "with 'key: …' and 'title: …' at its top.",
            )  # fmt: skip
            return None
        front = self.draft(folder, path, frontmatter.BOOK)
        return Gathered(
            folder,
            front or compiler.nothing(f"{folder.name}/{BOOK_FILE}", frontmatter.BOOK),
            self.drafts(folder, frontmatter.CHAPTER),
        )

    def book(self, gathered: Gathered, pages: frozenset[str]) -> Book | None:
        """The book in a folder, without its chapters that don't compile."""
        try:
            former = self.former.book(gathered.folder.name)
        except NoSuchBook:
            former = None
        binding = Binding(
            gathered.folder.name,
            gathered.front,
            gathered.drafts,
            pages=pages,
            images=files.images(gathered.folder, self.root),
            tokens=self.tokens,
            clean=self.clean,
            former=former,
            books=self.books,
            page_places=self.page_places,
        )
        book = binding.book()
        self.problems += binding.problems
        self.left_out += binding.left_out
        return book

    def is_new(self, book: Book, books: Sequence[Book]) -> bool:
        for other in books:
            if other.key == book.key:
                self.leave_out(
                    f"{book.slug}/{BOOK_FILE}", "K107",
                    f"The key '{book.key}' is that of '{other.slug}'. Answers are kept by it: give "
                    "this book another.",
                )  # fmt: skip
                return False
        return True


@lru_cache(maxsize=2)
def shipped_pages(tokens: Tokens) -> tuple[Page, ...]:
    """The pages that came with this release, for a content folder that has none of its own.

    A workbook may begin in an empty folder, and what its site is and keeps must be said there too.
    """
    drafts = _shipped()
    # Which books this site has, these texts can't know: what would lead to one is words here.
    index = Index(
        chapters={},
        pages=frozenset(drafts),
        images=frozenset(),
        books={},
        page_places=shipped_places(),
    )
    return tuple(
        compiler.page_of(draft, compiler.render(draft, index, tokens=tokens))
        for draft in drafts.values()
    )


@lru_cache(maxsize=1)
def shipped_places() -> Chapters:
    """What can be linked to in each of them, by its slug."""
    return {slug: draft.places for slug, draft in _shipped().items()}


@lru_cache(maxsize=1)
def _shipped() -> dict[str, UnrenderedText]:
    folder = SHIPPED / files.PAGES
    found = sorted(folder.glob("*.md")) if folder.is_dir() else []
    return {
        path.stem: compiler.read(
            path.read_text("utf-8"), f"{files.PAGES}/{path.name}", frontmatter.PAGE
        )
        for path in found
    }

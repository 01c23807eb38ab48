"""Books, their chapters and blocks, and the site's pages: what is left of markdown once compiled.

Everything here is immutable.

Nothing here knows a file, a database or a request.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.utils.safestring import SafeString

from workbook.prompts.base import Block, Prompt
from workbook.prompts.problems import Problem


class NoSuchBook(LookupError):
    """No book with this slug is served."""


class NoSuchChapter(LookupError):
    """The book has no chapter with this slug, or it doesn't compile."""


class NoSuchPrompt(LookupError):
    """No prompt of the book has, or had, this id."""


@dataclass(frozen=True, kw_only=True)
class Prose(Block):
    """Compiled and sanitized markdown between two colon blocks."""

    kind = "prose"

    html: SafeString


class Review(NamedTuple):
    """The signature of the peer specialist who reviewed a chapter: their name, and the day."""

    by: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A chapter of a book, compiled from one file.

    Attributes:
        slug: its name in addresses; the file's name without number and ending.
        path: of its file, relative to the content folder.
        minutes: reading time as stated by the author; 0 if not stated.
        status: "draft" or "published".
        heavy: whether its author warns that it may be hard to read.
        edition: hash of everything that shapes the chapter's page.
    """

    slug: str
    number: int
    path: str
    title: str
    summary: str = ""
    minutes: int = 0
    status: str = "draft"
    heavy: bool = False
    author: str = ""
    reviewed_by: str = ""
    reviewed_on: date | None = None
    blocks: tuple[Block, ...] = ()
    edition: str = ""

    @cached_property
    def prompts(self) -> tuple[Prompt, ...]:
        """The chapter's prompts in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Prompt))

    @property
    def review(self) -> Review | None:
        """The chapter's review; None for a draft, and where no peer specialist signed."""
        if self.status == "published" and self.reviewed_by and self.reviewed_on:
            return Review(self.reviewed_by, self.reviewed_on)
        return None


USING = re.compile(
    r"\b(?:us(?:e|ed|ing)|drink\w*|dr[au]nk|slip\w*|relaps\w*|high|detox"
    r"|us[éo]|consum\w+|beb\w+|reca[íi]\w*)\b",
    re.IGNORECASE,
)
"""Words for using or drinking in the sentence of a door, in English and in Spanish."""


class Door(NamedTuple):
    """A way into a book: a sentence that somebody might say of today, and where it leads."""

    words: str
    address: str

    @property
    def is_about_using(self) -> bool:
        """Whether the door speaks of using or drinking.

        Whoever takes such a door is not asked about their small steps for now.
        """
        return bool(USING.search(self.words)) or self.address.startswith("/first-things/")


class Placed(NamedTuple):
    """A prompt and the chapter it stands in; ``chapter`` is None for the book's introduction."""

    chapter: Chapter | None
    prompt: Prompt


@dataclass(frozen=True, kw_only=True)
class Book:
    """A book, compiled from one folder of chapters.

    Attributes:
        key: the name under which answers to its prompts are kept; never changes.
        slug: the folder's name, in addresses.
        introduction: blocks of ``book.md``.
        check_in: id of the introduction's prompt that is asked at most once a visit, or "".
        call_me: id of the short answer that a reader is greeted by, or "".
        order: "given" where the chapters follow one another, "any" where none comes first.
        doors: ways in, for the home page and the table of contents.
        edition: hash of everything that shapes its pages.
    """

    key: str
    slug: str
    title: str
    summary: str = ""
    authors: str = ""
    licence: str = ""
    language: str = "en"
    introduction: tuple[Block, ...] = ()
    check_in: str = ""
    call_me: str = ""
    order: str = "given"
    doors: tuple[Door, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    edition: str = ""

    def chapter(self, slug: str) -> Chapter:
        """Returns the book's chapter with this slug. Raises NoSuchChapter."""
        for chapter in self.chapters:
            if chapter.slug == slug:
                return chapter
        raise NoSuchChapter(slug)

    def prompt(self, ident: str) -> Placed:
        """Returns the book's prompt with this id, or else the prompt that had this id before.

        Raises:
            NoSuchPrompt: when there is neither.
        """
        try:
            return self._placed[ident]
        except KeyError:
            raise NoSuchPrompt(ident) from None

    @cached_property
    def prompts(self) -> tuple[Placed, ...]:
        """The book's prompts in reading order, those of the introduction first."""
        first = [Placed(None, block) for block in self.introduction if isinstance(block, Prompt)]
        return (
            *first,
            *(Placed(chapter, prompt) for chapter in self.chapters for prompt in chapter.prompts),
        )

    @cached_property
    def _placed(self) -> Mapping[str, Placed]:
        former = {old: placed for placed in self.prompts for old in placed.prompt.was}
        return {**former, **{placed.prompt.id: placed for placed in self.prompts}}


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the site, compiled from one file of ``content/pages``; its slug is its address."""

    slug: str
    path: str
    title: str
    summary: str = ""
    blocks: tuple[Block, ...] = ()
    edition: str = ""


@dataclass(frozen=True, kw_only=True)
class Library:
    """All books and pages that compile, and the problems found in all files.

    Attributes:
        left_out: paths, relative to the content folder, of the files that are not served.
    """

    books: tuple[Book, ...] = ()
    pages: tuple[Page, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def in_order(self) -> list[Book]:
        """The books whose chapters follow one another, as opposed to books with ``order: any``."""
        return [book for book in self.books if book.order != "any"]

    def book(self, slug: str) -> Book:
        """Returns the library's book with this slug. Raises NoSuchBook."""
        for book in self.books:
            if book.slug == slug:
                return book
        raise NoSuchBook(slug)

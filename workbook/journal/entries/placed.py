"""Where an entry's question stands in the books of today."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from workbook.chapters.book import Book, Chapter, NoSuchPrompt, Placed
from workbook.chapters.loader import library
from workbook.journal.entries.content import EntryContent
from workbook.journal.rendering.prompt_form import home_of
from workbook.prompts.base import Prompt
from workbook.vault.keyring import Keyring


class Standing(NamedTuple):
    """A prompt in its book; ``chapter`` is None in the introduction."""

    book: Book
    placed: Placed

    @property
    def prompt(self) -> Prompt:
        return self.placed.prompt

    @property
    def chapter(self) -> Chapter | None:
        return self.placed.chapter

    @property
    def title(self) -> str:
        return self.chapter.title if self.chapter else self.book.title

    @property
    def home(self) -> str:
        return home_of(self.book, self.placed)


def standing_of(content: EntryContent, books: Sequence[Book] | None = None) -> Standing | None:
    """Returns where an entry's question stands; None for a free page, and for a question that no
    book asks any more.

    ``books``: the library's, where it is at hand.
    """
    for book in library().books if books is None else books:
        if book.key == content.book:
            try:
                return Standing(book, book.prompt(content.prompt))
            except NoSuchPrompt:
                return None
    return None


def place_name(content: EntryContent, standing: Standing | None) -> str:
    """Returns in words where an entry belongs: its chapter's title, as a rule."""
    if not content.prompt:
        return _("A page of your own")
    return standing.title if standing else _("A question that isn’t asked anymore")


def is_sensitive(content: EntryContent, standing: Standing | None) -> bool:
    """Whether the question's author marks it so, now or when the entry was written."""
    return content.is_sensitive or (standing is not None and standing.prompt.sensitive)


class Part(NamedTuple):
    """A part of the journal: a book's chapter, or its introduction.

    ``slug`` names it in addresses, ``tags`` are its entries' under every key held.
    """

    slug: str
    title: str
    book: Book
    chapter: Chapter | None
    tags: tuple[bytes, ...]


FREE = "own"
"""In the place of a part's slug: the free pages."""
GONE = "gone"
"""In the place of a part's slug: answers to questions that no book asks any more."""


def parts(keyring: Keyring) -> Iterator[Part]:
    """Every part in reading order."""
    for book in library().books:
        introduction = [p.prompt for p in book.prompts if p.chapter is None]
        yield _part(keyring, book, None, introduction)
        for chapter in book.chapters:
            yield _part(keyring, book, chapter, chapter.prompts)


def part_named(keyring: Keyring, slug: str) -> Part | None:
    return next((part for part in parts(keyring) if part.slug == slug), None)


def free_page_tags(keyring: Keyring) -> list[bytes]:
    return keyring.tags("prompt", "", "")


def _part(
    keyring: Keyring,
    book: Book,
    chapter: Chapter | None,
    prompts: Iterable[Prompt],
) -> Part:
    tags = (
        tag
        for prompt in prompts
        for ident in (prompt.id, *prompt.was)
        for tag in keyring.tags("prompt", book.key, ident)
    )
    slug = f"{book.slug}/{chapter.slug}" if chapter else book.slug
    title = chapter.title if chapter else _("%s, before the first chapter") % book.title
    return Part(slug, title, book, chapter, tuple(tags))

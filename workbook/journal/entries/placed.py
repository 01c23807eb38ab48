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
        """The prompt as its book asks it today."""
        return self.placed.prompt

    @property
    def chapter(self) -> Chapter | None:
        """The chapter it stands in; None in the introduction."""
        return self.placed.chapter

    @property
    def title(self) -> str:
        """What the part of the book is called that it stands in."""
        return self.chapter.title if self.chapter else self.book.title

    @property
    def home(self) -> str:
        """The address of the prompt on its page."""
        return home_of(self.book, self.placed)


def standing_of(content: EntryContent, books: Sequence[Book] | None = None) -> Standing | None:
    """Returns where an entry's question stands; None for a free page, and for a question that no
    book asks anymore.

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
"""In the place of a part's slug: answers to questions that no book asks anymore."""


def parts(keyring: Keyring) -> Iterator[Part]:
    """Yields every part in reading order."""
    for book in library().books:
        introduction = _("%s, before the first chapter") % book.title
        asked = [placed.prompt for placed in book.prompts if placed.chapter is None]
        yield Part(book.slug, introduction, book, None, _tags(keyring, book, asked))
        for chapter in book.chapters:
            tags = _tags(keyring, book, chapter.prompts)
            yield Part(f"{book.slug}/{chapter.slug}", chapter.title, book, chapter, tags)


def _tags(keyring: Keyring, book: Book, prompts: Iterable[Prompt]) -> tuple[bytes, ...]:
    idents = [ident for prompt in prompts for ident in (prompt.id, *prompt.was)]
    return tuple(tag for ident in idents for tag in keyring.tags("prompt", book.key, ident))


def part_named(keyring: Keyring, slug: str) -> Part | None:
    """Returns the part with a slug; None where no book has it."""
    return next((part for part in parts(keyring) if part.slug == slug), None)


def free_page_tags(keyring: Keyring) -> list[bytes]:
    """Returns the tags of free pages, under every key held."""
    return keyring.tags("prompt", "", "")

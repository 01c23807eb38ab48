"""Where an answer stands in today's books, for whoever only has its keys."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from workbook.chapters.book import Book, NoSuchPrompt, Placed
from workbook.chapters.loader import library
from workbook.journal.transfer.export.records import Record


@dataclass(frozen=True)
class Shelf:
    """The books of this site, by key."""

    books: tuple[Book, ...]

    @classmethod
    def now(cls) -> "Shelf":
        return cls(library().books)

    @cached_property
    def _by_key(self) -> dict[str, Book]:
        return {book.key: book for book in self.books}

    def book(self, key: str) -> Book | None:
        return self._by_key.get(key)

    def placed(self, book: str, prompt: str) -> Placed | None:
        """The prompt as it stands today; None where this site doesn't have it (any more)."""
        shelf = self._by_key.get(book)
        try:
            return shelf.prompt(prompt) if shelf and prompt else None
        except NoSuchPrompt:
            return None

    def is_sensitive(self, record: Record) -> bool:
        """Whether its author marks it so, now or when any of it was written."""
        placed = self.placed(record.now.book, record.now.prompt)
        return record.is_sensitive or (placed is not None and placed.prompt.sensitive)

    def place_name(self, record: Record) -> str:
        return self.name_of(record.now.book, record.now.prompt)

    def name_of(self, book: str, prompt: str) -> str:
        """The chapter an answer belongs to, in words."""
        if not prompt:
            return _("A page of your own")
        placed = self.placed(book, prompt)
        if placed is None:
            return _("A question that isn’t asked anymore")
        return placed.chapter.title if placed.chapter else self._by_key[book].title

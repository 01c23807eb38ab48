"""Where was I: the chapter last read, and those opened before. Sealed, one row a person."""

from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from django.db import IntegrityError, OperationalError, transaction

from workbook.accounts.models import User
from workbook.chapters.book import Book, Chapter
from workbook.journal.models import Place
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged


@dataclass(frozen=True)
class Where:
    """Slugs; ``book`` is a book's key. Empty for someone who has not read yet.

    ``asked`` holds the marks of the questions that have come back once (:mod:`.coming_back`).
    """

    book: str = ""
    chapter: str = ""
    seen: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


def place_of(person: User, keyring: Keyring) -> Where:
    """No query: the row came with the session."""
    row = getattr(person, "place", None)
    try:
        payload = keyring.open(row) if row else {}
    except (Closed, Damaged):
        # Of a journal that is closed for now, or broken: a bookmark is not worth a word about it.
        payload = {}
    return Where(
        str(payload.get("book", "")),
        str(payload.get("chapter", "")),
        tuple(str(slug) for slug in payload.get("seen", ())),
        tuple(str(mark) for mark in payload.get("asked", ())),
    )


def remember(person: User, keyring: Keyring, book: Book, chapter: Chapter) -> None:
    """Note the chapter being read. One query when it is another than before, else none."""
    before = place_of(person, keyring)
    seen = dict.fromkeys(before.seen if before.book == book.key else ())
    now = replace(
        before, book=book.key, chapter=chapter.slug, seen=tuple({**seen, chapter.slug: None})
    )
    if now != before:
        keep(person, keyring, now)


def keep(person: User, keyring: Keyring, where: Where) -> None:
    """One query. Left undone, without a word, while the database can't write."""
    row = getattr(person, "place", None)
    place = row or Place(user=person)
    if row:
        place.revision += 1
    keyring.seal(place, {name: value for name, value in asdict(where).items() if value})
    # Two tabs may open the first chapter at once: either place is right. And a chapter can be read
    # while the disk is full.
    with suppress(IntegrityError, OperationalError), transaction.atomic():
        place.save(force_insert=row is None, force_update=row is not None)

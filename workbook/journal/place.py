"""Where was I: the chapter last read, and those opened before. Sealed, one row a person."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from workbook.accounts.models import User
from workbook.chapters.book import Book, Chapter
from workbook.journal.models import Place
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Damaged


@dataclass(frozen=True)
class Where:
    """Slugs; ``book`` is a book's key. Empty for someone who has not read yet."""

    book: str = ""
    chapter: str = ""
    seen: tuple[str, ...] = ()


def place_of(person: User, keyring: Keyring) -> Where:
    """One query."""
    row = _row(person, keyring)
    return _where(row, keyring) if row else Where()


def remember(person: User, keyring: Keyring, book: Book, chapter: Chapter) -> Where:
    """Note the chapter being read. One query, and one more when it is another than before."""
    row = _row(person, keyring)
    before = _where(row, keyring) if row else Where()
    seen = dict.fromkeys(before.seen if before.book == book.key else ())
    now = Where(book.key, chapter.slug, tuple({**seen, chapter.slug: None}))
    if now == before:
        return now
    place = row or Place(user=person)
    if row:
        place.revision += 1
    keyring.seal(place, {"book": now.book, "chapter": now.chapter, "seen": list(now.seen)})
    try:
        with transaction.atomic():
            place.save(force_insert=row is None, force_update=row is not None)
    except IntegrityError:
        pass  # Two tabs opened the first chapter at once; either place is right.
    return now


def _row(person: User, keyring: Keyring) -> Place | None:
    return Place.objects.filter(user=person, data_key_id=keyring.current_id).first()


def _where(row: Place, keyring: Keyring) -> Where:
    try:
        payload = keyring.open(row)
    except Damaged:
        return Where()
    return Where(
        str(payload.get("book", "")),
        str(payload.get("chapter", "")),
        tuple(str(slug) for slug in payload.get("seen", ())),
    )

"""Where was I: the chapter last read, and those opened before. Sealed, one row a person."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from django.db import IntegrityError, OperationalError, transaction

from workbook.accounts.models import User
from workbook.chapters.book import Book, Chapter
from workbook.journal.entries.fields import Payload, is_card, is_slug, list_field, text_field
from workbook.journal.models import Entry, Place
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged

MOST_BESIDE = 1_000
"""Chapters that were opened, or cards, that an import may bring, and leave. However often files are
imported, it stays as short as a file's: it is read with every page."""
MOST_MARKS = 50
"""Marks of questions that came back to keep, the newest: each is a few bytes in one sealed row."""


@dataclass(frozen=True)
class ReadingPosition(Payload):
    """Where a person was reading, in slugs. Empty for someone who has not read yet.

    Attributes:
        book: the book's key.
        seen: the chapters of it that were opened so far.
        asked: the marks of the questions that have come back once (:func:`asked_mark`).
        closed_cards: the marks of the cards that show what is sensitive only after a tap.
    """

    book: str = text_field("book", is_slug, is_needed=True)
    chapter: str = text_field("chapter", is_slug, is_needed=True)
    seen: tuple[str, ...] = list_field("seen", is_slug, MOST_BESIDE, is_needed=True)
    asked: tuple[str, ...] = list_field("asked", is_slug, MOST_MARKS, travels=False)
    closed_cards: tuple[str, ...] = list_field("closed_cards", is_card, MOST_BESIDE, is_needed=True)

    def asked_about(self, entry: Entry) -> tuple[str, ...]:
        """Returns the ids of the questions that came back because of an entry as it stands."""
        about = asked_mark("", entry)
        return tuple(mark.removesuffix(about) for mark in self.asked if mark.endswith(about))


def asked_mark(prompt: str, entry: Entry) -> str:
    """Returns the mark of a question (its id) that came back because of an entry as it stands."""
    return f"{prompt} {entry.id} {entry.revision}"


def _row_of(person: User) -> Place | None:
    """Returns the row that came with the session (``VAULT_SESSION_JOINS``), else reads it once."""
    kept = Place._meta.get_field("user").remote_field
    if not kept.is_cached(person):
        kept.set_cached_value(person, Place.objects.filter(user=person).first())
    return getattr(person, "place", None)


def place_of(person: User, keyring: Keyring) -> ReadingPosition:
    """Returns where a person was. No query where the row came with the session, else one."""
    row = _row_of(person)
    try:
        payload = row.open(keyring) if row else {}
    except (Closed, Damaged):
        # Of a journal that is closed for now, or broken: a bookmark is not worth a word about it.
        payload = {}
    return ReadingPosition.from_payload(payload)


def remember(person: User, keyring: Keyring, book: Book, chapter: Chapter) -> None:
    """Notes the chapter being read. One more query when it is another than before."""
    before = place_of(person, keyring)
    seen = _each_once(before.seen if before.book == book.key else (), [chapter.slug])
    now = replace(before, book=book.key, chapter=chapter.slug, seen=seen)
    if now != before:
        keep(person, keyring, now)


def close_card(person: User, keyring: Keyring, card: str, *, is_closed: bool) -> None:
    """Notes whether a card shows what is sensitive only after a tap; ``card`` is its mark."""
    before = place_of(person, keyring)
    others = tuple(mark for mark in before.closed_cards if mark != card)
    keep(person, keyring, replace(before, closed_cards=(*others, card) if is_closed else others))


def keep(person: User, keyring: Keyring, where: ReadingPosition) -> None:
    """Keeps where a person is. One statement, or three where two tabs meet.

    Left undone, without a word, while the database can't write: a chapter can be read while the
    disk is full.
    """
    place = _row_of(person)
    # Two tabs may begin at once.
    with suppress(IntegrityError, OperationalError):
        if place is None or place.data_key_id != keyring.current_id:
            with transaction.atomic():
                (place or Place(user=person)).seal_and_save(keyring, where.to_payload())
        elif not place.swap(keyring, where.to_payload()):
            # Another tab was a moment earlier. Where it is, is as right as here; what it has seen
            # and was asked stays true as well.
            person.place = Place.objects.get(user=person)
            there = place_of(person, keyring)
            seen = _each_once(there.seen if there.book == where.book else (), where.seen)
            both = replace(where, seen=seen, asked=_each_once(there.asked, where.asked))
            person.place.swap(keyring, both.to_payload())


def bring_in(person: User, keyring: Keyring, where: ReadingPosition) -> None:
    """Takes over an imported position where there is none; of the same book, what was opened.

    What came back once, and which cards open with a tap, is added to what is so here.
    """
    row = Place.objects.filter(user=person).first()
    try:
        here = ReadingPosition.from_payload(row.open(keyring)) if row else ReadingPosition()
    except (Closed, Damaged):
        return  # It can't be joined to, and is left as it is.
    there = here
    # Somewhere else by now, that is where they will want to go on.
    if where.book and here.book in {"", where.book}:
        seen = _each_once(here.seen, where.seen)[:MOST_BESIDE]
        there = replace(here, book=where.book, chapter=here.chapter or where.chapter, seen=seen)
    # The newest marks stay when there are too many, and those from here are newer.
    asked = (*(mark for mark in where.asked if mark not in here.asked), *here.asked)
    there = replace(
        there,
        asked=asked[-max(MOST_MARKS, len(here.asked)) :],
        closed_cards=_each_once(here.closed_cards, where.closed_cards)[:MOST_BESIDE],
    )
    if there != here:
        (row or Place(user=person)).seal_and_save(keyring, there.to_payload())


def _each_once(here: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*here, *there)))

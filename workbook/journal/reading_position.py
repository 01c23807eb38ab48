"""Where was I: the chapter last read, and those opened before. Sealed, one row a person."""

from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from django.db import IntegrityError, OperationalError, transaction

from workbook.accounts.models import User
from workbook.chapters.book import Book, Chapter
from workbook.journal.models import Entry, Place
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged
from workbook.web.compiled_query import Prepared

MOST_MARKS = 50
"""Marks of questions that came back to keep, the newest: each is a few bytes in one sealed row."""


@dataclass(frozen=True)
class Where:
    """Slugs; ``book`` is a book's key. Empty for someone who has not read yet.

    ``asked`` holds the marks of the questions that have come back once (:func:`asked_mark`),
    ``closed_cards`` those of the cards that show what is sensitive only after a tap.
    """

    book: str = ""
    chapter: str = ""
    seen: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    closed_cards: tuple[str, ...] = ()

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Reads what is sealed, whatever of it is there."""
        said: dict[str, Any] = {
            field.name: tuple(map(str, payload.get(field.name, ())))
            if field.default == ()
            else str(payload.get(field.name, ""))
            for field in fields(cls)
        }
        return cls(**said)

    def to_payload(self) -> dict[str, Any]:
        """Returns what is to be sealed, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value}

    def asked_about(self, entry: Entry) -> tuple[str, ...]:
        """Returns the ids of the questions that came back because of an entry as it stands."""
        about = asked_mark("", entry)
        return tuple(mark.removesuffix(about) for mark in self.asked if mark.endswith(about))


def asked_mark(prompt: str, entry: Entry) -> str:
    """Returns the mark of a question (its id) that came back because of an entry as it stands."""
    return f"{prompt} {entry.id} {entry.revision}"


_rows_of = Prepared(
    lambda given: Place.objects.filter(user=given("user", Place._meta.get_field("user")))
)


def _row_of(person: User) -> Place | None:
    """As it came with the session (``VAULT_SESSION_JOINS``); else read now, and kept."""
    kept = Place._meta.get_field("user").remote_field
    if not kept.is_cached(person):
        kept.set_cached_value(person, next(iter(_rows_of.rows(user=person.pk)), None))
    return getattr(person, "place", None)


def place_of(person: User, keyring: Keyring) -> Where:
    """No query where the row came with the session, else one a request."""
    row = _row_of(person)
    try:
        payload = row.open(keyring) if row else {}
    except (Closed, Damaged):
        # Of a journal that is closed for now, or broken: a bookmark is not worth a word about it.
        payload = {}
    return Where.from_payload(payload)


def remember(person: User, keyring: Keyring, book: Book, chapter: Chapter) -> None:
    """Note the chapter being read. One more query when it is another than before."""
    before = place_of(person, keyring)
    seen = dict.fromkeys(before.seen if before.book == book.key else ())
    now = replace(
        before, book=book.key, chapter=chapter.slug, seen=tuple({**seen, chapter.slug: None})
    )
    if now != before:
        keep(person, keyring, now)


def close_card(person: User, keyring: Keyring, card: str, *, is_closed: bool) -> None:
    """Notes whether a card shows what is sensitive only after a tap; ``card`` is its mark."""
    before = place_of(person, keyring)
    others = tuple(mark for mark in before.closed_cards if mark != card)
    keep(person, keyring, replace(before, closed_cards=(*others, card) if is_closed else others))


def keep(person: User, keyring: Keyring, where: Where) -> None:
    """One statement, or three where two tabs meet.

    Left undone, without a word, while the database can't write.
    """
    place = _row_of(person)
    # A chapter can be read while the disk is full, and two tabs may begin at once.
    with suppress(IntegrityError, OperationalError):
        if place is None:
            place = Place(user=person)
            place.seal(keyring, where.to_payload())
            with transaction.atomic():
                place.save(force_insert=True)
        elif place.data_key_id != keyring.current_id:
            place.revision += 1
            place.seal(keyring, where.to_payload())
            with transaction.atomic():
                place.save(force_update=True)
        elif not place.swap(keyring, where.to_payload()):
            # Another tab was a moment earlier. Where it is, is as right as here; what it has seen
            # and was asked stays true as well.
            person.place = Place.objects.get(user=person)
            _swap_joined(person, keyring, where)


def _swap_joined(person: User, keyring: Keyring, where: Where) -> None:
    there = place_of(person, keyring)
    asked = (*there.asked, *(mark for mark in where.asked if mark not in there.asked))
    seen = where.seen if there.book != where.book else tuple(dict.fromkeys(there.seen + where.seen))
    person.place.swap(keyring, replace(where, seen=seen, asked=asked).to_payload())

"""Bringing in what stands beside the entries: where someone was, and what they put aside."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from workbook.accounts.models import User
from workbook.journal.models import Place
from workbook.journal.reading_position import MOST_MARKS, Where
from workbook.journal.review.hidden import Aside, aside_of, keep_aside
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged

T = TypeVar("T")

MOST_BESIDE = 1_000
"""Chapters that were opened, or things that were put aside, that an import may leave."""


def bring_place(person: User, keyring: Keyring, where: Where) -> None:
    """Take over a place where there is none; of the same book, remember what was opened there.

    What came back once, and which cards open with a tap, is added to what is so here.
    """
    row = Place.objects.filter(user=person).first()
    try:
        here = Where.from_payload(row.open(keyring)) if row else Where()
    except (Closed, Damaged):
        return  # It can't be joined to, and is left as it is.
    there = here
    # Somewhere else by now, that is where they will want to go on.
    if where.book and here.book in {"", where.book}:
        chapter = here.chapter or where.chapter
        seen = _together(here.seen, where.seen)
        there = replace(here, book=where.book, chapter=chapter, seen=seen)
    # The newest marks stay when there are too many, and those from here are newer.
    asked = (*(mark for mark in where.asked if mark not in here.asked), *here.asked)
    there = replace(
        there,
        asked=asked[-max(MOST_MARKS, len(here.asked)) :],
        closed_cards=_together(here.closed_cards, where.closed_cards),
    )
    if there == here:
        return
    place = row or Place(user=person, revision=0)
    place.revision += 1
    place.seal(keyring, there.to_payload())
    place.save(force_insert=row is None, force_update=row is not None)


def bring_put_aside(person: User, keyring: Keyring, aside: Aside) -> None:
    """Add what was put aside to what is; nothing comes back into sight by an import."""
    here = aside_of(person, keyring)
    both = Aside(_together(here.prompts, aside.prompts), _together(here.chapters, aside.chapters))
    if both != here:
        keep_aside(person, keyring, both)


def _together(here: Iterable[T], there: Iterable[T]) -> tuple[T, ...]:
    """Each once, those here first. However often files are imported, it stays as short as a file's:
    it is read with every page, or whenever somebody looks back.
    """
    every = tuple(dict.fromkeys((*here, *there)))
    return every[:MOST_BESIDE]

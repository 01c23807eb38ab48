"""What comes back, once, at a later visit: another question, or how a small step went.

An author marks the one with ``comes back after``; the other is asked for by a reader's own tick.
Leaving the line alone is an answer too: it is not shown again until there is something new to ask
about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from workbook.accounts.models import User
from workbook.chapters.book import Book, Placed
from workbook.journal.entries.content import Written
from workbook.journal.entries.queries import answers_for
from workbook.journal.entries.store import today_of, zone_of
from workbook.journal.reading_position import MOST_MARKS, ReadingPosition, asked_mark, keep
from workbook.prompts.answers import plain
from workbook.prompts.kinds.scale import value_of
from workbook.vault.keyring import Keyring

LOW = 3
"""A check-in up to this number is no moment to ask how a small step went."""
Answers = Mapping[str, Sequence[Written]]


@dataclass(frozen=True)
class SmallStep:
    """A step that its reader wants to be asked about; ``placed`` is the question it answers."""

    book: Book
    placed: Placed
    written: Written

    @property
    def words(self) -> str:
        """The step as it was written."""
        return plain(self.written.answer.get("text"))


def what_comes_back(
    person: User, keyring: Keyring, book: Book, where: ReadingPosition
) -> Placed | SmallStep | None:
    """Returns what to show on the reader's first page, noted as shown; None for most visits.

    One query where the book has something that may come back, and one more where something does.
    """
    waiting = {
        placed.prompt.comes_back_after: placed
        for placed in book.prompts
        if placed.prompt.comes_back_after
    }
    steps = [p for p in book.prompts if p.prompt.follows_up]
    if not (waiting or steps):
        return None
    causes = [book.prompt(ident).prompt for ident in waiting]
    wanted = [*causes, *(placed.prompt for placed in (*waiting.values(), *steps))]
    answers = answers_for(person, keyring, book, wanted, with_afterward=True)
    found = _question(person, answers, waiting, where) or _step(person, answers, book, steps, where)
    if found is None:
        return None
    mark, back = found
    if isinstance(back, SmallStep) and not _is_a_good_moment(person, keyring, book, where):
        return None
    keep(person, keyring, replace(where, asked=(*where.asked[-MOST_MARKS:], mark)))
    return back


def _question(
    person: User, answers: Answers, waiting: Mapping[str, Placed], where: ReadingPosition
) -> tuple[str, Placed] | None:
    """The mark and the question that another one's answer brings back."""
    for ident, placed in waiting.items():
        cause = _latest(answers.get(ident, []))
        if cause is None or cause.entry.day >= today_of(person):
            continue  # Nothing to ask about, or it was only today.
        mark = asked_mark(placed.prompt.id, cause.entry)
        answered = _latest(answers.get(placed.prompt.id, []))
        if mark in where.asked or (answered and answered.entry.day >= cause.entry.day):
            continue
        return mark, placed
    return None


def _step(
    person: User, answers: Answers, book: Book, steps: Sequence[Placed], where: ReadingPosition
) -> tuple[str, SmallStep] | None:
    """The mark and the step that was written before today and is to be asked about."""
    for placed in steps:
        entries = answers.get(placed.prompt.id, [])
        written = _latest(entries)
        if written is None or not placed.prompt.asks_later(written.answer):
            continue
        mark = asked_mark(placed.prompt.id, written.entry)
        since = written.written_at
        said = any(
            since and w.is_afterward and w.written_at and w.written_at > since for w in entries
        )
        # When it was last written: a step that was begun in spring may be today's.
        was_before_today = written.local_day(zone_of(person)) < today_of(person)
        if mark not in where.asked and not said and was_before_today:
            return mark, SmallStep(book, placed, written)
    return None


def _is_a_good_moment(person: User, keyring: Keyring, book: Book, where: ReadingPosition) -> bool:
    """Not after a low check-in of today, nor where a door about using led to."""
    here = reverse("chapter", args=[book.slug, where.chapter]) if where.chapter else ""
    doors = (door.address.partition("#")[0] for door in book.doors if door.is_about_using)
    if here in doors:
        return False
    if not book.check_in:
        return True
    check_in = book.prompt(book.check_in).prompt
    today = [
        value
        for written in answers_for(person, keyring, book, [check_in]).get(check_in.id, [])
        if not written.is_damaged and written.entry.day == today_of(person)
        if (value := value_of(written.answer)) is not None
    ]
    return not today or today[0] > LOW


def _latest(entries: Sequence[Written]) -> Written | None:
    sound = (w for w in entries if not w.is_damaged and not w.is_afterward)
    return next((written for written in sound if written.answer), None)

"""Questions that come back: once another was answered, the next visit asks, one time, in a line.

An author marks them with ``comes back after``. Leaving the line alone is an answer too: it is not
shown again until there is something new to ask about.
"""

from dataclasses import replace

from workbook.accounts.models import User
from workbook.chapters.book import Book, Placed
from workbook.journal.place import Where, keep
from workbook.journal.reading import Written, answers_for
from workbook.journal.writing import today_of
from workbook.vault.keyring import Keyring

MOST_MARKS = 50
"""Marks kept, the newest: each is a few bytes in one sealed row."""


def question_back(person: User, keyring: Keyring, book: Book, where: Where) -> Placed | None:
    """The question to show on the reader's first page, noted as shown; None for most visits.

    One query where the book has such questions, and one more when there is something to ask.
    """
    waiting = {
        placed.prompt.comes_back_after: placed
        for placed in book.prompts
        if placed.prompt.comes_back_after
    }
    if not waiting:
        return None
    causes = [book.prompt(ident).prompt for ident in waiting]
    later = [placed.prompt for placed in waiting.values()]
    answers = answers_for(person, keyring, book, [*causes, *later])
    for ident, placed in waiting.items():
        cause = _latest(answers.get(ident, []))
        if cause is None or cause.entry.day >= today_of(person):
            continue  # Nothing to ask about, or it was only today.
        mark = f"{placed.prompt.id} {cause.entry.id} {cause.version}"
        answered = _latest(answers.get(placed.prompt.id, []))
        if mark in where.asked or (answered and answered.entry.day >= cause.entry.day):
            continue
        keep(person, keyring, replace(where, asked=(*where.asked[-MOST_MARKS:], mark)))
        return placed
    return None


def _latest(entries: list[Written]) -> Written | None:
    return next((written for written in entries if not written.is_damaged and written.answer), None)

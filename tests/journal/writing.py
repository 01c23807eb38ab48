"""Writes an answer as a page does that was drawn for it."""

from typing import Any

from workbook.journal.entries.content import Origin, Written, draft_of
from workbook.journal.entries.store import keep


def write(
    person: Any,
    keyring: Any,
    book: Any,
    prompt: Any,
    answer: Any,
    *,
    expected: int | Origin,
    occurrence: str = "",
    asked: str = "",
) -> Written:
    """Keeps an answer. ``expected`` is the version its page was drawn from, or all of its origin."""
    origin = expected if isinstance(expected, Origin) else Origin(expected)
    return keep(person, keyring, draft_of(book, prompt, answer, occurrence, asked), origin)

"""What the journal's tests share: a book, and ways to write into a journal without a browser."""

from collections.abc import Callable
from typing import Any

import pytest

BOOK, LONG = "alongside", "understood-once"


@pytest.fixture
def book() -> Any:
    from workbook.chapters.loader import library

    return library().book(BOOK)


@pytest.fixture
def put(book: Any) -> Callable[..., Any]:
    """``put(person, "words")`` writes an answer as a page would that shows what is kept."""
    from tests.journal.writing import write
    from workbook.journal.entries.queries import answers_for

    def write_text(
        person: Any, text: str, prompt: str = LONG, *, occurrence: str = "", **more: Any
    ) -> Any:
        asked = book.prompt(prompt).prompt
        answer = more.pop("answer", {"text": text})
        if "expected" not in more:
            found = answers_for(person.user, person.keyring, book, [asked]).get(asked.id, [])
            kept = [written for written in found if written.occurrence == occurrence]
            more["expected"] = kept[0].version if kept else 0
        return write(
            person.user, person.keyring, book, asked, answer, occurrence=occurrence, **more
        )

    return write_text

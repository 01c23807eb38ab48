"""Words on their way into an entry: what they are, and what the page they come from knew."""

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from workbook.chapters.book import Book
from workbook.journal.entries.queries import Written
from workbook.prompts.answers import Answer
from workbook.prompts.base import Prompt


@dataclass(frozen=True)
class Origin:
    """Where words come from: what the page they were typed on knew, and which page it was.

    Attributes:
        version: the version the page was drawn from; 0 where there was none.
        entry: the id of the entry it belonged to, "" if not said. An answer that was deleted and
            begun anew counts its versions from 1 again.
        page: a random mark of the page as it was drawn, "" if not said.
        turn: rises with each time the page sends; 0 without JavaScript. A page that never heard
            how its last words fared sends the next ones from a version before its own.
        settles: the version apart that its writer had beside them and has now decided on.
    """

    version: int = 0
    entry: str = ""
    page: str = ""
    turn: int = 0
    settles: UUID | None = None

    def knows(self, kept: Written) -> bool:
        """Whether the page showed what is kept now, or wrote it."""
        if self.page and self.turn and self.page == kept.page:
            return self.turn > kept.turn
        return self.version == kept.version and self.entry in {"", str(kept.entry.id)}

    def is_behind(self, kept: Written) -> bool:
        """Whether this is an older state of the same page, come late."""
        return bool(self.page and self.turn and self.page == kept.page and self.turn <= kept.turn)


NO_PAGE = Origin()
"""Nothing is known of where the words come from."""


@dataclass(frozen=True)
class Draft:
    """What an entry is to hold.

    Attributes:
        book: its key; with ``prompt`` and ``occurrence`` it says which entry.
        was: ids under which the prompt's answer may be kept.
        day: to be set; None leaves it as it is.
    """

    book: str
    prompt: str
    occurrence: str
    kind: str
    answer: Answer
    question: str = ""
    language: str = ""
    title: str = ""
    is_sensitive: bool = False
    was: tuple[str, ...] = ()
    day: datetime.date | None = None

    def payload(self, origin: Origin, cut: int = 0) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "book": self.book,
            "prompt": self.prompt,
            "occurrence": self.occurrence,
            "kind": self.kind,
            "question": self.question,
            "answer": self.answer,
            "language": self.language,
            "written_at": timezone.now().isoformat(),
        }
        more = {
            "title": self.title,
            "sensitive": self.is_sensitive,
            "page": origin.page,
            "turn": origin.turn,
            "cut": cut,
        }
        return payload | {name: value for name, value in more.items() if value}

    def says_the_same(self, kept: Written) -> bool:
        return (
            not kept.is_damaged
            and (kept.answer, kept.kind, kept.title) == (self.answer, self.kind, self.title)
            and self.day in {None, kept.entry.day}
        )


def draft_of(
    book: Book, prompt: Prompt, answer: Answer, occurrence: str = "", asked: str = ""
) -> Draft:
    return Draft(
        book=book.key,
        prompt=prompt.id,
        occurrence=occurrence,
        kind=prompt.kind,
        answer=answer,
        question=asked or prompt.question.plain,
        language=book.language,
        is_sensitive=prompt.sensitive,
        was=prompt.was,
    )

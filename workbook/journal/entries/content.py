"""What an entry holds: in memory, sealed in a row, on its way into one, and in a journal file."""

import datetime
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self
from uuid import UUID

from django.utils import timezone

from workbook.chapters.book import Book
from workbook.journal.entries.fields import (
    AFTERWARD,
    Payload,
    answer_field,
    flag_field,
    is_language,
    is_occurrence,
    is_slug,
    is_text,
    moment_field,
    number_field,
    text_field,
)
from workbook.journal.models import Entry
from workbook.prompts.answers import LANE, Answer
from workbook.prompts.base import Prompt

LONGEST_TITLE = 300
LONGEST_QUESTION = 128 * 1024


@dataclass(frozen=True, kw_only=True)
class EntryContent(Payload):
    """Everything that an entry says of itself, whether it is sealed, opened or taken along.

    A field added here is saved, kept in versions, exported, checked and imported with the others;
    in a payload, those that aren't ``is_needed`` are left out when they are empty.
    One that travels raises the version of journal files (``as_json``) and is told in
    docs/export-format.md.

    Attributes:
        book: its book's key; with ``prompt`` and ``occurrence`` it says which entry. "" for a free
            page.
        prompt: the id of the prompt it answers; "" for a free page.
        occurrence: which of a repeated prompt's entries, "" otherwise; a free page's own id.
        question: as it was asked, as plain text.
        title: of a free page, where it was given one.
        is_sensitive: as the prompt's author marked it when this was written.
        page, turn: where it was saved from; see :class:`Origin`.
        cut: characters cut from it since a version was last kept; see versions.py.
    """

    IDENTITY: ClassVar = ("book", "prompt", "occurrence")

    book: str = text_field("book", is_slug, is_needed=True, is_own=False)
    prompt: str = text_field("prompt", is_slug, is_needed=True, is_own=False)
    occurrence: str = text_field("occurrence", is_occurrence, is_needed=True, is_own=False)
    kind: str = text_field("kind", lambda value: is_text(value, 64) and value != "", is_needed=True)
    question: str = text_field("question", LONGEST_QUESTION, is_needed=True, is_own=False)
    answer: Answer = answer_field("answer", is_needed=True)
    language: str = text_field("language", is_language, is_needed=True, is_own=False)
    written_at: datetime.datetime | None = moment_field("written_at", is_needed=True, is_own=False)
    title: str = text_field("title", LONGEST_TITLE)
    is_sensitive: bool = flag_field("sensitive", is_own=False)
    page: str = text_field("page", 64, is_own=False, travels=False)
    turn: int = number_field("turn", is_own=False, travels=False)
    cut: int = number_field("cut", is_own=False, travels=False)

    @property
    def identity(self) -> tuple[str, str, str]:
        """The entry's book, prompt and occurrence, by which it is told from its person's others."""
        return self.identity_under(self.prompt)

    def identity_under(self, prompt: str) -> tuple[str, str, str]:
        """Returns the entry's identity under another id of its prompt."""
        return self.book, prompt, self.occurrence

    def under(self, other: "EntryContent") -> Self:
        """Returns a copy of the entry for the book, prompt and occurrence of ``other``."""
        return replace(self, **{name: getattr(other, name) for name in self.IDENTITY})

    @property
    def bare_answer(self) -> Answer:
        """The answer without the mark of words that were left for another day."""
        return {key: value for key, value in self.answer.items() if key != LANE}

    @property
    def own_words(self) -> list[Any]:
        """The values that the entry's writer gave. Entries with equal ones say the same."""
        return [getattr(self, name) for name, one in self.stored().items() if one.is_own]

    @property
    def is_afterward(self) -> bool:
        """Whether the entry says how a small step went that was written under the same question."""
        return self.occurrence.startswith(AFTERWARD)


@dataclass(frozen=True, kw_only=True)
class Written(EntryContent):
    """An entry opened for its writer, together with its row, ``entry``.

    Where its seal is broken, ``is_damaged`` is true and every other field is empty.
    """

    entry: Entry
    is_damaged: bool = False

    @property
    def version(self) -> int:
        """The entry's revision, counted from 1."""
        return self.entry.revision

    @property
    def is_free_page(self) -> bool:
        """Whether the entry is a free page, which answers no prompt."""
        return not self.prompt and not self.is_damaged

    def local_day(self, zone: datetime.tzinfo | None = None) -> datetime.date:
        """Returns the day the entry was last written on, in ``zone`` or the active time zone."""
        written_at = self.written_at
        return timezone.localtime(written_at, zone).date() if written_at else self.entry.day

    def is_of_earlier_wording(self, prompt: Prompt) -> bool:
        """Returns whether the entry answers other words than its prompt asks now."""
        return bool(self.question) and self.question != prompt.question.plain


@dataclass(frozen=True)
class Origin:
    """Where words come from: what the page they were typed on knew, and which page it was.

    Attributes:
        version: the version the page was drawn from; 0 where there was none.
        entry: the id of the entry it belonged to, "" if not said. An answer that was deleted and
            begun again counts its versions from 1 again.
        page: a random mark of the page as it was drawn, "" if not said.
        turn: rises with each time the page sends; 0 without JavaScript. A page that never heard
            how its last words fared sends the next ones from a version before its own.
        settles: the conflict version that its writer had beside them and has now decided on.
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
        """Returns whether these words come late, from an older state of the page of ``kept``."""
        return bool(self.page and self.turn and self.page == kept.page and self.turn <= kept.turn)


NO_PAGE = Origin()
"""Nothing is known of where the words come from."""


@dataclass(frozen=True, kw_only=True)
class Draft(EntryContent):
    """What an entry is to hold.

    Attributes:
        was: ids under which the prompt's answer may be kept.
        day: to be set; None leaves it as it is.
    """

    was: tuple[str, ...] = ()
    day: datetime.date | None = None

    def payload(self, origin: Origin, cut: int = 0) -> dict[str, Any]:
        """Returns the draft as JSON to be sealed, written now, on the page it comes from."""
        now = timezone.now()
        filled = replace(self, page=origin.page, turn=origin.turn, cut=cut, written_at=now)
        return filled.to_payload()

    def says_the_same(self, kept: Written) -> bool:
        """Returns whether saving the draft would change nothing of the kept entry."""
        return (
            not kept.is_damaged
            and self.own_words == kept.own_words
            and self.day in {None, kept.entry.day}
        )


def draft_of(
    book: Book, prompt: Prompt, answer: Answer, occurrence: str = "", asked: str = ""
) -> Draft:
    """Returns a draft of an answer. ``asked`` is the question as it stood on the page."""
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

"""One prompt as a form on a page: what its template needs, and nothing of anybody else's."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.safestring import SafeString

from workbook.accounts.models import User
from workbook.chapters.book import Book, Placed
from workbook.journal.reading import Written
from workbook.journal.writing import today_of
from workbook.prompts.answers import LANE, NOT_TODAY, Answer
from workbook.prompts.base import Dated, Prompt
from workbook.prompts.display import Display
from workbook.prompts.kinds import show

EARLIER_SHOWN = 7
"""Dated entries of a repeated prompt that stand under it; the journal has them all."""


def writer_of(person: User) -> str:
    """An opaque mark of whose words a form holds.

    Only pages drawn for this person carry it, and nobody else can work it out, so a post that
    brings it back is theirs: it does the work of a CSRF token, and unlike one it stays good when
    they enter anew beside a page that has been open for days.
    """
    return salted_hmac("workbook.journal.writer", str(person.pk), algorithm="sha256").hexdigest()[
        :32
    ]


def is_writer(person: User, mark: str) -> bool:
    return constant_time_compare(writer_of(person), mark)


def home_of(book: Book, placed: Placed, occurrence: str = "") -> str:
    """The address of a prompt on its page; of one that repeats at will, showing one entry."""
    page = (
        reverse("chapter", args=[book.slug, placed.chapter.slug])
        if placed.chapter
        else reverse("book", args=[book.slug])
    )
    entry = f"?entry={occurrence}" if placed.prompt.repeat == "any" and occurrence else ""
    return f"{page}{entry}#prompt-{placed.prompt.id}"


@dataclass(frozen=True)
class PromptForm:
    """A prompt with the reader's answer in it.

    Attributes:
        written: the entry as it is kept, None where there is none yet.
        answer: what the fields show: the kept answer, or words that could not be saved.
        earlier: other entries to be read beside it: of other days, or under an earlier id.
        dated: every entry of a prompt that repeats, this one too, oldest first.
    """

    book: Book
    prompt: Prompt
    writer: str = ""
    occurrence: str = ""
    written: Written | None = None
    answer: Answer = field(default_factory=dict)
    earlier: tuple[Written, ...] = ()
    dated: tuple[Dated, ...] = ()

    @property
    def version(self) -> int:
        return self.written.version if self.written else 0

    @property
    def is_answered(self) -> bool:
        return bool(self.written) and not self.prompt.is_empty(
            {key: value for key, value in self.answer.items() if key != LANE}
        )

    @property
    def is_hidden(self) -> bool:
        """Whether what is kept opens with a press first. Words that are not kept yet never hide."""
        kept = self.written is not None and self.answer == self.written.answer
        return self.prompt.sensitive and self.is_answered and kept

    @property
    def is_not_today(self) -> bool:
        return self.answer.get(LANE) == NOT_TODAY

    @property
    def earlier_wording(self) -> str:
        """The question as it was when it was answered, where it has changed since."""
        if self.written and self.is_answered and self.written.is_of_earlier_wording(self.prompt):
            return self.written.question
        return ""

    @property
    def other_kind(self) -> Display | None:
        """The kept answer, where the author has made the prompt a kind that can't hold it."""
        kept = self.written
        if kept and kept.kind and not self.prompt.can_hold(kept.kind, kept.answer):
            shown = show(kept.kind, kept.answer, None)
            return shown if shown != Display() else None
        return None

    @property
    def look_back(self) -> Any:
        """What ``prompt.then_and_now`` draws; None where there is nothing to set side by side."""
        return self.prompt.look_back(self.dated) if self.dated else None

    @property
    def follow_up(self) -> list[SafeString]:
        return self.prompt.follow_up(self.answer) if self.written else []


def prompt_form(
    person: User, book: Book, prompt: Prompt, entries: list[Written], entry: str = ""
) -> PromptForm:
    """The form as a page shows it, out of the prompt's entries, newest first.

    Of a prompt that repeats, it is that of ``entry`` (an occurrence) if there is one, else of today
    or a new one.
    """
    writer = writer_of(person)
    sound = [written for written in entries if not written.is_damaged]
    if prompt.repeat:
        is_known = any(w.occurrence == entry for w in sound) if entry else False
        new = today_of(person).isoformat() if prompt.repeat == "daily" else str(uuid.uuid4())
        occurrence = entry if is_known else new
        current = next((w for w in sound if w.occurrence == occurrence), None)
    else:
        occurrence = ""
        current = next((w for w in sound if not w.occurrence), None)
    return PromptForm(
        book=book,
        prompt=prompt,
        writer=writer,
        occurrence=occurrence,
        written=current,
        answer=current.answer if current and prompt.can_hold(current.kind, current.answer) else {},
        earlier=tuple(w for w in entries if w is not current)[:EARLIER_SHOWN],
        dated=_dated(prompt, sound),
    )


def _dated(prompt: Prompt, entries: list[Written]) -> tuple[Dated, ...]:
    if not prompt.repeat:
        return ()
    in_order = sorted(entries, key=lambda written: (written.entry.day, written.entry.sequence))
    return tuple(
        Dated(written.entry.day, written.answer)
        for written in in_order
        if prompt.can_hold(written.kind, written.answer)
    )


def posted_form(
    book: Book, prompt: Prompt, data: QueryDict, answer: Answer, written: Written | None
) -> PromptForm:
    """The form with the words that were posted, to be saved in another try."""
    return PromptForm(
        book=book,
        prompt=prompt,
        writer=data.get("writer", ""),
        occurrence=data.get("occurrence", ""),
        written=written,
        answer=answer,
    )

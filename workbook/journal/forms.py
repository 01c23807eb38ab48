"""One prompt as a form on a page: what its template needs, and nothing of anybody else's."""

import uuid
from dataclasses import dataclass, field

from django.http import QueryDict
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.safestring import SafeString

from workbook.accounts.models import User
from workbook.chapters.book import Book, Placed
from workbook.journal.reading import Written
from workbook.journal.writing import today_of
from workbook.prompts.base import LANE, NOT_TODAY, Answer, Display, Prompt
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


def home_of(book: Book, placed: Placed) -> str:
    """The address of a prompt on its page."""
    page = (
        reverse("chapter", args=[book.slug, placed.chapter.slug])
        if placed.chapter
        else reverse("book", args=[book.slug])
    )
    return f"{page}#prompt-{placed.prompt.id}"


@dataclass(frozen=True)
class PromptForm:
    """A prompt with the reader's answer in it.

    Attributes:
        written: the entry as it is kept, None where there is none yet.
        answer: what the fields show: the kept answer, or words that could not be saved.
        shows_other_kind: the kept answer is of the kind this prompt had before.
        earlier: other entries to be read beside it: of other days, or under an earlier id.
    """

    book: Book
    prompt: Prompt
    writer: str = ""
    occurrence: str = ""
    written: Written | None = None
    answer: Answer = field(default_factory=dict)
    earlier: tuple[Written, ...] = ()

    @property
    def version(self) -> int:
        return self.written.version if self.written else 0

    @property
    def is_answered(self) -> bool:
        return bool(self.written) and not self.prompt.is_empty(
            {key: value for key, value in self.answer.items() if key != LANE}
        )

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
        """The kept answer, where the author has made the prompt another kind since."""
        if self.written and self.written.kind not in {"", self.prompt.kind} and self.is_answered:
            return show(self.written.kind, self.written.answer, None)
        return None

    @property
    def follow_up(self) -> list[SafeString]:
        return self.prompt.follow_up(self.answer) if self.written else []


def prompt_form(person: User, book: Book, prompt: Prompt, entries: list[Written]) -> PromptForm:
    """The form as a page first shows it, out of the prompt's entries, newest first."""
    writer = writer_of(person)
    sound = [written for written in entries if not written.is_damaged]
    if prompt.repeat:
        occurrence = today_of(person).isoformat() if prompt.repeat == "daily" else str(uuid.uuid4())
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
        answer=current.answer if current else {},
        earlier=tuple(w for w in entries if w is not current)[:EARLIER_SHOWN],
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

"""A prompt as a form on a page: what its template needs, and nothing of anybody else's."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.safestring import SafeString

from workbook.accounts.models import User
from workbook.chapters.book import Book, Placed
from workbook.journal.entries.content import NO_PAGE, Draft, Origin, Written, draft_of
from workbook.journal.entries.fields import day_in, uuid_in
from workbook.journal.entries.store import today_of
from workbook.journal.entries.versions import Earlier
from workbook.prompts.answers import LANE, NOT_TODAY, Answer, plain
from workbook.prompts.base import NOTHING_EARLIER, Dated, Prompt, Recalled
from workbook.prompts.display import Display
from workbook.prompts.registry import show

LONGEST_QUESTION = 128 * 1024
"""Characters: as long as the longest file it can come from."""
MOST_CHANGES = 10
"""Changes of password after which a page left open is still known as its writer's."""
EARLIER_SHOWN = 7
"""Dated entries of a repeated prompt that stand under it; the journal has them all."""


def writer_of(person: User) -> str:
    """Returns an opaque mark of the person a form is drawn for, bound to their present password.

    Only pages drawn for this person carry it, and nobody else can work it out, so a post that
    brings it back is theirs: it does the work of a CSRF token, and unlike one it stays good when
    they sign in again beside a page that has been open for days.
    """
    return _mark(person, person.credential_version)


def is_writer(person: User, mark: str) -> bool:
    """Returns whether a posted mark is the one that :func:`writer_of` gives a person now."""
    return constant_time_compare(writer_of(person), mark)


def was_writer(person: User, mark: str) -> bool:
    """Returns whether a mark was a person's before they last changed their password.

    Such a mark is not good anymore. ``MOST_CHANGES`` changes are looked back on.
    """
    now = person.credential_version
    earlier = range(max(0, now - MOST_CHANGES), now)
    return any(constant_time_compare(_mark(person, version), mark) for version in earlier)


def _mark(person: User, version: int) -> str:
    text = f"{person.pk}:{version}"
    return salted_hmac("workbook.journal.writer", text, algorithm="sha256").hexdigest()[:32]


def home_of(book: Book, placed: Placed, occurrence: str = "") -> str:
    """Returns the address of a prompt on its page; for one that repeats at will, with one entry."""
    page = (
        reverse("chapter", args=[book.slug, placed.chapter.slug])
        if placed.chapter
        else reverse("book", args=[book.slug])
    )
    entry = f"?entry={occurrence}" if placed.prompt.repeat == "any" and occurrence else ""
    return f"{page}{entry}#prompt-{placed.prompt.id}"


def new_page_mark() -> str:
    """Returns a new random mark for one drawing of a page: 32 hexadecimal digits."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class PromptForm:
    """A prompt with the reader's answer in it.

    Attributes:
        home: the address of the prompt on its own page, where it is drawn on another.
        page: marks this one drawing of the page (see :class:`Origin`).
        asked: the question as it stood on the page that was posted; "" for as it is now.
        written: the entry as it is kept, None where there is none yet.
        answer: what the fields show: the kept answer, or words that could not be saved.
        earlier: other entries to be read beside it: of other days, or under an earlier id.
        dated: every entry of a prompt that repeats, this one too, oldest first.
        apart: where newer words were there first: what was posted, kept beside them.
        origin: of a form that was posted and is shown again: what its page knew.
        recalled: earlier answers that the prompt needs; see recall.py.
    """

    book: Book
    prompt: Prompt
    home: str = ""
    writer: str = ""
    occurrence: str = ""
    page: str = field(default_factory=new_page_mark)
    asked: str = ""
    written: Written | None = None
    answer: Answer = field(default_factory=dict)
    earlier: tuple[Written, ...] = ()
    dated: tuple[Dated, ...] = ()
    apart: Earlier | None = None
    origin: Origin = NO_PAGE
    recalled: Mapping[str, Recalled] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The address that the form is posted to."""
        return reverse("save-answer", args=[self.book.slug, self.prompt.id])

    def draft(self) -> Draft:
        """Returns what the prompt's entry is to hold once this form is saved."""
        return draft_of(self.book, self.prompt, self.answer, self.occurrence, self.asked)

    @property
    def version(self) -> int:
        """The version of the entry that the words in the fields go on from; 0 without one."""
        return self.written.version if self.written else self.origin.version

    @property
    def entry_id(self) -> str:
        """The id of the entry in the form; "" where there is none yet."""
        return str(self.written.entry.id) if self.written else self.origin.entry

    @property
    def settles(self) -> uuid.UUID | None:
        """The id of the conflict version that saving this form decides on, or None."""
        return self.apart.row.id if self.apart and self.apart.row else self.origin.settles

    @property
    def is_saved(self) -> bool:
        """Whether the prompt has an entry that is stored."""
        return self.written is not None

    @property
    def has_apart(self) -> bool:
        """Whether the entry has a conflict version that its writer has yet to decide on."""
        return self.written is not None and self.written.entry.has_apart

    @property
    def saved_at(self) -> datetime.datetime | None:
        """When the entry was saved, in the reader's time zone; None where that isn't known."""
        moment = self.written.written_at if self.written else None
        return timezone.localtime(moment) if moment else None

    @property
    def is_answered(self) -> bool:
        """Whether there is an entry, and the answer in the form isn't empty."""
        return bool(self.written) and not self.prompt.is_empty(
            {key: value for key, value in self.answer.items() if key != LANE}
        )

    @property
    def is_hidden(self) -> bool:
        """Whether the answer is sensitive and opens with a press; unsaved words never hide."""
        kept = self.written is not None and self.answer == self.written.answer
        return self.prompt.sensitive and self.is_answered and kept

    @property
    def is_not_today(self) -> bool:
        """Whether the reader said "not today" to the prompt."""
        return self.answer.get(LANE) == NOT_TODAY

    @property
    def earlier_wording(self) -> str:
        """The question as it was when it was answered; "" where it is the same now."""
        if self.written and self.is_answered and self.written.is_of_earlier_wording(self.prompt):
            return self.written.question
        return ""

    @property
    def other_kind(self) -> Display | None:
        """The stored answer for reading, where the prompt has become a kind that can't hold it."""
        kept = self.written
        if kept and kept.kind and not self.prompt.can_hold(kept.kind, kept.answer):
            shown = show(kept.kind, kept.answer, None)
            return shown if shown != Display() else None
        return None

    @property
    def is_otherwise(self) -> bool:
        """Whether what is kept was asked in other words, or in another way."""
        return self.is_saved and bool(self.earlier_wording or self.other_kind)

    @property
    def look_back(self) -> Any:
        """What ``prompt.then_and_now`` draws; None where there is nothing to set side by side."""
        return self.prompt.look_back(self.dated) if self.dated else None

    @property
    def follow_up(self) -> list[SafeString]:
        """What the author has to say to the kept answer."""
        if self.written is None:
            return []
        return self.prompt.follow_up(self.answer, self.recalled, self.written.entry.day)


def prompt_form(
    person: User,
    book: Book,
    prompt: Prompt,
    entries: list[Written],
    entry: str = "",
    recalled: Mapping[str, Recalled] = NOTHING_EARLIER,
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
        recalled=recalled,
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


def posted_form(book: Book, placed: Placed, data: QueryDict) -> PromptForm:
    """The form that was posted, still without its answer."""
    occurrence = _occurrence(placed.prompt, data.get("occurrence", ""))
    return PromptForm(
        book=book,
        prompt=placed.prompt,
        home=home_of(book, placed, occurrence),
        writer=data.get("writer", ""),
        occurrence=occurrence,
        page=data.get("page", "")[:64] or new_page_mark(),
        asked=plain(data.get("asked"))[:LONGEST_QUESTION],
        origin=origin_of(data),
    )


def origin_of(data: QueryDict) -> Origin:
    """What a posted form says of the page it was on."""
    return Origin(
        version=number_in(data, "version"),
        entry=data.get("entry", "")[:64],
        page=data.get("page", "")[:64],
        turn=number_in(data, "turn"),
        settles=uuid_in(data.get("settles")),
    )


def number_in(data: QueryDict, name: str) -> int:
    """A posted whole number, 0 for anything else."""
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _occurrence(prompt: Prompt, posted: str) -> str:
    """Which entry of a repeated prompt: a date or a UUID as the form carried it, else a new one."""
    if prompt.repeat == "daily":
        return (day_in(posted) or datetime.datetime.now(datetime.UTC).date()).isoformat()
    return str(uuid_in(posted) or uuid.uuid4()) if prompt.repeat == "any" else ""

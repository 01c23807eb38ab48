"""Pages of one's own: words without a question, under a title if one likes."""

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from workbook.accounts.models import User
from workbook.chapters.book import Book
from workbook.journal.entries.content import LONGEST_TITLE, Draft, Written
from workbook.journal.entries.fields import FIRST_YEAR, LAST_YEAR
from workbook.journal.entries.queries import opened
from workbook.journal.models import Entry
from workbook.journal.rendering.prompt_form import PromptForm, origin_of, writer_of
from workbook.prompts.answers import Refused, plain
from workbook.prompts.base import Prompt
from workbook.prompts.kinds.long_answer import LongAnswer
from workbook.vault.keyring import Keyring

NEW = UUID(int=0)
NO_BOOK = Book(key="", slug="", title="")


@dataclass(frozen=True, kw_only=True)
class PageQuestion(LongAnswer):
    """Stands where a prompt would: nothing is asked, and there is no "not today" to say."""

    def clean(self, data: QueryDict) -> Any:
        if len(data.get("title", "")) > LONGEST_TITLE:
            raise Refused(
                _("The title is too long. Make it shorter, and put the rest in your words."),
                self.read(data),
            )
        day = data.get("day", "").strip()
        if day and date_in(day) is None:
            raise Refused(
                _("Check the date. There’s a typo in it. Once it’s right, everything is saved."),
                self.read(data),
            )
        return super().clean(data)


@dataclass(frozen=True)
class PageForm(PromptForm):
    """A free page as a form. ``ident`` is what its entry has as occurrence."""

    ident: UUID = NEW
    title: str = ""
    day: datetime.date | None = None

    @property
    def address(self) -> str:
        return reverse("save-page", args=[self.ident])

    def draft(self) -> Draft:
        return Draft(
            book="",
            prompt="",
            occurrence=str(self.ident),
            kind=self.prompt.kind,
            answer=self.answer,
            title=self.title,
            day=self.day,
        )


def page_form(
    person: User, ident: UUID, written: Written | None = None, day: datetime.date | None = None
) -> PageForm:
    """The form as a page first shows it."""
    return PageForm(
        book=NO_BOOK,
        prompt=_prompt(ident),
        home=reverse("free-page", args=[ident]),
        writer=writer_of(person),
        occurrence=str(ident),
        written=written,
        answer=written.answer if written else {},
        ident=ident,
        title=written.title if written else "",
        day=written.entry.day if written else day,
    )


def posted_page(ident: UUID, data: QueryDict) -> PageForm:
    """The form that was posted, still without its words."""
    return PageForm(
        book=NO_BOOK,
        prompt=_prompt(ident),
        home=reverse("free-page", args=[ident]),
        writer=data.get("writer", ""),
        occurrence=str(ident),
        page=data.get("page", "")[:64],
        ident=ident,
        title=" ".join(plain(data.get("title")).split()),
        day=date_in(data.get("day", "")),
        origin=origin_of(data),
    )


def free_page(person: User, keyring: Keyring, ident: UUID) -> Written:
    """Raises Entry.DoesNotExist."""
    tags = keyring.tags("occurrence", "", "", str(ident))
    entries = Entry.objects.filter(user=person, occurrence_tag__in=tags).staying()
    return opened(entries[:1].get(), keyring)


def date_in(text: str) -> datetime.date | None:
    """A posted date (ISO) of a year that a journal may be about, None for anything else.

    A year with a slip in it (0205) would be refused when the journal is brought in again.
    """
    try:
        day = datetime.date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _prompt(ident: UUID) -> Prompt:
    return PageQuestion(id=f"page-{ident}")

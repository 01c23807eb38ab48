"""Free pages: entries that answer no prompt, with a title if their writer likes."""

import datetime
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from workbook.accounts.models import User
from workbook.chapters.book import Book
from workbook.journal.entries.content import LONGEST_TITLE, Draft, Written
from workbook.journal.entries.fields import day_in
from workbook.journal.entries.queries import opened
from workbook.journal.models import Entry
from workbook.journal.rendering.prompt_form import PromptForm, origin_of, writer_of
from workbook.prompts.answers import Refused, plain
from workbook.prompts.kinds.long_answer import LongAnswer
from workbook.vault.keyring import Keyring

NEW = UUID(int=0)
"""The id in the address of a free page that has no entry yet."""
NO_BOOK = Book(key="", slug="", title="")


@dataclass(frozen=True, kw_only=True)
class PageQuestion(LongAnswer):
    """The prompt that stands in for one on a free page: it asks nothing, and takes a long answer.

    It has no "not today".
    """

    def clean(self, data: QueryDict) -> Any:
        """Returns the answer in a posted free page.

        Raises Refused for words, a title or a date that can't be kept.
        """
        day = data.get("day", "").strip()
        if len(data.get("title", "")) > LONGEST_TITLE:
            wrong = _("The title is too long. Make it shorter, and put the rest in your words.")
        elif day and day_in(day) is None:
            wrong = _("Check the date. There’s a typo in it. Once it’s right, everything is saved.")
        else:
            return super().clean(data)
        raise Refused(wrong, self.read(data))


@dataclass(frozen=True)
class PageForm(PromptForm):
    """A free page as a form. ``ident`` is its id, which its entry has as occurrence."""

    ident: UUID = NEW
    title: str = ""
    day: datetime.date | None = None

    @property
    def address(self) -> str:
        """The address that the form is posted to."""
        return reverse("save-page", args=[self.ident])

    def draft(self) -> Draft:
        """Returns what the free page's entry is to hold."""
        return Draft(
            occurrence=str(self.ident),
            kind=self.prompt.kind,
            answer=self.answer,
            title=self.title,
            day=self.day,
        )


def page_form(
    person: User, ident: UUID, written: Written | None = None, day: datetime.date | None = None
) -> PageForm:
    """Returns the form of a free page, filled from ``written`` unless the page is new.

    ``day`` is the date that a new page begins with.
    """
    form = _form(ident, writer=writer_of(person), day=day)
    if written is None:
        return form
    kept: dict[str, Any] = {
        "answer": written.answer,
        "title": written.title,
        "day": written.entry.day,
    }
    return replace(form, written=written, **kept)


def posted_page(ident: UUID, data: QueryDict) -> PageForm:
    """Returns the form of a posted free page, all but its answer, which is cleaned later."""
    return _form(
        ident,
        writer=data.get("writer", ""),
        page=data.get("page", "")[:64],
        title=" ".join(plain(data.get("title")).split()),
        day=day_in(data.get("day", "").strip()),
        origin=origin_of(data),
    )


def _form(ident: UUID, **more: Any) -> PageForm:
    return PageForm(
        book=NO_BOOK,
        prompt=PageQuestion(id=f"page-{ident}"),
        home=reverse("free-page", args=[ident]),
        occurrence=str(ident),
        ident=ident,
        **more,
    )


def free_page(person: User, keyring: Keyring, ident: UUID) -> Written:
    """Returns a person's free page, opened, by its id. Raises Entry.DoesNotExist.

    A deleted one is not found.
    """
    tags = keyring.tags("occurrence", "", "", str(ident))
    entries = Entry.objects.filter(user=person, occurrence_tag__in=tags).staying()
    return opened(entries[:1].get(), keyring)

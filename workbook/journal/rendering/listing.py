"""Entries as the journal lists them: what was asked, what was said, and where it belongs."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from workbook.accounts.models import User
from workbook.chapters.book import Book
from workbook.chapters.loader import library
from workbook.journal.entries.content import Written
from workbook.journal.entries.placed import (
    FREE,
    Part,
    Standing,
    free_page_tags,
    is_sensitive,
    parts,
    standing_of,
)
from workbook.journal.entries.queries import opened, says_nothing
from workbook.journal.models import Entry
from workbook.prompts.display import Display
from workbook.prompts.registry import show
from workbook.vault.keyring import Keyring
from workbook.web.compiled_query import Prepared

A_PAGE = 50
SHOWN_CHARACTERS = 1_500
"""Of one entry in a list; the rest is on its own page."""
SHOWN_LINES = 30


@dataclass(frozen=True)
class ListedEntry:
    """An entry to be read.

    Attributes:
        display: its words, None for a damaged one.
        standing: None for a free page, and for a question that no book asks anymore.
        is_cut: there is more on the entry's own page.
        is_hidden: behind one press, because its author marked the question as sensitive.
    """

    written: Written
    display: Display | None
    standing: Standing | None = None
    is_cut: bool = False
    is_hidden: bool = False
    is_empty: bool = False

    @property
    def heading(self) -> str:
        """The entry's question, or a free page's title; the beginning of one that is too long."""
        text = self.written.title if self.written.is_free_page else self.written.question
        return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS].rstrip() + " …"

    @property
    def home(self) -> str:
        """The address where the entry can be changed; "" where nothing asks for it anymore."""
        if self.written.is_damaged:
            return ""
        if self.written.is_free_page:
            return reverse("free-page", args=[self.written.occurrence])
        return self.standing.home if self.standing else ""


def listed(
    written: Written, *, whole: bool = False, books: Sequence[Book] | None = None
) -> ListedEntry:
    """Returns an entry as lists show it: cut to its beginning, unless ``whole``.

    ``books`` are the library's, if they are at hand; else they are looked up.
    """
    if written.is_damaged:
        return ListedEntry(written, None)
    standing = standing_of(written, books)
    prompt = standing.prompt if standing else None
    display = show(written.kind, written.answer, prompt)
    short = display if whole else shortened(display)
    return ListedEntry(
        written,
        short,
        standing,
        is_cut=short != display,
        is_hidden=is_sensitive(written, standing),
        is_empty=says_nothing(written.kind, written.answer),
    )


def shortened(display: Display) -> Display:
    """Returns what a list shows of a long answer."""
    paragraphs, room = [], SHOWN_CHARACTERS
    for paragraph in display.paragraphs:
        if len(paragraph) > room:
            paragraphs.append(paragraph[:room].rstrip() + " …")
            break
        paragraphs.append(paragraph)
        room -= len(paragraph)
    return replace(
        display,
        paragraphs=tuple(paragraphs),
        items=display.items[:SHOWN_LINES],
        rows=display.rows[:SHOWN_LINES],
        numbers=display.numbers[:SHOWN_LINES],
    )


class Day(NamedTuple):
    """A day of the journal with its entries, the latest first."""

    date: datetime.date
    listed: list[ListedEntry]


def by_day(written: Iterable[Written]) -> list[Day]:
    """Returns entries as the journal lists them, grouped by their day, in the order given."""
    books = library().books
    return [
        Day(day, [listed(one, books=books) for one in group])
        for day, group in groupby(written, key=lambda one: one.entry.day)
    ]


def entries_in(person: User, keyring: Keyring, slug: str) -> QuerySet[Entry]:
    """The entries of one part, by its slug, or FREE or GONE. Those of an unknown part are gone."""
    entries = Entry.objects.filter(user=person, data_key_id__in=keyring.held).staying()
    if slug == FREE:
        return entries.filter(prompt_tag__in=free_page_tags(keyring))
    everywhere = {part.slug: part.tags for part in parts(keyring)}
    if slug in everywhere:
        return entries.filter(prompt_tag__in=everywhere[slug])
    known = [tag for tags in everywhere.values() for tag in tags]
    return entries.exclude(prompt_tag__in=[*known, *free_page_tags(keyring)])


_newest = Prepared(
    lambda given: (
        Entry.objects.filter(
            user=given("user", Entry._meta.get_field("user")),
            data_key_id__in=given("held", Entry._meta.get_field("data_key_id")),
        )
        .staying()
        .order_by("-day", "-sequence")[: A_PAGE + 1]
    )
)


def all_pages(person: User, keyring: Keyring, page: int) -> tuple[list[Written], bool]:
    """As :func:`a_page`, of everything."""
    if page > 1:
        everything = Entry.objects.filter(user=person, data_key_id__in=keyring.held).staying()
        return a_page(everything, keyring, page)
    # What nearly everybody looks at.
    return _opened(_newest.rows(user=person.pk, held=list(keyring.held)), keyring)


def a_page(entries: QuerySet[Entry], keyring: Keyring, page: int) -> tuple[list[Written], bool]:
    """One page of entries, the latest day first, and whether there is another. One query."""
    start = (page - 1) * A_PAGE
    found = list(entries.order_by("-day", "-sequence")[start : start + A_PAGE + 1])
    return _opened(found, keyring)


def _opened(found: list[Entry], keyring: Keyring) -> tuple[list[Written], bool]:
    return [opened(entry, keyring) for entry in found[:A_PAGE]], len(found) > A_PAGE


def parts_written_in(person: User, keyring: Keyring) -> tuple[list[Part], bool, bool]:
    """The parts that hold entries, in reading order; whether there are free pages; and whether
    there are answers to questions that no book asks anymore. One query.
    """
    entries = Entry.objects.filter(user=person, data_key_id__in=keyring.held).staying()
    tags = {bytes(tag) for tag in entries.values_list("prompt_tag", flat=True).distinct()}
    found = [part for part in parts(keyring) if not tags.isdisjoint(part.tags)]
    free = set(free_page_tags(keyring))
    rest = tags - free - {tag for part in parts(keyring) for tag in part.tags}
    return found, not tags.isdisjoint(free), bool(rest)

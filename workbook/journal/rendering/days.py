"""Entries day by day, as the journal shows them: each drawn once for all that look alike."""

import datetime
from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from workbook.chapters.loader import library
from workbook.journal.entries.content import Written
from workbook.journal.rendering.listing import ListedEntry, listed
from workbook.journal.rendering.moments import day_in_words
from workbook.journal.rendering.outlines import entry_place
from workbook.web.fragments import Drawn, Placeholder, Stencil


class Day(NamedTuple):
    date: datetime.date
    listed: list[ListedEntry]


def by_day(written: Iterable[Written]) -> list[Day]:
    books = library().books
    return [
        Day(day, [listed(one, books=books) for one in group])
        for day, group in groupby(written, key=lambda one: one.entry.day)
    ]


def draw_days(days: Iterable[Day]) -> SafeString:
    """The list as a page shows it."""
    one_day = _day.drawn({"day": _AnyDay()})
    shapes: dict[_Shape, Drawn] = {}
    drawn = []
    for day in days:
        entries = []
        for shown in day.listed:
            shape = _shape_of(shown)
            if shape not in shapes:
                shapes[shape] = _entry.drawn({"shown": shape})
            entries.append(shapes[shape].fill(_own(shown)))
        own = {"date": day.date.isoformat(), "in_words": day_in_words(day.date)}
        drawn.append(one_day.fill({**own, "listed": SafeString("".join(entries))}))
    return SafeString("".join(drawn))


_day = Stencil.of("journal/_day.html")
_entry = Stencil.of("journal/_entry.html")


class _AnyDay(NamedTuple):
    date: str = Placeholder("date")
    in_words: str = Placeholder("in_words")
    listed: str = Placeholder("listed")


class _EntryLook(NamedTuple):
    """All in which entries differ that are drawn alike."""

    has_heading: bool
    has_place: bool
    is_free_page: bool
    is_damaged: bool
    is_empty: bool
    is_hidden: bool
    is_cut: bool


class _Shape(_EntryLook):
    """In the place of what is listed where that is drawn: named alike, with nobody's words."""

    __slots__ = ()

    words = Placeholder("words")

    @property
    def address(self) -> SafeString:
        return entry_place(Placeholder("id"))

    @property
    def heading(self) -> str:
        return Placeholder("heading") if self.has_heading else ""

    @property
    def place(self) -> str:
        return Placeholder("place") if self.has_place else ""


def _shape_of(shown: ListedEntry) -> _Shape:
    return _Shape(
        bool(shown.heading),
        bool(shown.place),
        shown.is_free_page,
        shown.is_damaged,
        shown.is_empty,
        shown.is_hidden,
        shown.is_cut,
    )


def _own(shown: ListedEntry) -> dict[str, Any]:
    return {
        "heading": shown.heading,
        "place": shown.place,
        "words": shown.words,
        "id": shown.written.entry.id,
    }

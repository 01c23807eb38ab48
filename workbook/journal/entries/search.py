"""Search in everything a person wrote: opened in memory for one request, and nothing kept of it."""

import datetime
import re
import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workbook.accounts.models import User
from workbook.journal.entries.conflicts import with_title
from workbook.journal.entries.content import Written
from workbook.journal.entries.matching import Span, fold, spans
from workbook.journal.entries.queries import opened
from workbook.journal.models import Entry
from workbook.journal.rendering.listing import A_PAGE, entries_in
from workbook.prompts.registry import as_text
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Damaged

MOST_LETTERS = 200
MOST_TERMS = 10
MOST_SECONDS = 0.4
"""Of work for one page of what is found; then it is said how far back it goes, and how to go on."""
CHUNK = 32
"""Entries opened at a time, so that a journal of any size takes the same memory."""
A_LOOK = 32 * 1024
"""Sealed bytes between two looks at the clock, which takes longer than a short entry."""
AROUND = 90
"""Characters shown on both sides of a match."""
EXCERPTS = 3
ROW = ("id", "data_key_id", "revision", "sealed")

_TERM = re.compile(r'"([^"]*)"|(\S+)')
_QUOTES = str.maketrans("“”„«»", '"""""')


@dataclass(frozen=True)
class Search:
    """What is looked for: every term, within the bounds that are set.

    Attributes:
        part: a part's slug (see placed.py), "" for all.
        kind: a kind's words, "" for all.
        since, until: days, both included.
    """

    words: str = ""
    part: str = ""
    kind: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None

    @cached_property
    def terms(self) -> list[str]:
        """The terms to look for, folded; what stands in quotes is one."""
        words = self.words[:MOST_LETTERS].translate(_QUOTES)
        found = [fold(a or b) for a, b in _TERM.findall(words)]
        return [term for term in dict.fromkeys(found) if term.strip()][:MOST_TERMS]


class SearchMark(NamedTuple):
    """A place in the line of a person's entries, the latest day first. What stands before it has
    been looked through.
    """

    day: datetime.date
    sequence: int
    id: UUID

    @classmethod
    def of(cls, entries: QuerySet[Entry], ident: UUID) -> "SearchMark | None":
        """Returns the mark of an entry; None where it was deleted a moment ago. One query."""
        places = entries.filter(id=ident).values_list("day", "sequence", "id")
        return next((cls(*place) for place in places), None)

    @classmethod
    def read(cls, text: str) -> "SearchMark | None":
        """Reads the mark that ``str()`` wrote; None for anything else."""
        try:
            day, sequence, ident = text.split("_")
            mark = cls(datetime.date.fromisoformat(day), int(sequence), UUID(ident))
        except ValueError:
            return None
        return mark if 0 <= mark.sequence < 2**63 and str(mark) == text else None

    def __str__(self) -> str:
        return f"{self.day.isoformat()}_{self.sequence}_{self.id}"


class Hit(NamedTuple):
    """An entry that matches, without its answer, and the places where it does."""

    written: Written
    excerpts: list[SafeString]


class HitPage(NamedTuple):
    """One page of hits. ``further`` is where to go on; None: there is nothing more."""

    hits: list[Hit]
    further: SearchMark | None


def find(
    person: User, keyring: Keyring, search: Search, start: SearchMark | None = None
) -> HitPage:
    """Looks through a person's entries from the latest day, or from ``start``, and stops when a
    page is full or :data:`MOST_SECONDS` have gone into it.

    One query for all, one for the entries that are found, and one for where to go on.
    """
    found: dict[UUID, list[SafeString]] = {}
    further: UUID | None = None
    last: UUID | None = None
    until, unseen = time.thread_time() + MOST_SECONDS, 0
    rows = _candidates(person, keyring, search, start).values_list(*ROW)
    # Bare values: making thousands of objects takes longer than opening what is in them.
    for row in rows.iterator(chunk_size=CHUNK):
        if len(found) == A_PAGE or (unseen > A_LOOK and time.thread_time() > until):
            further = last
            break
        unseen = len(row[3]) + (unseen if unseen <= A_LOOK else 0)
        last = ident = row[0]
        try:
            payload = Entry.open_values(keyring, *row)
        except Damaged:
            continue
        if (places := _places(payload, search)) is not None:
            found[ident] = places
    held = Entry.objects.open_to(keyring).filter(id__in=list(found))
    entries = held.iterator(chunk_size=CHUNK) if found else ()
    hits = {entry.id: _hit(entry, keyring, found[entry.id]) for entry in entries}
    return HitPage(
        [hits[ident] for ident in found if ident in hits],
        SearchMark.of(Entry.objects.filter(user=person), further) if further else None,
    )


def _hit(entry: Entry, keyring: Keyring, places: list[SafeString]) -> Hit:
    # Opened again, because only the whole row tells whether it stands where it was sealed for.
    written = opened(entry, keyring)
    # Its words aren't held: a page of the longest answers would be tens of megabytes.
    entry.sealed = b""
    return Hit(replace(written, answer={}), [] if written.is_damaged else places)


def _candidates(
    person: User, keyring: Keyring, search: Search, start: SearchMark | None
) -> QuerySet[Entry]:
    """Returns the entries that may match, as far as can be told without opening anything."""
    entries: QuerySet[Entry] = Entry.objects.open_to(keyring)
    if search.part:
        entries = entries_in(person, keyring, search.part)
    if search.since:
        entries = entries.filter(day__gte=search.since)
    if search.until:
        entries = entries.filter(day__lte=search.until)
    if start:
        same_day = Q(day=start.day)
        entries = entries.filter(
            Q(day__lt=start.day)
            | (same_day & Q(sequence__lt=start.sequence))
            | (same_day & Q(sequence=start.sequence, id__lt=start.id))
        )
    return entries.order_by("-day", "-sequence", "-id")


def _places(payload: dict[str, Any], search: Search) -> list[SafeString] | None:
    """Returns the places where an entry matches, escaped; None where it doesn't."""
    # Only what is looked at, where from_payload would read all of it.
    own, answer = str(payload.get("kind", "")), payload.get("answer")
    if search.kind and own != search.kind:
        return None
    words = as_text(own, answer if isinstance(answer, dict) else {})
    text = with_title(words, str(payload.get("title", "")))
    if terms := search.terms:
        question, folded = fold(str(payload.get("question", ""))), fold(text)
        if not all(term in folded or term in question for term in terms):
            return None
    return excerpts(text, terms)


# --- Showing where ---


def excerpts(text: str, terms: list[str]) -> list[SafeString]:
    """Returns the first places where a text holds terms, escaped, with the matches in ``<mark>``.

    Its beginning, where it holds none.
    """
    windows: list[Span] = []
    inside: list[Span] = []
    for start, end in spans(text, terms):
        if not windows or start >= windows[-1][1]:
            if len(windows) == EXCERPTS:
                break
            windows.append((start - AROUND, min(end, start + AROUND) + AROUND))
        inside.append((start, end))
    if not windows:
        return [_excerpt(text, 0, 2 * AROUND, [])] if text else []
    return [_excerpt(text, start, end, inside) for start, end in windows]


def marked(text: str, terms: list[str]) -> SafeString:
    """Returns a short text, escaped, with the matches in ``<mark>``."""
    return _marked(text, 0, len(text), list(spans(text, terms)))


def _excerpt(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> SafeString:
    start, end = _at_a_blank(text, start), _at_a_blank(text, end)
    return format_html(
        "{}{}{}",
        "… " if start else "",
        _marked(text, start, end, spans),
        " …" if end < len(text) else "",
    )


def _at_a_blank(text: str, place: int) -> int:
    """Returns the nearest place, a few letters on, where no word is cut in two."""
    if place <= 0:
        return 0
    if place >= len(text):
        return len(text)
    near = range(place, min(place + 20, len(text)))
    return next((index for index in near if text[index].isspace()), place)


def _marked(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> SafeString:
    pieces: list[tuple[str, str]] = []
    at = start
    for first, last in spans:
        if first >= end or last <= at:
            continue
        first, last = max(first, at), min(last, end)
        pieces.append((text[at:first], text[first:last]))
        at = last
    before = format_html_join("", "{}<mark>{}</mark>", pieces)
    return format_html("{}{}", before, text[at:end])

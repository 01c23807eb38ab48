"""Search in everything a person wrote: opened in memory for one request, and nothing kept of it."""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workbook.accounts.models import User
from workbook.journal.choosing import text_of
from workbook.journal.listing import A_PAGE, entries_in
from workbook.journal.models import Entry
from workbook.journal.reading import Written, opened
from workbook.prompts.kinds import as_text
from workbook.safety.letters import normalized
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Damaged

Payload = dict[str, Any]

MOST_TERMS = 20
CHUNK = 200
"""Entries opened at a time, so that a journal of any size takes the same memory."""
AROUND = 90
"""Characters shown on both sides of a match."""
EXCERPTS = 3

_TERM = re.compile(r'"([^"]*)"|(\S+)')
_QUOTES = str.maketrans("“”„«»", '"""""')


def fold(text: str) -> str:
    """Text as it is compared: without case, accents, or what a keyboard adds by itself."""
    if not text.isascii():
        beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
        # Few signs that aren't ASCII, and few different ones: quicker one by one than the whole
        # text through the tables of Unicode. Elsewhere the other way round.
        if len(beyond) * 5 < len(text):
            signs = set(beyond.decode("utf-8", "replace"))
            if len(signs) < 50:
                for sign in signs:
                    text = text.replace(sign, _sign(sign))
    return text.lower() if text.isascii() else _fold_whole(text)


_ASCII = bytes(range(128))


def _fold_whole(text: str) -> str:
    spread = normalized("NFKD", text.casefold())
    return _marks().sub("", spread).replace("’", "'")


@lru_cache(maxsize=1024)
def _sign(sign: str) -> str:
    return _fold_whole(sign)


@cache
def _marks() -> re.Pattern[str]:
    marks = (chr(c) for c in range(0x300, 0x10000) if unicodedata.combining(chr(c)))
    return re.compile(f"[{''.join(marks)}]")


@dataclass(frozen=True)
class Search:
    """What is looked for: every term, within the bounds that are set.

    Attributes:
        part: a part's slug (see placing.py), "" for all.
        kind: a kind's words, "" for all.
        since, until: days, both included.
    """

    words: str = ""
    part: str = ""
    kind: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None

    @property
    def terms(self) -> list[str]:
        """Folded; what stands in quotes is one."""
        found = [fold(a or b) for a, b in _TERM.findall(self.words.translate(_QUOTES))]
        return [term for term in dict.fromkeys(found) if term.strip()][:MOST_TERMS]


class Found(NamedTuple):
    written: list[Written]
    has_more: bool


def find(person: User, keyring: Keyring, search: Search, page: int = 1) -> Found:
    """One page of what matches, the latest day first.

    Stops as soon as the page is full, and opens everything only where little matches. One query
    for all, and one for the entries that are found.
    """
    start = (page - 1) * A_PAGE
    matching = _matching(_candidates(person, keyring, search), keyring, search)
    hits = list(islice(matching, start, start + A_PAGE + 1))
    shown = hits[:A_PAGE]
    found = Entry.objects.filter(user=person, id__in=shown, data_key_id__in=keyring.held)
    entries = {entry.id: entry for entry in (found.staying() if shown else ())}
    # Opened again, because only the whole row tells whether it stands where it was sealed for.
    written = [opened(entries[ident], keyring) for ident in shown if ident in entries]
    return Found(written, has_more=len(hits) > A_PAGE)


def _candidates(person: User, keyring: Keyring, search: Search) -> QuerySet[Entry]:
    """What can be told without opening anything."""
    if search.part:
        entries = entries_in(person, keyring, search.part)
    else:
        entries = Entry.objects.filter(user=person, data_key_id__in=keyring.held).staying()
    if search.since:
        entries = entries.filter(day__gte=search.since)
    if search.until:
        entries = entries.filter(day__lte=search.until)
    return entries.order_by("-day", "-sequence")


def _matching(entries: QuerySet[Entry], keyring: Keyring, search: Search) -> Iterator[UUID]:
    """The ids of those that match. From bare values: making thousands of objects takes longer than
    opening what is in them.
    """
    terms = search.terms
    rows = entries.values_list("id", "data_key_id", "revision", "sealed")
    for ident, key_id, revision, sealed in rows.iterator(chunk_size=CHUNK):
        try:
            payload = keyring.open_values(Entry, ident, key_id, revision, sealed)
        except Damaged:
            continue
        if _matches(payload, search.kind, terms):
            yield ident


def _matches(payload: Payload, kind: str, terms: list[str]) -> bool:
    # Only what is looked at, where fields_of would read all of it.
    own, answer = str(payload.get("kind", "")), payload.get("answer")
    if kind and own != kind:
        return False
    if not terms:
        return True
    words = as_text(own, answer if isinstance(answer, dict) else {})
    text = fold(f"{payload.get('question', '')}\n{payload.get('title', '')}\n{words}")
    return all(term in text for term in terms)


# --- Showing where ---


def excerpts(written: Written, terms: list[str]) -> list[SafeString]:
    """The places where an entry matches, escaped, with the matches in ``<mark>``.

    Its beginning, where only the question matches or nothing was asked for.
    """
    text = text_of(written)
    spans = _spans(text, terms)
    if not spans:
        return [_excerpt(text, 0, 2 * AROUND, [])] if text else []
    found: list[SafeString] = []
    shown_until = -1
    for start, end in spans:
        if start < shown_until:
            continue
        if len(found) == EXCERPTS:
            break
        shown_until = min(end, start + AROUND) + AROUND
        found.append(_excerpt(text, start - AROUND, shown_until, spans))
    return found


def marked(text: str, terms: list[str]) -> SafeString:
    """A text, escaped, with the matches in ``<mark>``."""
    return _marked(text, 0, len(text), _spans(text, terms))


def _spans(text: str, terms: list[str]) -> list[tuple[int, int]]:
    """Where the terms stand in the text as it was written, in order, without overlaps."""
    if not terms:
        return []
    folded, places = _folded(text)
    pattern = re.compile("|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True)))
    spans: list[tuple[int, int]] = []
    for match in pattern.finditer(folded):
        start, end = places[match.start()], places[match.end() - 1] + 1
        # A letter's accents follow it in the text; they are marked with it.
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _folded(text: str) -> tuple[str, range | list[int]]:
    """The folded text, and for each of its characters where it comes from."""
    if text.isascii():
        return fold(text), range(len(text))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        folded = fold(letter)
        letters.append(folded)
        places += [place] * len(folded)
    return "".join(letters), places


def _excerpt(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> SafeString:
    start, end = _at_a_blank(text, start), _at_a_blank(text, end)
    return format_html(
        "{}{}{}",
        "… " if start else "",
        _marked(text, start, end, spans),
        " …" if end < len(text) else "",
    )


def _at_a_blank(text: str, place: int) -> int:
    """The nearest place, a few letters on, where no word is cut in two."""
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

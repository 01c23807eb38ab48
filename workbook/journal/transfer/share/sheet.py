"""The bridge sheet: a few answers, picked piece by piece, on one page for somebody else.

Nothing of it is kept: what was picked lives in the form, and on the paper.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbook.chapters.loader import library
from workbook.journal.entries.content import Written
from workbook.journal.entries.placed import Standing, is_sensitive, place_name, standing_of
from workbook.journal.entries.queries import newest_of, says_nothing
from workbook.prompts.answers import same
from workbook.prompts.display import Display
from workbook.prompts.kinds.people import People, people_in
from workbook.prompts.registry import show
from workbook.vault.keyring import Keyring

MOST_READ = 1_000
"""Entries to look through, the newest; older ones can be copied from the journal."""
MOST_SEALED = 2_000_000
"""Sealed bytes of them to open; the newest answer is opened whatever it takes."""
MOST_PIECES = 500
"""Boxes on one page. With the answer that comes to more of them, it ends."""
OF_ONE_ANSWER = 60
"""Pieces of one answer; the last one holds all the rest."""
LONGEST_LABEL = 220
"""Characters shown of a piece beside its box."""
OF_ONE_QUESTION = 3
"""Entries of a question that repeats."""
LINES_A_PAGE = 46
LETTERS_A_LINE = 88


class For(NamedTuple):
    """Who a sheet is for.

    Attributes:
        asks: whether the questions stand on it unless the writer says otherwise.
        is_work: only workplace items are checked to begin with, and it can be copied as bare text.
    """

    name: str | Promise
    opening: str | Promise
    asks: bool = True
    is_work: bool = False


SHEETS: Mapping[str, For] = {
    "clinician": For(
        gettext_lazy("A therapist or another clinician"),
        gettext_lazy("For example: what you hope to talk about, or what has changed."),
    ),
    "friend": For(
        gettext_lazy("A friend or someone close"),
        gettext_lazy("For example: what you would like them to know, and what helps."),
    ),
    "work": For(
        gettext_lazy("A manager or someone at work"),
        gettext_lazy("For example: which hours or tasks would help. The reason can stay home."),
        asks=False,
        is_work=True,
    ),
}


class SharedPiece(NamedTuple):
    """A paragraph, a line or a row that can be checked by itself. ``value`` is what a form posts.

    ``is_rest``: of an answer with very many parts, all that come after.
    """

    value: str
    shown: Display
    is_work: bool = False
    is_rest: bool = False

    @property
    def label(self) -> str:
        """How the piece begins, to stand beside its box."""
        words = self.shown.as_text().removeprefix("- ").removeprefix("[ ] ").removeprefix("[x] ")
        if len(words) > LONGEST_LABEL:
            words = words[: LONGEST_LABEL - 1].rstrip() + "…"
        return _("All the rest: %(words)s") % {"words": words} if self.is_rest else words


@dataclass(frozen=True)
class Offered:
    """An answer with its pieces. ``is_sensitive``: shown only once it is opened."""

    written: Written
    question: str
    is_sensitive: bool
    pieces: tuple[SharedPiece, ...]

    def picked(self, values: Collection[str]) -> Display:
        """Returns the answer for reading, with only the pieces whose values are given."""
        return _together([piece.shown for piece in self.pieces if piece.value in values])


class AnswerGroup(NamedTuple):
    """The answers of one chapter."""

    name: str
    offered: tuple[Offered, ...]


class Offer(NamedTuple):
    """What can be checked. ``is_all``: there are no older answers that were left out."""

    groups: tuple[AnswerGroup, ...]
    is_all: bool

    @property
    def answers(self) -> Iterator[Offered]:
        """The answers of all chapters."""
        return (offered for group in self.groups for offered in group.offered)

    @property
    def values(self) -> set[str]:
        """What a form posts of all pieces."""
        return {piece.value for offered in self.answers for piece in offered.pieces}

    def starting_ticks(self, sheet: For) -> set[str]:
        """Returns what is checked before the reader has checked anything: for work its own items,
        else nothing.
        """
        return {
            piece.value
            for offered in self.answers
            for piece in offered.pieces
            if sheet.is_work and piece.is_work and not offered.is_sensitive
        }

    def sheet(
        self, values: Collection[str], heading: str, note: str, *, asks: bool
    ) -> "SharedSheet":
        """Returns the sheet of the pieces that were picked, under the writer's own words."""
        answers = tuple(
            (offered.question, shown)
            for offered in self.answers
            if (shown := offered.picked(values)) != Display()
        )
        return SharedSheet(" ".join(heading.split()), note, answers, asks)


@dataclass(frozen=True)
class SharedSheet:
    """What was picked, with the writer's own words on top."""

    heading: str
    note: str
    answers: tuple[tuple[str, Display], ...] = ()
    asks: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing was picked and nothing written."""
        return not (self.note.strip() or self.answers)

    @property
    def text(self) -> str:
        """The sheet as bare text, with nothing on it that was not picked or typed."""
        parts = [self.heading, self.note.strip()]
        for question, shown in self.answers:
            parts.append("\n".join(filter(None, [question if self.asks else "", shown.as_text()])))
        return "\n\n".join(part for part in parts if part) + "\n"

    @property
    def pages(self) -> int:
        """About how many printed pages it fills."""
        lines = self.text.split("\n")
        return 1 + sum(1 + len(line) // LETTERS_A_LINE for line in lines) // LINES_A_PAGE


def offered_to(keyring: Keyring) -> Offer:
    """Returns what can be checked of the newest answers, by chapter in reading order, own pages
    last.
    """
    books = library().books
    found: dict[str, list[Offered]] = {
        title: []
        for book in reversed(books)
        for title in (book.title, *(chapter.title for chapter in book.chapters))
    }
    found |= {_("A page of your own"): [], _("A question that isn’t asked anymore"): []}
    seen: Counter[tuple[str, str]] = Counter()
    entries, is_all = newest_of(keyring, MOST_READ, MOST_SEALED)
    room = MOST_PIECES
    for written in entries:
        if room <= 0:
            is_all = False
            break
        if written.is_damaged or says_nothing(written.kind, written.bare_answer):
            continue
        key = (written.book, written.prompt)
        seen[key] += 1
        if written.occurrence and written.prompt and seen[key] > OF_ONE_QUESTION:
            continue
        standing = standing_of(written, books)
        offered = _offered(written, standing)
        room -= len(offered.pieces)
        found.setdefault(place_name(written, standing), []).append(offered)
    groups = (AnswerGroup(name, tuple(offered)) for name, offered in found.items() if offered)
    return Offer(tuple(groups), is_all)


def _offered(written: Written, standing: Standing | None) -> Offered:
    answer = written.bare_answer
    at_work = _work_rows(written.kind, answer)
    pieces = tuple(
        SharedPiece(
            f"{written.entry.id}:{written.version}:{number}", part, part.rows in at_work, is_rest
        )
        for number, (part, is_rest) in enumerate(_pieces(show(written.kind, answer, None)))
    )
    return Offered(
        written,
        question=written.question or written.title or _("A page of your own"),
        is_sensitive=is_sensitive(written, standing),
        pieces=pieces,
    )


def _pieces(shown: Display) -> Iterator[tuple[Display, bool]]:
    """The parts of an answer by themselves, as far as there is room for them, then all the rest;
    and whether it is that.
    """
    parts = _parts(shown)
    for part in islice(parts, OF_ONE_ANSWER - 1):
        yield part, False
    if rest := list(parts):
        whole = _together(rest)
        # As one paragraph: tens of thousands would be drawn one by one.
        text = "\n\n".join(whole.paragraphs)
        yield replace(whole, paragraphs=(text,) if text else ()), len(rest) > 1


def _together(parts: Sequence[Display]) -> Display:
    return Display(
        paragraphs=tuple(text for part in parts for text in part.paragraphs),
        items=tuple(item for part in parts for item in part.items),
        header=next((part.header for part in parts if part.header), ()),
        rows=tuple(row for part in parts for row in part.rows),
    )


def _parts(shown: Display) -> Iterator[Display]:
    for paragraph in shown.paragraphs:
        for part in re.split(r"\n\s*\n", paragraph):
            if part.strip():
                yield Display(paragraphs=(part.strip("\n"),))
    for item in shown.items:
        if item.text.strip():
            yield Display(items=(item,))
    for row in shown.rows:
        if any(row):
            yield Display(header=shown.header, rows=(row,))


def _work_rows(kind: str, answer: dict[str, object]) -> list[tuple[tuple[str, ...], ...]]:
    """The rows of a ``people`` answer that are about support at work, as pieces have them.

    Only these count as workplace items: a question about work may well be answered with what should
    never reach it.
    """
    if kind != People.kind:
        return []
    work = same(_("Workplace"))
    rows = show(kind, answer, None).rows
    people = people_in(answer)
    return [
        (row,)
        for row, person in zip(rows, people, strict=False)
        if work in {same(name) for name in person.kinds}
    ]

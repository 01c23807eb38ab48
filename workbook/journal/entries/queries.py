"""A person's own answers, opened for one request."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from django.db.models.functions import Length
from django.utils.dateparse import parse_datetime

from workbook.accounts.models import User
from workbook.chapters.book import Book
from workbook.journal.models import Entry
from workbook.prompts.answers import Answer
from workbook.prompts.base import Prompt
from workbook.prompts.registry import answered_kind, words
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged
from workbook.web.compiled_query import Prepared

AFTERWARD = "afterward "
"""What the occurrence of such an entry begins with; its day follows."""


@dataclass(frozen=True)
class Written:
    """An entry, opened.

    Attributes:
        book: its book's key; "" for a free page.
        title: of a free page, where it was given one.
        is_sensitive: as the prompt's author marked it when this was written.
        is_damaged: its seal is broken; everything but ``entry`` is empty.
        page, turn: where it was saved from; see writing.py.
        cut: characters cut from it since a version was last kept; see versions.py.
    """

    entry: Entry
    prompt_id: str = ""
    occurrence: str = ""
    kind: str = ""
    question: str = ""
    answer: Answer = field(default_factory=dict)
    written_at: datetime.datetime | None = None
    is_damaged: bool = False
    book: str = ""
    title: str = ""
    language: str = ""
    is_sensitive: bool = False
    page: str = ""
    turn: int = 0
    cut: int = 0

    @property
    def version(self) -> int:
        return self.entry.revision

    @property
    def is_afterward(self) -> bool:
        """Whether it says how a small step went that was written under the same question."""
        return self.occurrence.startswith(AFTERWARD)

    @property
    def is_free_page(self) -> bool:
        return not self.prompt_id and not self.is_damaged

    def is_of_earlier_wording(self, prompt: Prompt) -> bool:
        return bool(self.question) and self.question != prompt.question.plain


def opened(entry: Entry, keyring: Keyring) -> Written:
    """Raises Closed when its data key isn't held."""
    try:
        payload = entry.open(keyring)
    except Damaged:
        return Written(entry, is_damaged=True)
    return from_payload(entry, payload)


def from_payload(entry: Entry, payload: dict[str, Any]) -> Written:
    return Written(entry, **fields_of(payload))


def fields_of(payload: dict[str, Any]) -> dict[str, Any]:
    """What a sealed payload says, whatever it really holds."""
    answer = payload.get("answer")
    return {
        "prompt_id": str(payload.get("prompt", "")),
        "occurrence": str(payload.get("occurrence", "")),
        "kind": str(payload.get("kind", "")),
        "question": str(payload.get("question", "")),
        "answer": answer if isinstance(answer, dict) else {},
        "written_at": _moment(payload.get("written_at")),
        "book": str(payload.get("book", "")),
        "title": str(payload.get("title", "")),
        "language": str(payload.get("language", "")),
        "is_sensitive": payload.get("sensitive") is True,
        "page": str(payload.get("page", "")),
        "turn": _number(payload.get("turn")),
        "cut": _number(payload.get("cut")),
    }


def _moment(value: Any) -> datetime.datetime | None:
    try:
        moment = parse_datetime(str(value))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def says_nothing(kind: str, answer: Answer) -> bool:
    """Whether a stored answer holds no more than the form it was given in."""
    known = answered_kind(kind)
    return known.is_empty(answer) if known else not words(answer)


LAST = 1_000
"""Behind every id that a prompt had before."""

_under_tags = Prepared(
    lambda given: (
        Entry.objects.filter(
            user=given("user", Entry._meta.get_field("user")),
            prompt_tag__in=given("tags", Entry._meta.get_field("prompt_tag")),
        )
        .staying()
        .order_by("-day", "-sequence")
    )
)


def answers_for(
    person: User,
    keyring: Keyring,
    book: Book,
    prompts: Iterable[Prompt],
    *,
    with_afterward: bool = False,
) -> dict[str, list[Written]]:
    """The entries of some prompts, newest first, by the prompt's id today. One query.

    An answer kept under an id the prompt had before (``was``) stands behind those under its own.
    What was said afterward of a small step is no answer to its question; it comes last, and only
    where it is asked for.
    """
    ids_by_tag: dict[bytes, tuple[int, str]] = {}
    for prompt in prompts:
        for age, ident in enumerate((prompt.id, *prompt.was)):
            for tag in keyring.tags("prompt", book.key, ident):
                ids_by_tag[tag] = (age, prompt.id)
    found: dict[str, list[tuple[int, Written]]] = {}
    if not ids_by_tag:
        return {}
    for entry in _under_tags.rows(user=person.pk, tags=list(ids_by_tag)):
        age, ident = ids_by_tag[bytes(entry.prompt_tag)]
        try:
            written = opened(entry, keyring)
        except Closed:
            continue  # Part of a journal that waits for an older secret; the account page says so.
        if not written.is_afterward:
            found.setdefault(ident, []).append((age, written))
        elif with_afterward:
            found.setdefault(ident, []).append((LAST, written))
    return {
        ident: [written for _age, written in sorted(pairs, key=lambda pair: pair[0])]
        for ident, pairs in found.items()
    }


def newest_of(
    person: User, keyring: Keyring, count: int, most_sealed: int
) -> tuple[list[Written], bool]:
    """Returns a person's entries, the latest day first, and whether those are all there are.

    So many at the most, and of so many sealed bytes; the first one whatever it takes. Two queries.
    """
    entries = Entry.objects.filter(user=person, data_key_id__in=keyring.held).staying()
    ordered = entries.order_by("-day", "-sequence", "-id")
    sizes = list(ordered.values_list(Length("sealed"), flat=True)[: count + 1])
    fitting = sum(total <= most_sealed for total in accumulate(sizes[:count]))
    fitting = max(fitting, min(1, len(sizes)))
    return [opened(entry, keyring) for entry in ordered[:fitting]], fitting == len(sizes)


def has_entries(person: User) -> bool:
    """Whether there is anything to lose. One query."""
    return Entry.objects.filter(user=person).exists()

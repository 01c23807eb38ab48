"""A person's own answers, opened for one request."""

from collections.abc import Iterable
from itertools import accumulate

from django.db.models.functions import Length

from workbook.accounts.models import User
from workbook.chapters.book import Book
from workbook.journal.entries.content import Written
from workbook.journal.models import Entry
from workbook.prompts.answers import Answer
from workbook.prompts.base import Prompt
from workbook.prompts.registry import answered_kind, words
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged
from workbook.web.compiled_query import Prepared


def opened(entry: Entry, keyring: Keyring) -> Written:
    """Raises Closed when its data key isn't held."""
    try:
        payload = entry.open(keyring)
    except Damaged:
        return Written(entry=entry, is_damaged=True)
    return Written.from_payload(payload, entry=entry)


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
    """Returns the entries of some prompts, newest first, by the prompt's id today. One query.

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


def newest_of(keyring: Keyring, count: int, most_sealed: int) -> tuple[list[Written], bool]:
    """Returns a person's entries, the latest day first, and whether those are all there are.

    So many at the most, and of so many sealed bytes; the first one whatever it takes. Two queries.
    """
    ordered = Entry.objects.open_to(keyring).order_by("-day", "-sequence", "-id")
    sizes = list(ordered.values_list(Length("sealed"), flat=True)[: count + 1])
    fitting = sum(total <= most_sealed for total in accumulate(sizes[:count]))
    fitting = max(fitting, min(1, len(sizes)))
    return [opened(entry, keyring) for entry in ordered[:fitting]], fitting == len(sizes)


def has_entries(person: User) -> bool:
    """Returns whether a person has any entry, a deleted one included. One query."""
    return Entry.objects.filter(user=person).exists()

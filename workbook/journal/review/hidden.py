"""What a person does not want to meet again when they look back. Sealed."""

from dataclasses import dataclass, replace
from typing import Self

from django.db import transaction

from workbook.accounts.models import User
from workbook.journal.entries.fields import Payload, is_pair, list_field
from workbook.journal.models import PutAside
from workbook.journal.retrying import retried
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged

Pair = tuple[str, str]
MOST = 1_000
"""Things of each sort that an import may bring, and leave."""


@dataclass(frozen=True)
class Hidden(Payload):
    """What a person has hidden, as pairs: a book's key, and a prompt's id or a chapter's slug."""

    prompts: tuple[Pair, ...] = list_field("prompts", is_pair, MOST, is_needed=True)
    chapters: tuple[Pair, ...] = list_field("chapters", is_pair, MOST, is_needed=True)

    def having(self, sort: str, pair: Pair) -> Self:
        """Returns the hidden pairs and one more; ``sort`` is "prompts" or "chapters"."""
        return replace(self, **{sort: tuple(dict.fromkeys((*getattr(self, sort), pair)))})

    def without(self, sort: str, pair: Pair) -> Self:
        """Returns the hidden pairs without one; ``sort`` is "prompts" or "chapters"."""
        return replace(self, **{sort: tuple(one for one in getattr(self, sort) if one != pair)})


def hidden_of(person: User, keyring: Keyring) -> Hidden:
    """Returns the prompts and chapters that a person has hidden from looking back. One query."""
    row = PutAside.objects.filter(user=person).first()
    try:
        return Hidden.from_payload(row.open(keyring) if row else {})
    except (Closed, Damaged):
        return Hidden()  # Then things are offered that were hidden; nothing is shown unasked.


@retried
def keep_hidden(person: User, keyring: Keyring, hidden: Hidden) -> None:
    """Stores what a person has hidden, in place of what was hidden before."""
    with transaction.atomic():
        row = PutAside.objects.select_for_update().filter(user=person).first()
        row = row or PutAside(user=person)
        row.seal_and_save(keyring, hidden.to_payload())


def bring_in(person: User, keyring: Keyring, hidden: Hidden) -> None:
    """Adds what an import hides to what is hidden; nothing comes back into sight by an import."""
    here = hidden_of(person, keyring)
    prompts = tuple(dict.fromkeys((*here.prompts, *hidden.prompts)))[:MOST]
    chapters = tuple(dict.fromkeys((*here.chapters, *hidden.chapters)))[:MOST]
    if (both := Hidden(prompts, chapters)) != here:
        keep_hidden(person, keyring, both)

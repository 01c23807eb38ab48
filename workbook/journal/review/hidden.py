"""What a person does not want to meet again when they look back. Sealed."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from workbook.accounts.models import User
from workbook.journal.models import PutAside
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged

Pair = tuple[str, str]
TRIES = 3


@dataclass(frozen=True)
class Aside:
    """Pairs of a book's key and a prompt's id, or a chapter's slug."""

    prompts: tuple[Pair, ...] = ()
    chapters: tuple[Pair, ...] = ()

    def having(self, *, prompt: Pair | None = None, chapter: Pair | None = None) -> "Aside":
        prompts = [*self.prompts, *([prompt] if prompt else [])]
        chapters = [*self.chapters, *([chapter] if chapter else [])]
        return Aside(tuple(dict.fromkeys(prompts)), tuple(dict.fromkeys(chapters)))

    def without(self, *, prompt: Pair | None = None, chapter: Pair | None = None) -> "Aside":
        return replace(
            self,
            prompts=tuple(pair for pair in self.prompts if pair != prompt),
            chapters=tuple(pair for pair in self.chapters if pair != chapter),
        )


def aside_of(person: User, keyring: Keyring) -> Aside:
    """One query."""
    return _opened(PutAside.objects.filter(user=person).first(), keyring)


def keep_aside(person: User, keyring: Keyring, aside: Aside) -> None:
    """Replaces what was put aside before."""
    payload = {
        name: [list(pair) for pair in pairs]
        for name, pairs in (("prompts", aside.prompts), ("chapters", aside.chapters))
    }
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                row = PutAside.objects.select_for_update().filter(user=person).first()
                is_new = row is None
                row = row or PutAside(user=person, revision=0)
                row.revision += 1
                row.seal(keyring, payload)
                row.save(force_insert=is_new, force_update=not is_new)
            return
        except IntegrityError:
            # Another tab was first with the first one.
            if attempt == TRIES - 1:
                raise


def _opened(row: PutAside | None, keyring: Keyring) -> Aside:
    try:
        payload = row.open(keyring) if row else {}
    except (Closed, Damaged):
        payload = {}  # Then things are offered that were put aside; nothing is shown unasked.
    return Aside(_pairs(payload.get("prompts")), _pairs(payload.get("chapters")))


def _pairs(value: Any) -> tuple[Pair, ...]:
    found = value if isinstance(value, list) else []
    return tuple(
        (str(pair[0]), str(pair[1])) for pair in found if isinstance(pair, list) and len(pair) == 2
    )

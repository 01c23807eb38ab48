"""Bringing in what stands beside the entries: where someone was, and what they put aside."""

from typing import Any

from workbook.accounts.models import User
from workbook.journal.models import Place, PutAside
from workbook.journal.place import Where
from workbook.vault.keyring import Keyring
from workbook.vault.rows import SealedRow
from workbook.vault.sealing import Closed, Damaged


def bring_place(person: User, keyring: Keyring, where: Where) -> None:
    """Take over a place where there is none; of the same book, remember what was opened there."""
    row = Place.objects.filter(user=person).first()
    here = _opened(row, keyring) if row else {}
    if not where.book or (row and here is None):
        return
    if here and here.get("book") != where.book:
        return  # Somewhere else by now: that is where they will want to go on.
    seen = dict.fromkeys([*(here or {}).get("seen", []), *where.seen])
    chapter = (here or {}).get("chapter") or where.chapter
    _keep(person, keyring, row, Place, {"book": where.book, "chapter": chapter, "seen": [*seen]})


def bring_put_aside(person: User, keyring: Keyring, put_aside: dict[str, Any] | None) -> None:
    """Add what was put aside to what is; nothing comes back into sight by an import."""
    row = PutAside.objects.filter(user=person).first()
    here = _opened(row, keyring) if row else {}
    if not put_aside or here is None:
        return
    names = dict.fromkeys([*here, *put_aside])
    both = {name: _each_once(here.get(name, []), put_aside.get(name, [])) for name in names}
    if both != here:
        _keep(person, keyring, row, PutAside, both)


def _each_once(*lists: list[Any]) -> list[Any]:
    found: list[Any] = []
    for items in lists:
        found += [item for item in items if item not in found]
    return found


def _opened(row: SealedRow, keyring: Keyring) -> dict[str, Any] | None:
    """None where it can't be opened now: then it is left as it is."""
    try:
        return keyring.open(row)
    except (Closed, Damaged):
        return None


def _keep(
    person: User,
    keyring: Keyring,
    row: Any,
    model: Any,
    payload: dict[str, Any],
) -> None:
    if row is None:
        row = model(user=person)
        keyring.seal(row, payload)
        row.save(force_insert=True)
    elif keyring.open(row) != payload:
        row.revision += 1
        keyring.seal(row, payload)
        row.save(force_update=True)

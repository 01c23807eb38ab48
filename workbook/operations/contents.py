"""What a backup holds, found by opening it: the proof that it is one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from workbook.accounts.models import FirstLink, Throttle, User, Wait
from workbook.journal.models import EarlierVersion, Entry
from workbook.operations import schema
from workbook.vault.models import KeySlot, PendingSession, Session
from workbook.vault.sealing import Closed, Damaged, looks_sealed
from workbook.vault.slots import check_outer

COUNTED = {
    "people": User._meta.db_table,
    "entries": Entry._meta.db_table,
    "earlier versions": EarlierVersion._meta.db_table,
    "key slots": KeySlot._meta.db_table,
}
SLOTS, ENTRIES = KeySlot._meta.db_table, Entry._meta.db_table
MIGRATIONS = "django_migrations"
LEFT_OUT = tuple(
    model._meta.db_table for model in (Session, PendingSession, Throttle, Wait, FirstLink)
)
"""Tables whose rows are no part of a backup. What was ended must not come back."""

SLOT_COLUMNS = ("user_id", "id", "data_key_id", "kind", "locator", "sealed")


class BadBackup(Exception):
    """A file that is no whole backup of ours; the message is one line and says why."""


@dataclass
class Contents:
    """What a backup holds: counts by table, its migrations, and how its locks look."""

    counts: Counter[str] = field(default_factory=Counter)
    migrations: set[tuple[str, str]] = field(default_factory=set)
    without_key: int = 0
    """Key slots whose outer wrapping none of the server keys here opens."""
    damaged: int = 0
    """Rows that don't look sealed, or slots that are not what was stored."""

    def saw_slot(self, values: dict[str, Any]) -> None:
        """Counts a key slot that doesn't open under the server keys here."""
        try:
            check_outer(KeySlot(**values))
        except Closed:
            self.without_key += 1
        except Damaged:
            self.damaged += 1

    def saw_entry(self, sealed: bytes) -> None:
        """Counts an entry that doesn't look sealed."""
        self.damaged += not looks_sealed(sealed)

    def in_words(self) -> str:
        """Returns the counts, such as "3 people, 40 entries"."""
        return ", ".join(f"{self.counts[table]} {name}" for name, table in COUNTED.items())

    def check(self) -> None:
        """Raises BadBackup unless this software can use it."""
        if not self.migrations:
            raise BadBackup("It holds no tables of Alongside.")
        if unknown := schema.unknown_among(self.migrations):
            raise BadBackup(
                f"It was made by a newer Alongside (it has {schema.named(unknown)}). "
                "Install that version to use it."
            )

    def check_keys(self) -> None:
        """Raises BadBackup unless every key slot opens under the server keys here."""
        if self.without_key:
            raise BadBackup(
                "The keys here are not the ones it was made under: "
                f"{self.without_key} of {self.counts[SLOTS]} key slots stay closed, "
                "and without their keys nobody's journal opens. "
                "Put back the copy of keys.toml from when it was made, "
                "or add that key after the newest in WORKBOOK_KEYS."
            )


def slot_values(row: Iterable[Any]) -> dict[str, Any]:
    """Returns a row of SLOT_COLUMNS as a model takes it; ids as UUID or their hexadecimal text."""
    values = dict(zip(SLOT_COLUMNS, row, strict=True))
    for name in ("user_id", "id", "data_key_id"):
        values[name] = UUID(str(values[name]))
    return values

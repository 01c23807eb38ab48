"""Opens what an export holds: entries with all their versions, a few at a time."""

import datetime
import json
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db.models.functions import Length

from workbook.accounts.models import User
from workbook.journal.entries.content import EntryContent
from workbook.journal.entries.fields import flag_field, number_field
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.reading_position import ReadingPosition, place_of
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged

PORTION = 512 * 1024
"""Sealed bytes to hold in memory at a time; one entry with its versions may be more by itself."""

MOST_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Version(EntryContent):
    """Words as they stood at one time. ``is_apart``: a conflict version, never yet the entry."""

    revision: int = number_field(
        "revision", default=1, is_needed=True, is_own=False, is_sealed=False
    )
    is_apart: bool = flag_field("apart", is_own=False, is_sealed=False)

    @property
    def words(self) -> list[Any]:
        """The version's question and its writer's words. Versions with equal ones say the same."""
        return [self.question, *self.own_words]

    @property
    def key(self) -> str:
        """The version's words and time as text. Versions with equal ones are the same version."""
        return json.dumps([self.words, self.when], sort_keys=True)

    @property
    def when(self) -> str:
        """The time the version was written, in UTC as ISO, so that it sorts; "" without a time."""
        return self.written_at.isoformat() if self.written_at else ""


@dataclass(frozen=True)
class Record:
    """An entry as it stands, and earlier.

    ``earlier`` holds the latest version first, conflicts among them; ``asked``
    the ids of the questions that came back because of the words as they stand.
    """

    day: datetime.date
    now: Version
    earlier: tuple[Version, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        """All versions of the entry, the current one first."""
        return self.now, *self.earlier


@dataclass(frozen=True)
class Stock:
    """Everything of one person's that can be opened now, in the order it is written down.

    Attributes:
        sizes: the sealed bytes of each entry with all its versions, by its id.
        closed: counts entries whose key waits for an older secret.
    """

    person: User
    keyring: Keyring
    sizes: dict[UUID, int]
    closed: int

    @classmethod
    def of(cls, person: User, keyring: Keyring) -> Self:
        """Returns which entries there are, the oldest first; none is opened yet."""
        mine = Entry.objects.filter(user=person).staying()
        held = mine.filter(data_key_id__in=keyring.held)
        sizes = held.annotate(size=Length("sealed")).order_by("day", "sequence", "id")
        found = {row["id"]: row["size"] for row in sizes.values("id", "size")}
        versions = _versions(person, keyring).annotate(size=Length("sealed"))
        for row in versions.values("entry_id", "size"):
            if row["entry_id"] in found:
                found[row["entry_id"]] += row["size"]
        return cls(person, keyring, found, closed=mine.count() - len(found))

    def records(self, only: Collection[UUID] | None = None) -> Iterator["Opened"]:
        """Yields each entry, opened, without those deleted since :meth:`of`; damaged ones are said.

        Every portion is a query of its own that ends before anything is made of it: whoever reads
        slowly holds no lock, and no snapshot that keeps the database from tidying up.
        """
        where = place_of(self.person, self.keyring)
        for ids in self._portions(only):
            rows = Entry.objects.filter(user=self.person, id__in=ids).staying()
            entries = {row.id: row for row in rows}
            versions: dict[UUID, list[EarlierVersion]] = {}
            for row in _versions(self.person, self.keyring).filter(entry_id__in=ids):
                versions.setdefault(row.entry_id, []).append(row)
            for ident in ids:
                if ident in entries:
                    yield self._open(entries[ident], versions.get(ident, []), where)
                    # Whoever else waits for this process goes first, entry by entry.
                    time.sleep(0)

    def _portions(self, only: Collection[UUID] | None) -> Iterator[list[UUID]]:
        """Yields the entries in order, as many at a time as fit in :data:`PORTION`."""
        portion: list[UUID] = []
        total = 0
        for ident, size in self.sizes.items():
            if only is not None and ident not in only:
                continue
            if portion and (total + size > PORTION or len(portion) == MOST_AT_ONCE):
                yield portion
                portion, total = [], 0
            portion.append(ident)
            total += size
        if portion:
            yield portion

    def _open(
        self, entry: Entry, versions: list[EarlierVersion], where: ReadingPosition
    ) -> "Opened":
        damaged = 0
        earlier = []
        for row in versions:
            try:
                payload = row.open(self.keyring)
            except (Closed, Damaged):
                damaged += 1
                continue
            earlier.append(opened_as(row, payload))
        earlier.sort(key=_age, reverse=True)
        try:
            payload = entry.open(self.keyring)
        except (Closed, Damaged):
            # Its earlier versions can't be told from whose they are without it.
            return Opened(entry.id, None, damaged + 1 + len(earlier))
        now = opened_as(entry, payload)
        record = Record(entry.day, now, tuple(earlier), where.asked_about(entry))
        return Opened(entry.id, record, damaged)


class Opened(NamedTuple):
    """An entry that was read; ``damaged`` counts what of it could not be opened."""

    id: UUID
    record: Record | None
    damaged: int


def opened_as(row: Entry | EarlierVersion, payload: dict[str, Any]) -> Version:
    """Returns the version that a row holds, from its opened payload."""
    is_apart = isinstance(row, EarlierVersion) and row.is_apart
    return Version.from_payload(payload, revision=row.revision, is_apart=is_apart)


def _versions(person: User, keyring: Keyring) -> Any:
    mine = EarlierVersion.objects.filter(user=person, data_key_id__in=keyring.held)
    return mine.staying()


def _age(version: Version) -> tuple[int, str, str]:
    """Returns what orders versions. Two can have one revision: conflicts, or what was imported.

    Whatever the database gives first, they are written down in one order.
    """
    return version.revision, version.when, repr(version)

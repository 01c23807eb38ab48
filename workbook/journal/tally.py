"""Whether the entries that stand are those that were left: one sealed sum of them all.

A seal says where its row stands (``SealedRow.BOUND``), and nothing of whether the row is there at
all, or whether a newer one was. So each entry has a term, an HMAC of its id, place and edition
under a key that only the sum's own seal holds, and the terms of all that stand add up. What begins,
ends or dates an entry, or keeps a version of it, takes one term out and puts another in, in its own
transaction. Newer words of one sitting are the same edition and leave the sum alone: counting them
as well made an autosave a seventh slower. Whoever can write the tables and holds no key can't make
a sum for other entries; only an older sum put back with all the entries of its time passes.
"""

import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self
from uuid import UUID

from workbook.vault.sealing import KEY_BYTES, join

MODULUS = 2**256


class Countable(Protocol):
    """An entry that a sum can count: what goes into its term."""

    id: UUID

    def bound_values(self) -> list[str | int]:
        """Returns the values that tell where the entry stands, and its edition."""
        ...


@dataclass(frozen=True)
class Tally:
    """The sum of some entries.

    Attributes:
        key: 32 random bytes, made with the sum and sealed with it: so a sum outlives a data key.
        total: the terms added up, modulo 2 ** 256.
        covers: the data keys whose entries it holds.
        is_amiss: it was made of others when one of those was not what its entries added up to.
    """

    key: bytes
    total: int = 0
    count: int = 0
    covers: frozenset[UUID] = frozenset()
    is_amiss: bool = False

    @classmethod
    def begun(cls, covers: Iterable[UUID], *, is_amiss: bool = False) -> Self:
        """Returns the sum of nothing yet, under a key of its own."""
        return cls(os.urandom(KEY_BYTES), covers=frozenset(covers), is_amiss=is_amiss)

    def term(self, entry: Countable) -> int:
        """Returns the number that stands for one entry as it is."""
        place = (str(value).encode() for value in entry.bound_values())
        text = join(entry.id.bytes, *place)
        return int.from_bytes(hmac.digest(self.key, text, "sha256"), "big")

    def plus(self, *entries: Countable) -> Self:
        """Returns the sum with some more entries."""
        total = self.total + sum(map(self.term, entries))
        return replace(self, total=total % MODULUS, count=self.count + len(entries))

    def minus(self, *entries: Countable) -> Self:
        """Returns the sum without some of its entries."""
        total = self.total - sum(map(self.term, entries))
        return replace(self, total=total % MODULUS, count=self.count - len(entries))

    def holds(self, entries: Iterable[Countable]) -> bool:
        """Returns whether this is the sum of exactly these entries, and isn't amiss."""
        found = replace(self, total=0, count=0).plus(*entries)
        return not self.is_amiss and (found.total, found.count) == (self.total, self.count)

    def payload(self) -> dict[str, Any]:
        """Returns the sum as a JSON object, to be sealed."""
        payload: dict[str, Any] = {
            "key": self.key.hex(),
            "total": f"{self.total:064x}",
            "count": self.count,
            "covers": sorted(str(key_id) for key_id in self.covers),
        }
        return payload | ({"amiss": True} if self.is_amiss else {})

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Raises KeyError or ValueError for what :meth:`payload` didn't make."""
        return cls(
            key=bytes.fromhex(payload["key"]),
            total=int(payload["total"], 16),
            count=int(payload["count"]),
            covers=frozenset(map(UUID, payload["covers"])),
            is_amiss=bool(payload.get("amiss")),
        )

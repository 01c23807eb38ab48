"""How many sealed bytes one person keeps, and the bound on it (``account_megabytes``, site.toml).

Summing up is one query over all of a person's rows. So a process does it at most once a minute for
each person, unless it is about to refuse something, and counts in between what it writes itself.
What it remembers is numbers and times.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Sum
from django.db.models.functions import Length

from workbook.vault.resealing import sealed_models
from workbook.vault.rows import SealedRow

MEGABYTE = 1_000_000
A_ROW = 512
"""Bytes that each row counts besides its sealed ones: about what its other fields and its place in
the indexes take. So the bound is also one on how many there are.
"""
NEAR = 80
"""Percent of the bound from which its owner is told."""
SUMMED_EVERY = 60.0
"""Seconds for which a sum is good enough."""
REFUSED_BY = 5.0
"""Seconds: nobody is refused room by an older sum, for they may have made some elsewhere."""
COUNTED = 50
"""A process sums up again once it has counted one part in so many of the bound by itself: several
processes, each with an old sum, pass the bound by little.
"""
REST = 20
"""Times as long as it took to sum up, no sum is made again: the longest take most of a second."""
GRACE = 20
"""One part in so many of the bound, and a megabyte, are there beyond it for whoever makes an answer
shorter: the longer one is kept as a version. (No answer comes to more than half a megabyte.)
"""
MOST_SUMS = 4096
"""People remembered by one process; when there are more, those not asked about for longest go."""


@dataclass(frozen=True)
class Room:
    """How many bytes a person keeps (``used``), and how many they may (``limit``)."""

    used: int
    limit: int

    @property
    def is_near(self) -> bool:
        """Whether so much room is taken that its person should be told."""
        return self.used * 100 >= self.limit * NEAR

    @property
    def is_full(self) -> bool:
        """Whether the person has no room left."""
        return self.used >= self.limit

    @property
    def percent(self) -> int:
        """How much of the room is taken, in percent, 100 at the most."""
        return min(100, self.used * 100 // self.limit)

    @property
    def megabytes(self) -> int:
        """The limit in megabytes, as the site's operator set it."""
        return self.limit // MEGABYTE

    @property
    def grace(self) -> int:
        """Bytes until nothing at all may grow."""
        return max(0, self.limit + self.limit // GRACE + MEGABYTE - self.used)

    def holds(self, growth: int) -> bool:
        """Returns whether so many bytes more are within the bound."""
        return self.used + growth <= self.limit


@dataclass
class _Sum:
    """``took``: seconds of work. ``counted``: what was written since, as far as this process knows.
    ``is_old``: rows are gone since, or many have come.
    """

    summed: int
    summed_at: float
    took: float
    counted: int = 0
    is_old: bool = False

    def is_good(self, good_for: float, limit: int) -> bool:
        """Returns whether there is no need to sum up again, or no time."""
        if self.is_old or self.counted * COUNTED >= limit:
            good_for = 0
        return time.monotonic() - self.summed_at < max(good_for, self.took * REST)


_lock = threading.Lock()
_sums: OrderedDict[UUID, _Sum] = OrderedDict()


def room_of(user_id: UUID, good_for: float = SUMMED_EVERY) -> Room:
    """Returns how much room a person has taken up, and their limit.

    One query, or none where this process has summed up within the last ``good_for`` seconds.
    """
    limit = settings.SITE.account_megabytes * MEGABYTE
    with _lock:
        known = _sums.get(user_id)
    if known is None or not known.is_good(good_for, limit):
        at = time.monotonic()
        summed = sum_of(user_id)
        known = _Sum(summed, at, time.monotonic() - at)
        with _lock:
            _sums[user_id] = known
            _sums.move_to_end(user_id)
            while len(_sums) > MOST_SUMS:
                _sums.popitem(last=False)
    return Room(known.summed + known.counted, limit)


def remembered_room(user_id: UUID) -> Room | None:
    """Returns a person's room as far as this process remembers it, or None. No query."""
    with _lock:
        known = _sums.get(user_id)
    limit = settings.SITE.account_megabytes * MEGABYTE
    return Room(known.summed + known.counted, limit) if known else None


def count(user_id: UUID, growth: int) -> None:
    """Notes that a person's rows have grown by so many bytes, until they are summed up again.

    For a new row that is :func:`size_of` it, for one that was replaced the difference.
    """
    with _lock:
        if (known := _sums.get(user_id)) is not None:
            known.counted += max(0, growth)


def forget_sum(user_id: UUID) -> None:
    """Has a person's rows summed up again the next time: some are gone, or many have come."""
    with _lock:
        if (known := _sums.get(user_id)) is not None:
            known.is_old = True


def size_of(row: SealedRow) -> int:
    """Returns the bytes that a row counts."""
    return len(row.sealed) + A_ROW


def sum_of(user_id: UUID) -> int:
    """Returns the bytes of all of a person's rows, also of those that are not yet gone for good.

    One query, in which no database reads the sealed bytes themselves.
    """
    first, *others = (_sum_in(model, user_id) for model in sealed_models())
    return sum(size or 0 for size in first.union(*others, all=True))


def _sum_in(model: type[SealedRow], user_id: UUID) -> Any:
    # Grouped by person, so that it is a queryset, which can be joined with others.
    rows = model._default_manager.filter(user=user_id).order_by().values("user")
    size = Sum(Length("sealed")) + Count("id") * A_ROW
    return rows.annotate(size=size).values_list("size", flat=True)

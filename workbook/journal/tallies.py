"""Where the sums of a person's entries are kept, and how a transaction changes one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import OperationalError, models, transaction
from django.db.models import QuerySet

from workbook.journal.tally import Countable, Tally
from workbook.vault.data_keys import hold_data_key
from workbook.vault.keyring import Keyring
from workbook.vault.models import KeySlot
from workbook.vault.rows import SealedRow
from workbook.vault.sealing import Damaged
from workbook.web.compiled_query import Prepared


class EntryTally(SealedRow):
    """The sum of the entries of one part of a person's journal that stand, see :mod:`.tally`.

    A part that is closed keeps its own; once the keys of several are held, one takes their place.
    """

    COUNTS = ("user_id", "id", "data_key_id", "day", "sequence", "edition")
    """All of an entry that its term is made of, and what tells whether it is in."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "data_key_id"], name="journal_one_tally_a_data_key"
            )
        ]

    def __str__(self) -> str:
        return "a tally of entries"

    def opened(self, keyring: Keyring) -> Tally:
        """Raises Closed or Damaged."""
        try:
            return Tally.from_payload(self.open(keyring))
        except (KeyError, ValueError):
            raise Damaged("A tally holds something else.") from None

    @classmethod
    def of(cls, user_id: UUID, keyring: Keyring) -> tuple["EntryTally", Tally] | None:
        """The tally of all that a keyring opens, as it is now; None where it has yet to be made."""
        return _the_one(_tallies.rows(user=user_id, held=list(keyring.held)), keyring)

    @classmethod
    @contextmanager
    def counting(cls, user_id: UUID, keyring: Keyring) -> Iterator["Counting"]:
        """What changes which entries stand, in the transaction that does it, before all else."""
        row, tally = cls.hold(user_id, keyring)
        counting = Counting(tally)
        yield counting
        if counting.tally != tally:
            row.keep(keyring, counting.tally)

    @classmethod
    def counted(cls, user_id: UUID, keyring: Keyring) -> QuerySet[Any]:
        """The entries that a tally of all that a keyring opens is the sum of."""
        # By name: an entry that becomes a version has to be taken out, so the model knows this one.
        rows: QuerySet[Any] = apps.get_model("journal", "Entry")._default_manager.all()
        return rows.filter(user_id=user_id, data_key_id__in=keyring.held, goes_at=None)

    @classmethod
    def prepare_resealing(cls, user_id: UUID, keyring: Keyring) -> None:
        """One tally of all, while which entries it covers can still be told by their data keys."""
        with transaction.atomic():
            cls.hold(user_id, keyring)

    @classmethod
    def hold(cls, user_id: UUID, keyring: Keyring) -> tuple["EntryTally", Tally]:
        """The one tally of all that a keyring opens, held until the transaction ends.

        It is made where there is none, and where the keys of several parts are held by now. Raises
        OperationalError where the data key was replaced meanwhile.
        """
        rows = cls.objects.select_for_update().filter(user_id=user_id, data_key_id__in=keyring.held)
        if found := _the_one(list(rows), keyring):
            return found
        # Two who find none make one, one after the other.
        hold_data_key(user_id, keyring.current_id)
        found_by_now = list(rows)
        return _the_one(found_by_now, keyring) or cls._made_of(found_by_now, user_id, keyring)

    @classmethod
    def _made_of(
        cls, rows: Sequence["EntryTally"], user_id: UUID, keyring: Keyring
    ) -> tuple["EntryTally", Tally]:
        links = KeySlot.objects.filter(
            user_id=user_id, data_key_id=keyring.current_id, kind=KeySlot.Kind.LINK
        )
        if not rows and links.exists():
            # Then the tally is under a newer key, and nothing can be counted without that one.
            raise OperationalError("The data key was replaced meanwhile.")
        counted = cls.counted(user_id, keyring)
        entries = list(counted.only(*cls.COUNTS))
        is_amiss, covered = False, set[UUID]()
        for row in rows:
            try:
                part = row.opened(keyring)
            except Damaged:
                is_amiss = True
                continue
            mine = [entry for entry in entries if entry.data_key_id in part.covers]
            is_amiss |= not part.holds(mine) or bool(covered & part.covers)
            covered |= part.covers
        # Where a release made them that counted nothing, there is nothing to compare them with.
        uncounted = counted.exclude(data_key_id__in=covered)
        if any(entry.data_key_id not in covered for entry in entries):
            is_amiss |= any(_was_counted(entry, keyring) for entry in uncounted.iterator())
        tally = Tally.begun(keyring.held, is_amiss=is_amiss).plus(*entries)
        by_key = {row.data_key_id: row for row in rows}
        current = by_key.pop(keyring.current_id, None)
        for row in by_key.values():
            cls.objects.filter(user_id=user_id, id=row.id).delete()
        row = current or cls(user_id=user_id, revision=0)
        row.keep(keyring, tally)
        return row, tally

    def keep(self, keyring: Keyring, tally: Tally) -> None:
        """Store it as the next revision."""
        self.revision += 1
        self.seal(keyring, tally.payload())
        self.save(force_insert=self.revision == 1, force_update=self.revision > 1)


class Counting:
    """A tally, and what becomes of it."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally

    def take_out(self, *entries: Countable) -> None:
        """Entries as they stood, before anything about them is changed."""
        self.tally = self.tally.minus(*entries)

    def put_in(self, *entries: Countable) -> None:
        """Entries as they stand from now on."""
        self.tally = self.tally.plus(*entries)


_tallies = Prepared(
    lambda given: EntryTally.objects.filter(
        user=given("user", EntryTally._meta.get_field("user")),
        data_key_id__in=given("held", EntryTally._meta.get_field("data_key_id")),
    )
)


def _the_one(rows: Sequence[EntryTally], keyring: Keyring) -> tuple[EntryTally, Tally] | None:
    if len(rows) != 1 or rows[0].data_key_id != keyring.current_id:
        return None
    try:
        tally = rows[0].opened(keyring)
    except Damaged:
        return None
    return (rows[0], tally) if tally.covers >= set(keyring.held) else None


def _was_counted(entry: SealedRow, keyring: Keyring) -> bool:
    """Whether its seal says that it is in a tally."""
    bound: list[Any]
    try:
        bound = entry.sealed_place(keyring) or []
    except Damaged:
        return False
    # The last is its edition.
    return bool(len(bound) == len(entry.BOUND) and bound[-1] > 0)

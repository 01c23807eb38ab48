"""Where the sums of a person's entries are kept, and how a transaction changes one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, OperationalError, models, transaction
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

    tally: Tally
    """Set once the row is opened; :meth:`keep` stores it."""
    kept: Tally | None
    """The sum as the database has it; None for a tally that is not stored yet."""

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

    @classmethod
    def of(cls, keyring: Keyring) -> Self | None:
        """Returns the tally of all that a keyring opens; None where it has yet to be made."""
        return cls._the_one(_rows_of.rows(user=keyring.user_id, held=list(keyring.held)), keyring)

    @classmethod
    @contextmanager
    def counting(cls, keyring: Keyring) -> Iterator[Self]:
        """Opens a transaction that changes which entries stand, and gives their tally.

        The tally is kept at its end. Raises OperationalError as :meth:`hold`.
        """
        with transaction.atomic():
            row = cls._held(keyring)
            yield row
            row.keep(keyring)

    def take_out(self, *entries: Countable) -> None:
        """Takes out entries as they stood, before anything about them is changed."""
        self.tally = self.tally.minus(*entries)

    def put_in(self, *entries: Countable) -> None:
        """Puts in entries as they stand from now on."""
        self.tally = self.tally.plus(*entries)

    @classmethod
    def counted(cls, keyring: Keyring) -> QuerySet[Any]:
        """Returns the entries that a tally of all that a keyring opens is the sum of, with COUNTS
        alone.
        """
        # By name: an entry that becomes a version has to be taken out, so the model knows this one.
        rows: QuerySet[Any] = apps.get_model("journal", "Entry")._default_manager.all()
        held = rows.filter(user_id=keyring.user_id, data_key_id__in=keyring.held, goes_at=None)
        return held.only(*cls.COUNTS)

    @classmethod
    def prepare_resealing(cls, user_id: UUID, keyring: Keyring) -> None:
        """Makes one tally of all, while data keys still tell which entries it covers."""
        with transaction.atomic():
            cls.hold(keyring)

    @classmethod
    def hold(cls, keyring: Keyring) -> Self:
        """Returns the one tally of all that a keyring opens, held until the transaction ends.

        It is made where there is none, and where the keys of several parts are held by now. Raises
        OperationalError where the data key was replaced meanwhile.
        """
        row = cls._held(keyring)
        row.keep(keyring)
        return row

    @classmethod
    def _held(cls, keyring: Keyring) -> Self:
        """Does as :meth:`hold`, and leaves it to the caller to keep what was made.

        Raises IntegrityError where another request has made the tally meanwhile: once this
        transaction is tried again, it is found.
        """
        there = cls.objects.filter(user_id=keyring.user_id, data_key_id__in=keyring.held)
        rows = list(there.select_for_update())
        if found := cls._the_one(rows, keyring):
            return found
        # Two who find none make one, one after the other.
        hold_data_key(keyring.user_id, keyring.current_id)
        # Not locked: whoever has made one by now may hold it, and wait for the data key.
        if {row.id for row in there} != {row.id for row in rows}:
            raise IntegrityError("Another request has made the tally meanwhile.")
        return cls._made_of(rows, keyring)

    @classmethod
    def _the_one(cls, rows: Sequence[Self], keyring: Keyring) -> Self | None:
        """Returns the row that is the tally of all, opened; None where there is no such one."""
        if len(rows) != 1 or rows[0].data_key_id != keyring.current_id:
            return None
        try:
            rows[0]._unseal(keyring)
        except Damaged:
            return None
        return rows[0] if rows[0].tally.covers >= set(keyring.held) else None

    def _unseal(self, keyring: Keyring) -> None:
        """Sets ``tally``. Raises Closed or Damaged."""
        try:
            self.tally = self.kept = Tally.from_payload(self.open(keyring))
        except (KeyError, ValueError):
            raise Damaged("A tally holds something else.") from None

    @classmethod
    def _made_of(cls, rows: Sequence[Self], keyring: Keyring) -> Self:
        """Makes one tally of all in the place of those of several parts, or of none."""
        user_id = keyring.user_id
        links = KeySlot.objects.filter(
            user_id=user_id, data_key_id=keyring.current_id, kind=KeySlot.Kind.LINK
        )
        if not rows and links.exists():
            # Then the tally is under a newer key, and nothing can be counted without that one.
            raise OperationalError("The data key was replaced meanwhile.")
        entries = list(cls.counted(keyring))
        is_amiss, covered = False, set[UUID]()
        for row in rows:
            try:
                row._unseal(keyring)
            except Damaged:
                is_amiss = True
                continue
            mine = [entry for entry in entries if entry.data_key_id in row.tally.covers]
            is_amiss |= not row.tally.holds(mine) or bool(covered & row.tally.covers)
            covered |= row.tally.covers
        # Where a release made them that counted nothing, there is nothing to compare them with.
        if any(entry.data_key_id not in covered for entry in entries):
            uncounted = cls.counted(keyring).exclude(data_key_id__in=covered).defer(None)
            is_amiss |= any(_was_counted(entry, keyring) for entry in uncounted.iterator())
        current = next((row for row in rows if row.data_key_id == keyring.current_id), None)
        others = [row.id for row in rows if row is not current]
        if others:
            cls.objects.filter(user_id=user_id, id__in=others).delete()
        made = current or cls(user_id=user_id)
        made.tally = Tally.begun(keyring.held, is_amiss=is_amiss).plus(*entries)
        made.kept = None
        return made

    def keep(self, keyring: Keyring) -> None:
        """Stores ``tally`` as the next revision, where it is another than is kept."""
        if self.tally == self.kept:
            return
        self.kept = self.tally
        self.seal_and_save(keyring, self.tally.payload())


# The journal's first page asks for it.
_rows_of = Prepared(
    lambda given: EntryTally.objects.filter(
        user=given("user", EntryTally._meta.get_field("user")),
        data_key_id__in=given("held", EntryTally._meta.get_field("data_key_id")),
    )
)


def _was_counted(entry: SealedRow, keyring: Keyring) -> bool:
    """Whether an entry's seal says that it is in a tally."""
    bound: list[Any]
    try:
        bound = entry.sealed_place(keyring) or []
    except Damaged:
        return False
    # The last is its edition.
    return bool(len(bound) == len(entry.BOUND) and bound[-1] > 0)

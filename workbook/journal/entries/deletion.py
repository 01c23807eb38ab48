"""Deleting: hidden at once, undone for a minute or a week, then gone from the database for good."""

import datetime
import logging
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from workbook.accounts.deletion import empty_write_ahead_log
from workbook.accounts.models import User
from workbook.journal.entries.versions import few, note_conflicts, thin_joined
from workbook.journal.models import EarlierVersion, Entry, WrittenRow
from workbook.journal.tallies import EntryTally
from workbook.vault.keyring import Keyring
from workbook.vault.models import KeySlot
from workbook.vault.storage import forget_sum
from workbook.web.compiled_query import Givens, Prepared

logger = logging.getLogger(__name__)

UNDO = datetime.timedelta(minutes=1)
LATER = datetime.timedelta(days=7)
AT_ONCE = 1000
"""Rows of one statement: databases take a few thousand values at the most."""
CHECKPOINT_PATIENCE = 250
"""Milliseconds that a request waits for readers of the old text to be done; `tidy` waits longer."""


def delete(
    person: User, keyring: Keyring, entries: QuerySet[Entry], wait: datetime.timedelta
) -> datetime.datetime:
    """Deletes some of a person's entries with all their earlier versions.

    Returns the moment they go, which names this deletion for :func:`undo`.
    """
    goes_at = timezone.now() + wait
    with EntryTally.counting(keyring) as counting:
        # Out of the tally now, while its owner is here: going for good then needs no key.
        staying = entries.filter(user=person, goes_at=None)
        counted = staying.filter(data_key_id__in=keyring.held).select_for_update()
        counting.take_out(*counted.only(*EntryTally.COUNTS))
        staying.update(goes_at=goes_at)
        ids = Entry.objects.filter(user=person, goes_at=goes_at).values("id")
        versions = EarlierVersion.objects.filter(user=person, entry_id__in=ids)
        versions.staying().update(goes_at=goes_at)
    return goes_at


def delete_version(person: User, entry: Entry, version: EarlierVersion) -> datetime.datetime:
    """Deletes one version of an entry, which stays as it is. Returns as :func:`delete`."""
    goes_at = timezone.now() + UNDO
    with transaction.atomic():
        rows = EarlierVersion.objects.filter(user=person, id=version.id)
        rows.staying().update(goes_at=goes_at)
        if version.is_apart:
            note_conflicts(entry)
    return goes_at


def thin_versions(person: User) -> datetime.datetime | None:
    """Deletes all but a few earlier versions of each entry (:func:`versions.few`).

    Returns as :func:`delete`; None where there was nothing to let go.
    """
    goes_at = timezone.now() + UNDO
    gone = few(person)
    with transaction.atomic():
        for at in range(0, len(gone), AT_ONCE):
            rows = EarlierVersion.objects.filter(user=person, id__in=gone[at : at + AT_ONCE])
            rows.staying().update(goes_at=goes_at)
    return goes_at if gone else None


def _going(given: Givens, model: type[WrittenRow]) -> QuerySet[Any]:
    user = given("user", model._meta.get_field("user"))
    return model.objects.filter(user=user, goes_at__isnull=False).values_list("goes_at", flat=True)


# The journal's first page asks for them.
_moments = Prepared(lambda given: _going(given, Entry).union(_going(given, EarlierVersion)))


def going(person: User) -> list[datetime.datetime]:
    """Returns when the deletions go that can still be undone, the next first; sweeps the others.

    One query, unless there is something to sweep.
    """
    now = timezone.now()
    found = set(_moments.rows(user=person.pk))
    if any(moment <= now for moment in found):
        sweep(person)
    return sorted(moment for moment in found if moment > now)


def undo(person: User, keyring: Keyring, goes_at: datetime.datetime) -> bool:
    """Brings back what one deletion took. Returns False when it is gone already.

    Where new words stand in an answer's place by now, the old ones come back beside them.
    """
    if goes_at <= timezone.now():
        return False
    with EntryTally.counting(keyring) as counting:
        found = Entry.objects.filter(user=person, goes_at=goes_at).select_for_update()
        entries = list(found)
        tags = [entry.occurrence_tag for entry in entries]
        newer = Entry.objects.filter(user=person, occurrence_tag__in=tags, goes_at=None)
        by_tag = {bytes(entry.occurrence_tag): entry for entry in newer}
        for entry in entries:
            if current := by_tag.get(bytes(entry.occurrence_tag)):
                entry.stand_beside(current, keyring)
        coming = Entry.objects.filter(user=person, goes_at=goes_at)
        counting.put_in(*coming.filter(data_key_id__in=keyring.held).only(*EntryTally.COUNTS))
        brought = coming.update(goes_at=None)
        versions = EarlierVersion.objects.filter(user=person, goes_at=goes_at)
        # A conflict wants its choice again.
        apart = list(versions.filter(is_apart=True).values_list("entry_id", flat=True))
        brought += versions.update(goes_at=None)
        for entry in Entry.objects.filter(user=person, id__in=apart).staying():
            thin_joined(keyring, entry)
    return brought > 0


# --- For good ---


def sweep(person: User) -> None:
    """Erases what a person has deleted and can't bring back anymore.

    Comes after their own work is done, so a database that can't do it now is no failure of theirs:
    the next write or ``manage.py tidy`` will.
    """
    try:
        if purge(person):
            forget_on_disk(CHECKPOINT_PATIENCE)
    except DatabaseError as error:
        logger.warning("Deleted entries could not be swept yet: %s", type(error).__name__)


def purge(person: User | None = None) -> bool:
    """Deletes the rows whose time has come, of one person or of all. Returns whether any were."""
    now = timezone.now()
    mine = {"user": person} if person else {}
    with transaction.atomic():
        # Versions first: with the entry gone, nothing would lead to them.
        versions, _by_model = EarlierVersion.objects.filter(**mine, goes_at__lte=now).delete()
        entries, _by_model = Entry.objects.filter(**mine, goes_at__lte=now).delete()
    if person and versions + entries:
        forget_sum(person.pk)
    return versions + entries > 0


def forget_on_disk(patience: int = 0) -> None:
    """Takes deleted rows out of the database's files, as far as the database can be told to.

    SQLite has overwritten them in its file (``secure_delete``), and its write-ahead log is emptied
    here. For PostgreSQL see :func:`forget_in_tables`.

    Args:
        patience: milliseconds to wait for those who still read; 0 for as long as usual.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        [usual] = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {patience or usual:d}")
        try:
            empty_write_ahead_log()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual:d}")


def forget_in_tables(*, entries_too: bool) -> None:
    """Takes deleted rows out of the files of PostgreSQL, outside a transaction, for ``tidy``.

    Vacuuming frees the space of deleted rows and leaves their bytes until it is used again. Only a
    table that is rewritten has none of them, and is locked meanwhile. Those of names and of key
    slots are small, and without its slots what is left of a deleted journal opens with no password:
    they are always rewritten. Those of entries may be large, so only if asked for.

    Raises OperationalError where somebody holds a table for longer than a statement may wait.
    """
    words = "FULL" if entries_too else "FULL FALSE"
    tables = {User: "FULL", KeySlot: "FULL", Entry: words, EarlierVersion: words}
    with connection.cursor() as cursor:
        for model, how in tables.items():
            cursor.execute(f"VACUUM ({how}) {connection.ops.quote_name(model._meta.db_table)}")

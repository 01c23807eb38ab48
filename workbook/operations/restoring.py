"""Putting a backup in the place of the database: whole or not at all, and nobody comes back.

On SQLite everything is done in a file beside the database, which then takes its name. On
PostgreSQL the tables are replaced in one transaction, and a table stands until the rest is done.
"""

import contextlib
import logging
import shutil
import socket
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from workbook.accounts import deletion_marks
from workbook.accounts.deletion import erase
from workbook.accounts.deletion_marks import DeletionMark
from workbook.accounts.models import Throttle
from workbook.journal.entries.deletion import forget_on_disk
from workbook.operations import backups, deleted, keys, postgres_copy, startup
from workbook.operations.contents import BadBackup, Contents
from workbook.operations.schema import UNFINISHED
from workbook.vault.models import PendingSession, Session
from workbook.web.durable_files import make_durable

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Restored:
    """What a restore has done.

    Attributes:
        contents: of the backup, as it was made.
        deleted_again: how many people in it had been deleted since.
        aside: where the former database lies now; None where it held nobody, and on PostgreSQL.
    """

    contents: Contents
    deleted_again: int
    aside: Path | None = None


def restore(path: Path, *, replace: bool = False, more_marks: Path | None = None) -> Restored:
    """Makes the backup at ``path`` this site's database. Raises BadBackup, nothing changed."""
    _make_sure_there_are_keys()
    _make_sure_nobody_serves()
    contents = backups.inspect(path)
    if not backups.is_for(path, connection.vendor):
        raise BadBackup(
            f"{path.name} is a backup of the other kind of database; "
            f"this site runs on {connection.display_name}. "
            "Set DATABASE_URL to one like it was made from."
        )
    contents.check()
    contents.check_keys()
    marks = _marks(path, more_marks)
    if others := deletion_marks.under_other_keys(marks):
        raise BadBackup(
            f"{others} deletion(s) were noted under another SECRET_KEY, "
            "so it can't be known whom they mean, and people who have left would come back. "
            "Put that SECRET_KEY back first."
        )
    people = _people_here()
    if people and not replace:
        raise BadBackup(
            f"The database here holds people already ({people}). "
            "Name an empty WORKBOOK_DATA_DIR or database, "
            "or say --replace to put the backup in its place."
        )
    if connection.vendor == "postgresql":
        postgres_copy.put_back(path)
        gone = _bring_up_to_date(marks)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {UNFINISHED}")
        return Restored(contents, gone)
    return _onto_sqlite(path, contents, marks, keep_former=bool(people))


def _make_sure_there_are_keys() -> None:
    if not settings.WORKBOOK_KEYS:
        raise BadBackup(
            "There are no keys here, "
            "and a backup never holds them: without them nobody's journal opens. "
            f"Put the copy of the key file at {settings.DATA_DIR / keys.FILE_NAME}, "
            "or set SECRET_KEY and WORKBOOK_KEYS."
        )


def _make_sure_nobody_serves() -> None:
    with contextlib.suppress(OSError), socket.create_connection((settings.HOST, settings.PORT), 2):
        raise BadBackup(
            f"Something answers at {startup.listens_at()}, perhaps this site. Stop it first."
        )


def _marks(path: Path, more: Path | None) -> list[DeletionMark]:
    """Everybody known to have been deleted: noted here, beside the backup, and in ``more``."""
    if more and not more.is_file():
        raise BadBackup(f"{more} is no file.")
    folders = [path.parent / deleted.FILE_NAME, backups.usual_folder() / deleted.FILE_NAME]
    try:
        found = [mark for file in (*folders, more) if file for mark in deleted.read(file)]
    except (OSError, ValueError) as error:
        raise BadBackup(f"The marks of deleted accounts can't be read: {error}") from None
    try:
        if "accounts_deletion" in connection.introspection.table_names():
            found += deletion_marks.noted()
    except DatabaseError:
        logger.warning(
            "The database that is replaced can't be read, "
            "so deletions that are noted only there are not known."
        )
    return list({mark.text: mark for mark in found}.values())


def _people_here() -> str:
    """How many people stand in the way; "" for none."""
    try:
        count = startup.count_people()
    except startup.CantStart:
        if connection.vendor == "postgresql":
            raise BadBackup("The database does not answer; see DATABASE_URL.") from None
        return "it can't be read, so nobody knows how many"
    return str(count) if count else ""


def _onto_sqlite(
    path: Path, contents: Contents, marks: list[DeletionMark], *, keep_former: bool
) -> Restored:
    place = Path(str(connection.settings_dict["NAME"]))
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.restoring")
    _remove(draft)
    connection.close()
    try:
        shutil.copyfile(path, draft)
        draft.chmod(0o600)
        connection.settings_dict["NAME"] = str(draft)
        gone = _bring_up_to_date(marks)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        make_durable(draft)
        aside = _set_aside(place)
        draft.rename(place)
        make_durable(place.parent)
        if aside and not keep_former:
            # Looking whether there were people made it, or a start that nobody came after.
            _remove(aside)
            aside = None
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(place)
        _remove(draft)
    return Restored(contents, gone, aside)


def _set_aside(place: Path) -> Path | None:
    """Move the former database away, with its log: one that breaks may still hold words."""
    if not place.exists():
        return None
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(place)) as former:
        former.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = place.with_name(f"{place.name}.before-{timezone.now():%Y%m%dT%H%M%S}")
    for end in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            place.with_name(place.name + end).rename(aside.with_name(aside.name + end))
    return aside


def _remove(database: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + end).unlink(missing_ok=True)


def _bring_up_to_date(marks: Iterable[DeletionMark]) -> int:
    """Migrate, end all sessions, and let those go who have left since; how many those were."""
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        # Whoever left a shared computer since then must not be in there again.
        Session.objects.all().delete()
        PendingSession.objects.all().delete()
        Throttle.objects.all().delete()
        deletion_marks.keep(marks)
        gone = deletion_marks.deleted_among(deletion_marks.noted())
        for person in gone:
            erase(person)
    forget_on_disk()
    return len(gone)

"""Leaving for good: everything of one person, gone in one transaction."""

import logging

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from workbook.accounts import deletion_marks, throttles
from workbook.accounts.models import User

logger = logging.getLogger(__name__)


def erase(user: User) -> None:
    """Deletes the account, its keys, slots, sessions and every row of other packages that is
    theirs.

    Those go by their foreign key to the person. On SQLite the freed pages are overwritten
    (``secure_delete``) and the write-ahead log is emptied; on PostgreSQL ``manage.py tidy`` takes
    names and key slots out of the files, and what those opened stays closed.
    """
    with transaction.atomic():
        # The admin's own log would go on saying the name.
        people = ContentType.objects.get_for_model(User)
        LogEntry.objects.filter(content_type=people, object_id=str(user.pk)).delete()
        throttles.forget(user.name)
        # In the same transaction: whoever is gone is marked, and nobody else.
        deletion_marks.note(user.pk)
        user.delete()
        transaction.on_commit(empty_write_ahead_log)


def empty_write_ahead_log() -> None:
    """Moves what SQLite has still in its log into the file, and cuts the log to nothing."""
    if connection.vendor != "sqlite":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (is_busy, *_pages) = cursor.fetchone()
    except DatabaseError:
        is_busy = True
    if is_busy:
        # Somebody was reading. The next checkpoint, at the latest the next start, does it.
        logger.info("The write-ahead log could not be emptied at once.")

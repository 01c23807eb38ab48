"""``manage.py tidy``: erases what people deleted and can't bring back anymore.

Once a day, by a timer, is enough.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from workbook.accounts import first_links
from workbook.journal.entries import deletion
from workbook.vault.pending import clear_expired
from workbook.vault.sessions import SessionStore


class Command(BaseCommand):
    """Erases what is deleted for good and what has expired, also in the database's files."""

    help = (
        "Removes what people have deleted and can't bring back anymore, "
        "sessions that have ended and the keys of those left idle, "
        "and takes all out of the database's files. Prints nothing of anybody's."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the option ``--rewrite`` to the command line."""
        parser.add_argument(
            "--rewrite",
            action="store_true",
            help=(
                "on PostgreSQL, rewrite the tables of entries, so that no byte of what was "
                "deleted stays in their files; nobody can read or save an answer meanwhile"
            ),
        )

    def handle(self, *args: Any, rewrite: bool = False, **options: Any) -> None:
        """Erases what is due. Raises CommandError where PostgreSQL has a table in use."""
        deletion.purge()
        SessionStore.clear_expired()
        SessionStore.empty_idle()
        first_links.clear_expired()
        clear_expired()
        deletion.forget_on_disk()
        if connection.vendor == "postgresql":
            try:
                deletion.forget_in_tables(entries_too=rewrite)
            except OperationalError:
                raise CommandError(
                    "What was deleted is gone, but not yet from the database's files: a table was "
                    "in use. Nothing is harmed. Run this again in a quieter hour."
                ) from None
        self.stdout.write("Tidied.")

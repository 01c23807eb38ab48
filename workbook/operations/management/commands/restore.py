"""``manage.py restore``: a backup takes the database's place.

Makes a backup this site's database. Stop the site first, and have its keys in place.

The backup is opened and read whole before anything is changed. Where the database holds people
already it is replaced only with --replace; on SQLite the former one is kept beside it. Whoever was
deleted since the backup stays deleted, as far as the database here or deleted.txt (beside the
backup, or given) knows of it. Everybody signs in again.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from workbook.operations import startup
from workbook.operations.contents import BadBackup
from workbook.operations.management.operator_command import OperatorCommand
from workbook.operations.restoring import restore


class Command(OperatorCommand):
    """Puts a backup in the place of the database."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Takes the backup, and what else to heed."""
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument(
            "--replace", action="store_true", help="also where the database holds people"
        )
        parser.add_argument(
            "--deleted", type=Path, metavar="FILE", help="another deleted.txt to heed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restores the backup and says what was done."""
        try:
            startup.make_data_dir_usable()
            done = restore(
                options["file"], replace=options["replace"], more_marks=options["deleted"]
            )
        except (BadBackup, startup.CantStart) as reason:
            raise CommandError(f"Nothing was restored. {reason}") from None
        except (OSError, DatabaseError) as error:
            reason_why = " ".join(str(error).split())
            raise CommandError(f"The restore stopped: {reason_why}. Run it again.") from None
        self.stdout.write(f"Restored {options['file'].name}: {done.contents.in_words()}.")
        if done.contents.damaged:
            self.stderr.write(f"{done.contents.damaged} row(s) in it are damaged.")
        if done.deleted_again:
            self.stdout.write(f"{done.deleted_again} of them had been deleted since, and are gone.")
        if done.aside:
            self.stdout.write(
                f"The former database is at {done.aside}. "
                "Delete it once all is well: it still holds what it held."
            )
        self.stdout.write("Start the site, then run manage.py doctor.")

"""``manage.py backup``: a verified copy of the database, made while people write.

Makes a backup while the site runs, opens it to see that it is whole, and says what it holds.

  backup                  into the folder "backups" of the data folder
  backup /mnt/stick       into another folder
  backup --seen FILE      note that FILE, fetched back from another machine, is a backup of ours
  sha256sum FILE | ssh ... backup --seen -
                          the same by the digest, as sha256sum prints it

The keys are never in it. Keep their copy (manage.py key_sheet) apart from the backups, and copy the
backups to another machine, together with deleted.txt: it keeps people who have left from coming
back with an older backup. Sessions are left out; after a restore everybody signs in again.
"""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from workbook.accounts import deletion_marks
from workbook.operations import backups, deleted
from workbook.operations.contents import BadBackup
from workbook.operations.management.operator_command import OperatorCommand


class Command(OperatorCommand):
    """Makes a verified backup, or notes that one was seen on another machine."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Takes the folder, and how long backups are kept."""
        parser.add_argument("folder", nargs="?", type=Path, help="where to put it")
        parser.add_argument(
            "--keep-days",
            type=int,
            default=settings.SITE.backups_forget_days,
            metavar="N",
            help="remove this folder's backups that are older; 0 keeps all. "
            "Usual: backups_forget_days of site.toml",
        )
        parser.add_argument("--seen", metavar="FILE", help="a copy that lies on another machine")

    def handle(self, *args: Any, **options: Any) -> None:
        """Makes a backup, or with ``--seen`` notes the copy that was seen on another machine."""
        if options["seen"]:
            self.note_seen(options["seen"])
        else:
            self.back_up(options["folder"] or backups.usual_folder(), options["keep_days"])

    def back_up(self, folder: Path, keep_days: int) -> None:
        """Makes a backup, throws older ones away, and says what it holds."""
        try:
            made = backups.make(folder)
            removed = backups.throw_away_older(folder, keep_days) if keep_days > 0 else []
            if keep_days > 0:
                deletion_marks.forget(keep_days + 1)
            deleted.bring_up_to_date(
                folder, deletion_marks.noted(), keep_days + 1 if keep_days else 0
            )
        except BadBackup as reason:
            raise CommandError(f"No backup was made. {reason}") from None
        except (OSError, ValueError, DatabaseError) as error:
            reason_why = " ".join(str(error).split())
            raise CommandError(f"No backup was made: {reason_why}") from None
        self.stdout.write(f"{made.path}  ({made.size / 1024:,.0f} KiB)")
        self.stdout.write(f"Holds {made.contents.in_words()}. Opened and found whole.")
        self.stdout.write(f"sha256 {made.sha256}")
        self.stdout.write("The keys are not in it: keep their copy somewhere else.")
        for name in removed:
            self.stdout.write(f"Removed {name}, older than {keep_days} days.")
        self.warn_of(made)

    def warn_of(self, made: backups.Backup) -> None:
        """Raises CommandError where the backup shows damage in the database itself."""
        if made.contents.damaged:
            raise CommandError(
                "It was made, "
                f"but {made.contents.damaged} row(s) of the database itself are damaged. "
                "Keep the older backups; they may hold them whole."
            )
        if made.contents.without_key:
            raise CommandError(
                f"It was made, but {made.contents.without_key} key slot(s) "
                "are under a server key that isn't here. Add it after the newest in WORKBOOK_KEYS."
            )

    def note_seen(self, given: str) -> None:
        """Notes a backup by a file on another disk, or by digests on standard input ("-")."""
        if given == "-":
            digests = {line.split()[0] for line in sys.stdin if line.split()}
        else:
            path = Path(given).resolve()
            if not path.is_file():
                raise CommandError(f"{given} is no file.")
            if path.stat().st_dev == settings.DATA_DIR.stat().st_dev:
                raise CommandError(
                    f"{given} lies on the same disk as the site. "
                    "A copy that counts was fetched from another machine or disk; "
                    "see docs/keeping-a-site.md."
                )
            digests = {backups.sha256_of(path)}
        seen = [found for digest in digests if (found := backups.note_seen_elsewhere(digest))]
        if not seen:
            raise CommandError(
                "That is none of the backups this site has made (or was changed on the way)."
            )
        self.stdout.write(f"Noted: {seen[0]['name']} has been seen on another machine.")

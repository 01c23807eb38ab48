"""``manage.py key_sheet``: the keys for paper, and the proof that a copy of them is good.

Prints the keys of this site for paper, in numbered groups. Without them no journal on it can ever
be opened again; keep the sheet apart from the database and its backups.

  key_sheet                 print it (to a printer: key_sheet | lp)
  key_sheet --prove         type some groups back from the paper
  key_sheet --prove FILE    compare a copy of keys.toml, on a memory stick for example
  key_sheet --prove -       the same from another machine: ssh ... key_sheet --prove - < keys.toml

What the copy says is never printed. manage.py doctor stays red until one is proven, and turns red
again when the keys change.
"""

import getpass
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from workbook.operations import key_copy, keys
from workbook.operations.management.operator_command import OperatorCommand

SHEET = """\
Alongside: the operator's key sheet
{site}, printed on {day}

Whoever loses these keys loses every journal written on the site, for good.
Keep this sheet apart from the database and its backups, where nobody else
reads it. Upper and lower case matter; - and _ are part of the keys.

{parts}
To use it: put the groups of each key together without blanks, into a file
keys.toml in the site's data folder (mode 0600):

SECRET_KEY = "groups {secret_from} to {secret_to}"
WORKBOOK_KEYS = [{listed}]

"""


class Command(OperatorCommand):
    """Prints the keys for paper, or proves a copy of them."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Takes which copy to prove."""
        parser.add_argument("--prove", nargs="?", const="", metavar="FILE", help="prove a copy")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the sheet, or proves a copy."""
        if not settings.WORKBOOK_KEYS:
            raise CommandError("There are no keys yet. The first start makes them: make run")
        if options["prove"] is None:
            self.stdout.write(sheet())
            return
        try:
            self.prove(options["prove"])
        except (key_copy.NotProven, keys.KeysError, OSError) as reason:
            raise CommandError(f"Not checked. {reason}") from None
        self.stdout.write("Checked: this copy opens the site. Keep it where it is safe.")

    def prove(self, given: str) -> None:
        """Proves a copy by typing, by a file, or by standard input."""
        if not given:
            self.stdout.write("Type these groups as the sheet has them.")
            key_copy.prove_by_typing(asked)
        elif given == "-":
            key_copy.prove_by_file(sys.stdin.read())
        else:
            path = Path(given)
            if path.stat().st_dev == settings.DATA_DIR.stat().st_dev:
                raise key_copy.NotProven(
                    f"{path} lies on the same disk as the site, and would be lost with it. "
                    "Name one on another disk, or send it in with --prove -"
                )
            key_copy.prove_by_file(path.read_text(encoding="utf-8"))


def asked(number: int) -> str:
    """Returns the group of a key with this number, typed at the terminal and not shown there."""
    return getpass.getpass(f"Group {number}: ") if sys.stdin.isatty() else sys.stdin.readline()


def sheet() -> str:
    """Returns the sheet as text for a printer."""
    parts = key_copy.written()
    [secret, *others] = parts
    ranges = [f'"groups {part.first} to {part.first + len(part.groups) - 1}"' for part in others]
    return SHEET.format(
        site=settings.SITE_URL,
        day=timezone.now().date().isoformat(),
        parts="".join(_in_rows(part) for part in parts),
        secret_from=secret.first,
        secret_to=secret.first + len(secret.groups) - 1,
        listed=", ".join(ranges),
    )


def _in_rows(part: key_copy.WrittenKey) -> str:
    rows = [part.name]
    for start in range(0, len(part.groups), 6):
        cells = enumerate(part.groups[start : start + 6], start=part.first + start)
        rows.append("  ".join(f"{number:>3} {group:<4}" for number, group in cells))
    return "\n".join(rows) + "\n\n"

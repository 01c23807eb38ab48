"""``manage.py rotate_keys``: a new server key, without anybody having to be there.

Changes the server key in three steps, each of which may be run again:

  rotate_keys --begin    adds a new key, first in the key file. Restart the site after it.
  rotate_keys --rewrap   moves every row to the newest key. People can go on writing.
  rotate_keys --finish   takes the older keys out of the file, once no row needs them.

Without a step it says where things stand. Copy the key file again after the first and the last
step, and keep the former copy for as long as you keep backups made with it.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from workbook.operations import keys
from workbook.operations.management.operator_command import OperatorCommand
from workbook.vault.rotation import count_under_older_keys, rewrap_all


class Command(OperatorCommand):
    """Changes the server key, step by step."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the three steps to the command line, of which one can be given."""
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--begin", action="store_true", help="add a new key")
        step.add_argument("--rewrap", action="store_true", help="move every row to the newest key")
        step.add_argument("--finish", action="store_true", help="take the older keys out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does the step, or says where things stand."""
        if options["begin"]:
            self.begin()
        elif options["rewrap"]:
            self.rewrap()
        elif options["finish"]:
            self.finish()
        else:
            self.stdout.write(
                f"{len(settings.WORKBOOK_KEYS)} server key(s); "
                f"{count_under_older_keys()} row(s) under an older one."
            )

    def begin(self) -> None:
        """Puts a new key first in the key file."""
        held = self.key_file()
        if len(held.workbook_keys) > 1:
            raise CommandError("A rotation is under way: go on with --rewrap, then --finish.")
        path = settings.DATA_DIR / keys.FILE_NAME
        keys.replace(
            path, keys.Keys(held.secret_key, (keys.new_workbook_key(), *held.workbook_keys))
        )
        self.stdout.write(f"A new key stands first in {path}. Restart the site, then --rewrap.")

    def rewrap(self) -> None:
        """Moves every row to the newest key."""
        done, left = rewrap_all()
        self.stdout.write(f"{done} row(s) moved to the newest key.")
        if left:
            raise CommandError(
                f"{left} row(s) "
                "are under a key that is not in WORKBOOK_KEYS, and were left as they are. "
                "Put that key back, last in the list, and run this again."
            )

    def finish(self) -> None:
        """Takes the older keys out of the file, once no row needs them."""
        held = self.key_file()
        if needed := count_under_older_keys():
            raise CommandError(f"{needed} row(s) still need an older key. Run --rewrap first.")
        path = settings.DATA_DIR / keys.FILE_NAME
        keys.replace(path, keys.Keys(held.secret_key, held.workbook_keys[:1]))
        self.stdout.write(f"One key is left in {path}. Restart the site, and copy the file again.")

    def key_file(self) -> keys.Keys:
        """Returns the keys in the file. Raises CommandError where the environment has them."""
        held = keys.read(settings.DATA_DIR / keys.FILE_NAME)
        if held is None or held.workbook_keys != settings.WORKBOOK_KEYS:
            raise CommandError(
                "The keys come from the environment, "
                "so change WORKBOOK_KEYS there: a new key first, then the older. "
                "--rewrap works as it is; take the older one out after it."
            )
        return held

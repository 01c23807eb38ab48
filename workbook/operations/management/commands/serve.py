"""``manage.py serve``: everything a site needs, from an empty folder to an open address.

Makes what is missing (keys, tables, static files), then serves the workbook.
"""

import os
import sys
from typing import Any, NoReturn

from django.conf import settings

from workbook.operations import servers, startup, static_files
from workbook.operations.management.operator_command import OperatorCommand

KEY_SHEET = """
  ── The operator's key sheet ────────────────────────────────────────────────
  This is a first start, so new keys were made. They are in this file:

      {path}

  Without them no journal on this site can ever be opened again: not by its
  writer, not by you, not by anybody. No one can make them again.

  Please make a copy now, and keep it somewhere else than the database and its
  backups: whoever holds both is one password away from the journals. A memory
  stick in a locked drawer will do, or paper: manage.py key_sheet prints one.
  Then prove the copy: manage.py key_sheet --prove. manage.py doctor stays red
  until you have.
  ────────────────────────────────────────────────────────────────────────────
"""


class Command(OperatorCommand):
    """Makes what a site needs, and serves it."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepares the site and becomes its server."""
        try:
            server = servers.chosen()
            startup.make_data_dir_usable()
            startup.make_sure_port_is_free()
            new_key_file = startup.have_keys()
            if new_key_file:
                self.stdout.write(KEY_SHEET.format(path=new_key_file))
                # Settings are read once, and these were read before there were keys.
                self.start_again()
            has_migrated = startup.migrate()
        except startup.CantStart as reason:
            sys.exit(f"Alongside can't start: {reason}")
        has_built = not settings.DEBUG and static_files.build_if_changed()
        # Workers are forked off this process, and would hold what only that took (30 MB). Not where
        # there would be something to build each time: somebody is working on the files.
        if has_migrated or (has_built and static_files.is_built()):
            self.start_again()
        self.stdout.write(f"Alongside is open at {startup.where_to_open()}")
        self.stdout.write("Ctrl+C stops it.")
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)
        servers.run(server)

    def start_again(self) -> NoReturn:
        """Starts this command again in the same process."""
        self.stdout.flush()
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - ourselves, no shell

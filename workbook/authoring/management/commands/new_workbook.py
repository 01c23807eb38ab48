"""``manage.py new_workbook "Title"``: a folder for chapters."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from workbook.authoring.starters import new_workbook


class Command(BaseCommand):
    """Makes the folder of a new workbook, with its first page."""

    help = "Make a new workbook: a folder with its first page. Overwrites nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the command's own arguments."""
        parser.add_argument("title")
        parser.add_argument(
            "--folder", default="", help="its name in addresses; made from the title if left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Makes the workbook and says what comes next. Raises CommandError."""
        path = new_workbook(settings.CONTENT_DIR, options["title"], options["folder"])
        self.stdout.write(f"Made {path}")
        self.stdout.write(
            f'Next: manage.py new_chapter "Its first chapter" --book {path.parent.name}'
        )

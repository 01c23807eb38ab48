"""``manage.py new_chapter "Title"``: a draft to write over."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from workbook.authoring.starters import new_chapter


class Command(BaseCommand):
    """Makes a chapter."""

    help = (
        "Make a new chapter: a draft with every part in place, to write over. Overwrites nothing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the command's own arguments."""
        parser.add_argument("title")
        parser.add_argument(
            "--book", default="", help="the workbook's folder, where there are several"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Makes the chapter and says what comes next. Raises CommandError."""
        path = new_chapter(settings.CONTENT_DIR, options["title"], options["book"])
        self.stdout.write(f"Made {path}")
        self.stdout.write("Open it in an editor, or run 'make write' for the writing desk.")

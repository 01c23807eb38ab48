"""``manage.py new_chapter "Title"``: makes a draft of a chapter, for its author to write over."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from workbook.authoring.starters import new_chapter


class Command(BaseCommand):
    """Makes a file for a new chapter, with every part of one in place."""

    help = (
        "Make a new chapter: a draft with every part in place, to write over. Overwrites nothing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the chapter's title and the option ``--book`` to the command line."""
        parser.add_argument("title")
        parser.add_argument(
            "--book", default="", help="the workbook's folder, where there are several"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Makes the chapter's file and says what to do next. Raises CommandError."""
        path = new_chapter(settings.CONTENT_DIR, options["title"], options["book"])
        self.stdout.write(f"Made {path}")
        self.stdout.write("Open it in an editor, or run 'make write' for the writing desk.")

"""What the commands for whoever runs a site have in common."""

import argparse
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class OperatorCommand(BaseCommand):
    """A command that looks after a site, also where the site's content doesn't compile.

    Its help is its module's docstring, and what it writes is for the site's own account only.
    """

    requires_system_checks = ()

    @property
    def help(self) -> str:  # type: ignore[override]
        """What the command's module says of it, with its line breaks."""
        return str(sys.modules[self.__module__].__doc__)

    def create_parser(self, *args: Any, **options: Any) -> CommandParser:
        """Returns the parser of arguments, which keeps the line breaks of the help."""
        parser = super().create_parser(*args, **options)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Runs the command; the files it writes can be read by the site's own account only."""
        os.umask(0o077)
        return super().execute(*args, **options)

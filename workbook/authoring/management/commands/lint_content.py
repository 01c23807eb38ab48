"""``manage.py lint_content``: what to look at next in a text, and what keeps it from publishing."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)
from django.utils import timezone

from workbook.authoring import edition, stamping
from workbook.authoring.lint import ids, mirror, report
from workbook.authoring.lint.run import Report, lint
from workbook.authoring.lint.texts import read_sheets
from workbook.crisis.loader import help_lines

FOUND, WRONG_USE = 1, 2
EPILOG = """exit codes:
  0  nothing stops what is published; drafts never count
  1  something stops it: each such line begins with 'error'
  2  the command was used in another way than it is meant"""


class ExitCodesFormatter(argparse.RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """Keeps the lines of the exit codes apart."""


class Command(BaseCommand):
    """Runs the linter over the texts of the content folder."""

    help = (
        "Read the chapters and pages as a kind editor would.\n"
        "A draft never fails: it shows its errors, and the advice most worth looking at next.\n"
        "What is published must keep every rule."
    )
    # The linter is a check itself, and says more than `check` would beforehand.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Returns the parser, with the exit codes below its help."""
        return super().create_parser(
            prog_name, subcommand, epilog=EPILOG, formatter_class=ExitCodesFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the command's own arguments."""
        parser.add_argument(
            "paths", nargs="*", metavar="PATH", help="chapters or folders; everything if left out"
        )
        parser.add_argument("--format", choices=report.FORMATS, default="text")
        parser.add_argument("--all", action="store_true", help="show all advice about drafts, too")
        parser.add_argument(
            "--report",
            action="store_true",
            help="show each chapter's figures instead (words, short and long sentences, grade, "
            "questions, how it opens and ends): a mirror, not a target, which never fails",
        )
        parser.add_argument(
            "--release",
            action="store_true",
            help="as for a release: crisis lines checked in 90 days, published ids written down",
        )
        parser.add_argument(
            "--stamp", action="store_true", help="first give an id to each question that has none"
        )
        parser.add_argument(
            "--remember",
            action="store_true",
            help="write the ids that readers can answer under into the edition.toml of the books "
            "that PATH names (of each book if left out), once nothing stops it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Shows what was found. Raises SystemExit with 1 where something stops publishing."""
        root: Path = settings.CONTENT_DIR
        paths = [_inside(path, root) for path in options["paths"]]
        if options["stamp"]:
            for path in stamping.stamp_files(root, paths):
                self.stderr.write(f"Gave ids to questions in {path}.")
        if options["report"]:
            self.mirror(root, paths, options["format"])
            return
        found = lint(root, help_lines(), release=options["release"]).under(paths)
        if options["remember"]:
            self.remember(root, found, paths)
            found = lint(root, help_lines(), release=options["release"]).under(paths)
        self.show(found, root, options["format"], everything=options["all"])
        if found.stopping:
            raise SystemExit(FOUND)

    def mirror(self, root: Path, paths: list[str], form: str) -> None:
        """Shows what there is to count in each chapter."""
        if form == "github":
            raise CommandError("A report is text or json.", returncode=WRONG_USE)
        chapters = mirror.chapters(read_sheets(root), paths)
        lines = [mirror.as_json(chapters)] if form == "json" else mirror.as_text(chapters)
        for line in lines:
            self.stdout.write(line)

    def show(self, found: Report, root: Path, form: str, *, everything: bool) -> None:
        """Writes what was found in one of the formats."""
        if form == "json":
            self.stdout.write(report.as_json(found))
            return
        lines = (
            report.as_github(found, root)
            if form == "github"
            else report.as_text(found, root, everything=everything)
        )
        for line in lines:
            self.stdout.write(line)

    def remember(self, root: Path, found: Report, paths: list[str]) -> None:
        """Writes edition.toml in the folders of the named books, and in no other."""
        # What is only not written down yet is what this is for.
        blocking = [finding for finding in found.stopping if finding.code != "C11e"]
        if blocking:
            count = "1 thing stops" if len(blocking) == 1 else f"{len(blocking)} things stop"
            raise CommandError(
                f"{count} publishing, so nothing was written down. "
                "Mend what the command lists without --remember first.",
                returncode=FOUND,
            )
        sheets = read_sheets(root)
        for book in sorted({sheet.folder for sheet in sheets if sheet.kind == "book"}):
            if paths and not any(book in (path, *map(str, Path(path).parents)) for path in paths):
                continue
            own = [sheet for sheet in sheets if sheet.folder == book]
            before = edition.read(root / book)
            after = edition.remembering(before, ids.served(own), timezone.localdate())
            if after.ids != before.ids:
                edition.write(root / book, after)
                self.stderr.write(f"Wrote {len(after.ids)} ids to {book}/{edition.FILE_NAME}.")


def _inside(path: str, root: Path) -> str:
    """A path from here, or from the content folder, as one from the content folder."""
    for candidate in (Path(path), root / path):
        whole = candidate.resolve()
        if whole.exists() and whole.is_relative_to(root):
            return str(whole.relative_to(root))
    raise CommandError(
        f"There is no '{path}' in {root}. "
        "Name a chapter such as content/alongside/01-start-here.md, or leave that out for all.",
        returncode=WRONG_USE,
    )

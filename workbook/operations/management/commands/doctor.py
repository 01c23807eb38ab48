"""``manage.py doctor``: is this site well, and what is there to do?

Looks at the whole site: keys and their copy, permissions, database, backups, disk, clock, address,
content, crisis numbers. Says for each how it is and what to do.

Ends with 1 while anything is wrong, with 0 otherwise; what wants a look ends with 0.
Run it as the account that runs the site, with the same settings.
"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from workbook.operations.doctor import examine
from workbook.operations.doctor.finding import LOOK, OK, WRONG, SiteFinding
from workbook.operations.management.operator_command import OperatorCommand

MARKS = {OK: "ok   ", LOOK: "look ", WRONG: "WRONG"}


class Command(OperatorCommand):
    """Looks at the whole site and says what there is to do."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Takes the format, and whether to ask by the network."""
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--no-network", action="store_true", help="don't ask the site at its own address"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes a line or two for each part; exits with 1 where one is wrong."""
        findings = list(examine(network=not options["no_network"]))
        if options["format"] == "json":
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=1))
        else:
            for finding in findings:
                self.stdout.write(in_words(finding))
        if wrong := sum(finding.standing == WRONG for finding in findings):
            if options["format"] == "text":
                self.stdout.write(f"\n{wrong} wrong.")
            raise SystemExit(1)


def in_words(finding: SiteFinding) -> str:
    """Returns a finding as a line, and its remedy as another."""
    line = f"{MARKS[finding.standing]} {finding.part:<17} {finding.said}"
    return f"{line}\n{'':24}-> {finding.remedy}" if finding.remedy else line

"""The linter itself: every text of a content folder through the compiler and every rule."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from django.utils.safestring import mark_safe

from workbook.authoring.lint import (
    ids,
    layout,
    overrides,
    phrases,
    questions,
    reading,
    reread,
    safety,
    shape,
    sources,
)
from workbook.authoring.lint.codes import number
from workbook.authoring.lint.finding import ERROR, Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.texts import is_under, read_sheets
from workbook.chapters import files
from workbook.chapters.loading import load
from workbook.crisis.lines import HelpLines

HELP_FILE = "help.toml"
RANKS = ((1, 2, 4, 5, 6, 7), (0,), (8, 9, 11, 12), (20,), (17,), (18, 19), (10, 13, 14), (15, 16))
"""Rules in the order in which they are worth an author's time: harm first, then what keeps the
chapter from being read at all, polish last."""
RANK = {rule: rank for rank, rules in enumerate(RANKS) for rule in rules}


@dataclass(frozen=True)
class Report:
    """What the linter found in the texts that it read.

    Attributes:
        findings: in the order of files and lines; those with an override as well.
        texts: paths of the texts that were read.
        drafts: those of these paths whose texts are drafts.
    """

    findings: tuple[Finding, ...] = ()
    texts: tuple[str, ...] = ()
    drafts: frozenset[str] = frozenset()

    @property
    def stopping(self) -> list[Finding]:
        """What keeps published texts from being right."""
        return [finding for finding in self.findings if finding.stops]

    @property
    def open(self) -> list[Finding]:
        """What no author has given a reason for."""
        return [finding for finding in self.findings if not finding.allowed]

    @property
    def allowed(self) -> list[Finding]:
        """What an author has given a reason for."""
        return [finding for finding in self.findings if finding.allowed]

    def under(self, paths: Sequence[str]) -> "Report":
        """Returns the part about some files and folders; everything for none."""
        return Report(
            tuple(finding for finding in self.findings if is_under(finding.path, paths)),
            tuple(path for path in self.texts if is_under(path, paths)),
            frozenset(path for path in self.drafts if is_under(path, paths)),
        )


def next_things(findings: Iterable[Finding], advice: int = 3) -> list[Finding]:
    """Returns every error, and the few pieces of advice that are most worth an author's time now.

    Errors are never cut off: one that isn't seen while a text is a draft is met on the day it
    should be published, or by a reader.
    """

    def worth(finding: Finding) -> tuple[int, int]:
        return RANK[number(finding.code)], finding.line

    ordered = sorted(findings, key=worth)
    errors = [finding for finding in ordered if finding.severity == ERROR]
    rest = [finding for finding in ordered if finding.severity != ERROR]
    return errors + rest[:advice]


def examine(sheet: Sheet, lines: HelpLines) -> list[Finding]:
    """Returns what is wrong by the rules that one text keeps or breaks by itself."""
    found = [
        *safety.check(sheet, lines),
        *phrases.check(sheet),
        *reread.check(sheet),
        *questions.check(sheet),
        *reading.check(sheet),
        *shape.check(sheet),
        *layout.check(sheet),
        *sources.check(sheet),
    ]
    return overrides.apply(sheet, found)


def lint(
    root: Path, lines: HelpLines, *, today: dt.date | None = None, release: bool = False
) -> Report:
    """Returns everything there is to say about a content folder."""
    sheets = read_sheets(root)
    drafts = frozenset(sheet.path for sheet in sheets if sheet.is_draft)
    found = broken_rules(root, lines, sheets, today=today, release=release)
    # Nothing of this is ever served, so it isn't cleaned, which takes half of the time.
    for problem in load(root, lines, clean=mark_safe).problems:
        found.append(Finding.of(problem, is_draft=problem.path in drafts))
    return Report(tuple(sorted(set(found))), tuple(sheet.path for sheet in sheets), drafts)


def broken_rules(
    root: Path,
    lines: HelpLines,
    sheets: Sequence[Sheet],
    *,
    today: dt.date | None = None,
    release: bool = False,
) -> list[Finding]:
    """Returns what the linter's own rules say of a folder's texts; what compiles is another thing.

    Args:
        today: the day by which crisis lines are checked in time.
        release: as for a release, where some advice becomes an error.
    """
    found = [finding for sheet in sheets for finding in examine(sheet, lines)]
    for book in dict.fromkeys(sheet.folder for sheet in sheets):
        if book != files.PAGES:
            own = [sheet for sheet in sheets if sheet.folder == book]
            found += ids.check(root / book, book, own, release=release)
            found += shape.alike(own)
    path = root / HELP_FILE
    if path.is_file():
        day = today or timezone.localdate()
        found += safety.lines_are_fresh(lines, path, HELP_FILE, day, release=release)
    return found

"""The linter itself: every text of a content folder through the compiler and every rule."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from django.utils import timezone

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
from workbook.authoring.lint.books import Books, cores
from workbook.authoring.lint.codes import number
from workbook.authoring.lint.finding import ERROR, WARNING, Finding
from workbook.authoring.lint.memory import Memory
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.texts import read_sheets
from workbook.chapters import files
from workbook.chapters.codes import HARMLESS
from workbook.chapters.loading import load
from workbook.crisis.lines import HelpLines

HELP_FILE = "help.toml"
RANKS = ((1, 2, 4, 5, 6, 7), (0,), (8, 9, 11, 12), (20,), (17,), (18, 19), (10, 13, 14), (15, 16))
"""Rules in the order in which they are worth an author's time: harm first, then what keeps the
chapter from being read at all, polish last."""
RANK = {rule: rank for rank, rules in enumerate(RANKS) for rule in rules}


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        findings: in the order of files and lines; those with an override as well.
        texts: paths of the texts that were read.
        drafts: which of them are drafts.
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
        return [finding for finding in self.findings if finding.allowed]

    def under(self, paths: Iterable[str]) -> "Report":
        """The part about some files and folders; everything for none."""
        wanted = [path.rstrip("/") for path in paths if path not in {"", "."}]
        if not wanted:
            return self

        def is_wanted(path: str) -> bool:
            return any(path == one or path.startswith(f"{one}/") for one in wanted)

        return Report(
            tuple(finding for finding in self.findings if is_wanted(finding.path)),
            tuple(path for path in self.texts if is_wanted(path)),
            frozenset(path for path in self.drafts if is_wanted(path)),
        )


def next_things(findings: Iterable[Finding], advice: int = 3) -> list[Finding]:
    """Every error, and the few pieces of advice that are most worth an author's time now.

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
    """Every rule that one text can keep or break by itself."""
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
    root: Path,
    lines: HelpLines,
    *,
    today: dt.date | None = None,
    release: bool = False,
    memory: Path | None = None,
) -> Report:
    """Everything in a content folder; ``memory`` is a file that keeps what was found before."""
    today = today or timezone.localdate()
    known = Memory(lines, memory)
    books = Books(partial(examine, lines=lines), cores(), known)
    problems = load(root, lines, binding=books.bind, read=known.read).problems
    pages = read_sheets(root, only=files.PAGES)
    found = [*books.findings, *chain.from_iterable(map(books.examine, pages))]
    sheets = [*books.sheets, *pages]
    drafts = frozenset(sheet.path for sheet in sheets if sheet.is_draft)
    for problem in problems:
        severity = WARNING if problem.code in HARMLESS else ERROR
        found.append(Finding.of(problem, severity, is_draft=problem.path in drafts))
    found += across(root, sheets, lines, today, release=release)
    known.keep()
    return Report(tuple(sorted(set(found))), tuple(sheet.path for sheet in sheets), drafts)


def across(
    root: Path, sheets: Sequence[Sheet], lines: HelpLines, today: dt.date, *, release: bool
) -> Iterator[Finding]:
    """Rules about a book as a whole and about the crisis lines."""
    for book in dict.fromkeys(Path(sheet.path).parent.name for sheet in sheets):
        if book != files.PAGES:
            own = [sheet for sheet in sheets if Path(sheet.path).parent.name == book]
            yield from ids.check(root / book, book, own, release=release)
            yield from shape.alike(own)
    if (root / HELP_FILE).is_file():
        yield from safety.lines_are_fresh(
            lines, root / HELP_FILE, HELP_FILE, today, release=release
        )

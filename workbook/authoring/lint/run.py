"""The linter itself: every text of a content folder through the compiler and every rule."""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.utils import timezone

from workbook.authoring.lint import (
    ids,
    layout,
    overrides,
    phrases,
    questions,
    reading,
    safety,
    shape,
    sources,
)
from workbook.authoring.lint.codes import number
from workbook.authoring.lint.finding import ERROR, WARNING, Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.chapters import compiler, files, frontmatter
from workbook.chapters.binding import BOOK_FILE
from workbook.chapters.codes import HARMLESS
from workbook.chapters.compiler import Draft
from workbook.chapters.loader import load
from workbook.prompts.problems import Problem
from workbook.safety.lines import HelpLines

HELP_FILE = "help.toml"
FEW = 60
"""Texts up to which starting more processes costs more time than it saves."""

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


def next_things(findings: Iterable[Finding], count: int = 3) -> list[Finding]:
    """The few that are most worth an author's time now."""

    def worth(finding: Finding) -> tuple[int, bool, int]:
        return RANK[number(finding.code)], finding.severity != ERROR, finding.line

    return sorted(findings, key=worth)[:count]


def read_sheets(root: Path) -> list[Sheet]:
    """Every text that can be read, each book's introduction before its chapters."""
    unread: list[Problem] = []
    sheets: list[Sheet] = []
    for folder in files.folders(root, unread):
        drafts = []
        for path in sorted(
            files.texts(folder), key=lambda path: (path.name != BOOK_FILE, path.name)
        ):
            name = f"{folder.name}/{path.name}"
            text = files.read(path, name, root, unread)
            if text is not None:
                drafts.append(compiler.read(text, name, schema_of(folder.name, path.name)))
        sheets += in_one_folder(drafts)
    return sheets


def in_one_folder(drafts: Sequence[Draft]) -> Iterator[Sheet]:
    """The sheets of a book or of the pages."""
    fronts = [draft.front.values for draft in drafts]
    key = next((front["key"] for front in fronts if "key" in front), "")
    is_published = any(front.get("status") == "published" for front in fronts)
    for draft, front in zip(drafts, fronts, strict=True):
        if "status" in front:
            yield Sheet(draft, key, is_draft=front["status"] != "published")
        else:
            yield Sheet(draft, key, is_draft="key" in front and not is_published)


def schema_of(folder: str, name: str) -> frontmatter.Schema:
    """What the front matter of a file may hold."""
    if folder == files.PAGES:
        return frontmatter.PAGE
    return frontmatter.BOOK if name == BOOK_FILE else frontmatter.CHAPTER


def examine(sheet: Sheet, lines: HelpLines) -> list[Finding]:
    """Every rule that one text can keep or break by itself."""
    found = [
        *safety.check(sheet, lines),
        *phrases.check(sheet),
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
    """Everything in a content folder."""
    today = today or timezone.localdate()
    sheets = read_sheets(root)
    drafts = {sheet.path for sheet in sheets if sheet.is_draft}
    found = [
        Finding.of(
            problem,
            WARNING if problem.code in HARMLESS else ERROR,
            is_draft=problem.path in drafts,
        )
        for problem in load(root, lines).problems
    ]
    for findings in _each(partial(examine, lines=lines), sheets):
        found += findings
    found += across(root, sheets, lines, today, release=release)
    return Report(
        tuple(sorted(set(found))), tuple(sheet.path for sheet in sheets), frozenset(drafts)
    )


def across(
    root: Path, sheets: Sequence[Sheet], lines: HelpLines, today: dt.date, *, release: bool
) -> Iterator[Finding]:
    """Rules about a book as a whole and about the crisis lines."""
    for book in dict.fromkeys(Path(sheet.path).parent.name for sheet in sheets):
        if book != files.PAGES:
            own = [sheet for sheet in sheets if Path(sheet.path).parent.name == book]
            yield from ids.check(root / book, book, own, release=release)
    if (root / HELP_FILE).is_file():
        yield from safety.lines_are_fresh(
            lines, root / HELP_FILE, HELP_FILE, today, release=release
        )


def _each(
    examine_one: Callable[[Sheet], list[Finding]], sheets: Sequence[Sheet]
) -> Iterable[list[Finding]]:
    """Examines texts, on every core where there are many."""
    if len(sheets) <= FEW or (os.cpu_count() or 1) < 2:
        return map(examine_one, sheets)
    with ProcessPoolExecutor() as pool:
        return list(pool.map(examine_one, sheets, chunksize=8))

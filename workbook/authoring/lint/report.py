"""A report as people, scripts and GitHub read it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbook.authoring.lint.finding import ERROR, Finding
from workbook.authoring.lint.run import Report, next_things

FORMATS = ("text", "json", "github")
NEXT = 3
"""Pieces of advice shown of a draft: enough for one sitting, too few to put anyone off. Its errors
are all shown."""


def as_text(report: Report, root: Path, *, everything: bool = False) -> Iterator[str]:
    """Yields the lines for people: what stops publishing, then of each draft what is next."""
    for finding in report.open:
        if finding.path not in report.drafts or not finding.is_draft:
            yield f"{'error' if finding.severity == ERROR else 'advice'} {_shown(finding, root)}"
    for path in sorted(report.drafts):
        own = [f for f in report.open if f.path == path and f.is_draft]
        shown = own if everything else next_things(own, NEXT)
        if not own:
            continue
        rest = len(own) - len(shown)
        more = f" ({rest} more with --all)" if rest else ""
        yield f"\n{path} is a draft. Worth looking at next{more}:"
        for finding in shown:
            yield f"  {_shown(finding, root)}"
    if report.allowed:
        yield "\nLeft as they are, with a reason:"
        for finding in report.allowed:
            yield f"  {finding.path}:{finding.line} {finding.code}: {finding.allowed}"
    stopping = len(report.stopping)
    texts = len(report.texts)
    yield (
        f"\n{texts} {'text' if texts == 1 else 'texts'} read, {len(report.drafts)} of them drafts. "
        + (
            f"{stopping} {'thing stops' if stopping == 1 else 'things stop'} what is published."
            if stopping
            else "Nothing stops what is published."
        )
    )


def _shown(finding: Finding, root: Path) -> str:
    """The finding with a path that a terminal can open from here."""
    return f"{_path(finding, root)}:{finding.line}:{finding.col}: {finding.code} {finding.message}"


def _path(finding: Finding, root: Path) -> str:
    whole = root / finding.path
    here = Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def as_json(report: Report) -> str:
    """Returns every finding as JSON for scripts, drafts' and allowed ones included."""
    return json.dumps(
        {
            "findings": [_item(finding) for finding in report.findings],
            "texts": list(report.texts),
            "drafts": sorted(report.drafts),
            "stopping": len(report.stopping),
        },
        indent=2,
        ensure_ascii=False,
    )


def _item(finding: Finding) -> dict[str, Any]:
    return {
        "path": finding.path,
        "line": finding.line,
        "column": finding.col,
        "code": finding.code,
        "severity": finding.severity,
        "draft": finding.is_draft,
        "allowed": finding.allowed,
        "stops": finding.stops,
        "message": finding.message,
    }


def as_github(report: Report, root: Path) -> Iterator[str]:
    """Yields each finding as GitHub marks it beside its line; a draft's are notices."""
    for finding in report.open:
        level = "notice" if finding.is_draft else finding.severity
        place = (
            f"file={_property(_path(finding, root))},line={finding.line},col={finding.col},"
            f"title={_property(finding.code)}"
        )
        yield f"::{level} {place}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

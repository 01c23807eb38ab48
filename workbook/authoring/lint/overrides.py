"""``<!-- lint: allow CODE reason -->``: an author's own judgement, with its reason on record."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from workbook.authoring.lint.codes import RULES
from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.chapters.lexing import Fences

COMMENT = re.compile(
    r"\s*<!--\s*lint:\s*allow\s+(?P<code>\S+?)(?:[\s:–—-]+(?P<reason>.*?))?\s*-->\s*"
)
LEAST_REASON = 2
"""Words of a reason."""
CODES = {code.casefold(): code for code in RULES}


@dataclass(frozen=True)
class Override:
    """A comment in a text that allows a rule's findings, with its reason.

    It holds for findings in the lines ``first`` to ``last``, and for those about the whole file.
    """

    code: str
    reason: str
    line: int
    first: int
    last: int

    def covers(self, finding: Finding) -> bool:
        """Returns whether the comment allows a finding."""
        is_near = finding.whole or self.first <= finding.line <= self.last
        return is_near and finding.code == self.code


def overrides(sheet: Sheet) -> Iterator[Override]:
    """Yields each well-formed comment, with the paragraph or block right below it."""
    if "lint:" not in sheet.draft.text:
        return
    lines = sheet.draft.text.split("\n")
    fences = Fences()
    for index, text in enumerate(lines):
        if fences.takes(text):
            continue
        if match := COMMENT.fullmatch(text):
            first, last = _below(sheet, lines, index + 1)
            code = CODES.get(match["code"].casefold(), match["code"])
            yield Override(code, (match["reason"] or "").strip(), index + 1, first, last)


def _below(sheet: Sheet, lines: list[str], start: int) -> tuple[int, int]:
    """Returns the first and last line that an override above line ``start`` speaks of."""
    at = start
    while at < len(lines) and (not lines[at].strip() or COMMENT.fullmatch(lines[at])):
        at += 1
    opened = at < len(lines) and lines[at].startswith(":::") and lines[at].strip(": ")
    end = at
    while end < len(lines):
        if opened and end > at and lines[end].strip() == ":::":
            break
        if not opened and not lines[end].strip():
            break
        end += 1
    return at + 1, min(end + 1, len(lines))


def apply(sheet: Sheet, findings: Iterable[Finding]) -> list[Finding]:
    """Returns the findings with the reasons given for them, and what is wrong with overrides."""
    known = list(overrides(sheet))
    used: set[Override] = set()
    out = []
    for finding in findings:
        override = next((o for o in known if o.covers(finding) and not _wrong(o)), None)
        if override:
            used.add(override)
            finding = replace(finding, allowed=override.reason)
        out.append(finding)
    for override in known:
        code = _wrong(override) or ("" if override in used else "C00d")
        if code:
            rule = RULES.get(override.code)
            near = difflib.get_close_matches(override.code.casefold(), CODES, n=1)
            hint = f" Did you mean '{CODES[near[0]]}'?" if near else ""
            says, named = rule.says if rule else "", override.code[:20]
            out.append(sheet.finding(code, override.line, named=named, hint=hint, says=says))
    return out


def _wrong(override: Override) -> str:
    """Returns the code of the rule for overrides that one breaks by itself; "" for none."""
    rule = RULES.get(override.code)
    if rule is None:
        return "C00b"
    if not rule.may_be_allowed:
        return "C00c"
    return "C00a" if len(override.reason.split()) < LEAST_REASON else ""

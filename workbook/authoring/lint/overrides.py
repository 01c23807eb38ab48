"""``<!-- lint: allow CODE reason -->``: an author's own judgement, with its reason on record."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
    """One comment. It covers the lines ``first`` to ``last``, and findings about the whole file."""

    code: str
    reason: str
    line: int
    first: int
    last: int

    def covers(self, finding: Finding) -> bool:
        if finding.code != self.code:
            return False
        return finding.whole or self.first <= finding.line <= self.last


def overrides(sheet: Sheet) -> Iterator[Override]:
    """Each well-formed comment, with the paragraph or block right below it."""
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
    """Numbers of the first and last line that an override at ``start`` speaks of."""
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
    """The findings with reasons where there are some, and what is wrong with overrides."""
    known = list(overrides(sheet))
    used: set[Override] = set()
    out = []
    for finding in findings:
        override = next((o for o in known if o.covers(finding) and _is_sound(o)), None)
        if override:
            used.add(override)
            finding = finding.allow(override.reason)
        out.append(finding)
    for override in known:
        if problem := _problem(override, is_used=override in used):
            out.append(sheet.finding(override.line, 1, *problem))
    return out


def _is_sound(override: Override) -> bool:
    rule = RULES.get(override.code)
    return bool(rule and rule.may_be_allowed and len(override.reason.split()) >= LEAST_REASON)


def _problem(override: Override, *, is_used: bool) -> tuple[str, str] | None:
    rule = RULES.get(override.code)
    if rule is None:
        near = difflib.get_close_matches(override.code.casefold(), CODES, n=1)
        hint = f" Did you mean '{CODES[near[0]]}'?" if near else ""
        return "C00b", f"There is no rule '{override.code[:20]}'.{hint}"
    if not rule.may_be_allowed:
        return "C00c", f"{override.code} can't be overridden: {rule.says} Mend the text instead."
    if len(override.reason.split()) < LEAST_REASON:
        return "C00a", (
            "Say why, in a few words, behind the code: "
            f"'<!-- lint: allow {override.code} the group asked for this word -->'."
        )
    if not is_used:
        return "C00d", f"Nothing below needs this override of {override.code} any more. Remove it."
    return None

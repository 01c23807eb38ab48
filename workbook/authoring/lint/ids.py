"""Rule 11: ids that people have answered under are still there, and still mean the same."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from workbook.authoring import edition
from workbook.authoring.edition import Edition
from workbook.authoring.lint.codes import RULES
from workbook.authoring.lint.finding import ERROR, Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.chapters.blocks import RawBlock
from workbook.prompts.source import ID

SAME_QUESTION = 0.35
"""How alike two wordings are (0 to 1) that may ask the same thing."""


def served(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str, str]]:
    """Yields id, kind and question of every prompt that has an id, in reading order."""
    for sheet in sheets:
        for block in sheet.blocks:
            if block.kind and block.kind.answered and ID.fullmatch(block.ident):
                yield block.ident, block.name, sheet.asks(block)


def check(folder: Path, book: str, sheets: Sequence[Sheet], *, release: bool) -> Iterator[Finding]:
    """Yields what became of a book's ids since they were written down.

    Args:
        sheets: the book's texts, its introduction first.
        release: an id that is published and not written down is an error.
    """
    shown = f"{book}/{edition.FILE_NAME}"
    try:
        known = edition.read(folder)
    except edition.UnreadableEdition as error:
        yield Finding(shown, 1, 1, "C11f", RULES["C11f"].message.format(error=error))
        return
    if known.ids or known.retired:
        current = {ident: (kind, asks) for ident, kind, asks in served(sheets)}
        if all(sheet.draft.is_readable for sheet in sheets):
            former = {old for sheet in sheets for block in sheet.blocks for old in block.former_ids}
            yield from _gone(shown, known, current, former)
        for sheet in sheets:
            for block in sheet.blocks:
                if block.ident in current and block.kind and block.kind.answered:
                    yield from _used(sheet, block, known, current[block.ident][1])
    for sheet in sheets:
        yield from _not_remembered(sheet, known, release=release)


def _gone(
    shown: str, known: Edition, current: dict[str, tuple[str, str]], former: set[str]
) -> Iterator[Finding]:
    fresh = [ident for ident in current if ident not in known.ids]
    for ident in known.ids:
        if ident in current or ident in former or ident in known.retired:
            continue
        near = difflib.get_close_matches(ident, fresh, n=1, cutoff=0.6) or [
            new for new in fresh if _alike(current[new][1], known.ids[ident].asks) > 0.8
        ]
        hint = f" Perhaps it is '{near[0]}' now: then add 'was: {ident}' to that." if near else ""
        said = RULES["C11a"].message.format(ident=ident, hint=hint)
        yield Finding(shown, known.lines.get(ident, 1), 1, "C11a", said)


def _used(sheet: Sheet, block: RawBlock, known: Edition, asks: str) -> Iterator[Finding]:
    ident, line = block.ident, block.line
    # What is written down has been served, so a chapter's status doesn't soften it.
    if ident in known.retired:
        reason = known.retired[ident]
        retired = sheet.finding("C11b", line, ident=ident, reason=reason)
        yield replace(retired, is_draft=False)
    before = known.ids.get(ident)
    if before is None:
        return
    if before.kind != block.name:
        other = sheet.finding("C11c", line, ident=ident, before=before.kind, now=block.name)
        yield replace(other, is_draft=False)
    elif before.asks and asks and _alike(before.asks, asks) < SAME_QUESTION:
        yield sheet.finding("C11d", line, ident=ident, asked=before.asks)


def _not_remembered(sheet: Sheet, known: Edition, *, release: bool) -> Iterator[Finding]:
    if sheet.is_draft or sheet.kind != "chapter":
        return
    fresh = [prompt for prompt in sheet.prompts if prompt.ident and prompt.ident not in known.ids]
    if fresh:
        names = ", ".join(prompt.ident for prompt in fresh)
        finding = sheet.finding("C11e", fresh[0].line, names=names)
        yield replace(finding, severity=ERROR) if release else finding


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold().split(), other.casefold().split()).ratio()

"""Rule 11: ids that people have answered under are still there, and still mean the same."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from workbook.authoring import edition
from workbook.authoring.edition import Edition
from workbook.authoring.lint.finding import ERROR, Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.chapters.blocks import RawBlock
from workbook.prompts.source import ID

SAME_QUESTION = 0.35
"""How alike two wordings are (0 to 1) that may ask the same thing."""


def served(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str, str]]:
    """Id, kind and question of every prompt that has an id, in reading order."""
    for sheet in sheets:
        for block in sheet.blocks:
            if block.kind and block.kind.answered and ID.fullmatch(block.ident):
                yield block.ident, block.name, sheet.asks(block)


def check(folder: Path, book: str, sheets: Sequence[Sheet], *, release: bool) -> Iterator[Finding]:
    """``sheets`` are the book's texts, its introduction first."""
    shown = f"{book}/{edition.FILE_NAME}"
    try:
        known = edition.read(folder)
    except edition.UnreadableEdition as error:
        message = (
            f"This file can't be read: {error}. Put it right, or take it from the last release."
        )
        yield Finding(shown, 1, 1, "C11f", message, ERROR)
        return
    if not (known.ids or known.retired):
        # Nothing was released yet; words need no comparing.
        for sheet in sheets:
            yield from _not_remembered(sheet, known, release=release)
        return
    current = {ident: (kind, asks) for ident, kind, asks in served(sheets)}
    former = {old for sheet in sheets for block in sheet.blocks for old in block.former_ids}
    if all(sheet.draft.is_readable for sheet in sheets):
        yield from _gone(shown, known, current, former)
    for sheet in sheets:
        for block in sheet.blocks:
            if block.ident in current and block.kind and block.kind.answered:
                yield from _used(sheet, block, known, current[block.ident][1])
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
        yield Finding(
            shown, known.lines.get(ident, 1), 1, "C11a",
            f"'{ident}' is gone from the book, and what people wrote under it stands "
            f"nowhere.{hint} If "
            f"another question takes its place, add 'was: {ident}' to it. If none does, move "
            "this line "
            f"to [retired], as {ident} = \"the reason\"; answers then stay as pages of their own.",
            ERROR,
        )  # fmt: skip


def _used(sheet: Sheet, block: RawBlock, known: Edition, asks: str) -> Iterator[Finding]:
    ident = block.ident
    if ident in known.retired:
        yield _served(sheet.finding(
            block.line, 1, "C11b",
            f"'{ident}' was retired ({known.retired[ident]}). Used again, it would put old answers "
            "under a question they never answered. Give this one another id.",
        ))  # fmt: skip
    before = known.ids.get(ident)
    if before is None:
        return
    if before.kind != block.name:
        yield _served(sheet.finding(
            block.line, 1, "C11c",
            f"'{ident}' was a '{before.kind}', and people's answers to it are kept as one. "
            "Change it "
            f"back, or give this '{block.name}' a new id with 'was: {ident}' below it.",
        ))  # fmt: skip
    elif before.asks and asks and _alike(before.asks, asks) < SAME_QUESTION:
        yield sheet.finding(
            block.line, 1, "C11d",
            f"'{ident}' asked \"{before.asks}\" before. If this is another question, give it a "
            "new id; "
            f"an old answer would stand under it. If it is the same in other words, run "
            "'manage.py lint_content --remember'.",
        )  # fmt: skip


def _not_remembered(sheet: Sheet, known: Edition, *, release: bool) -> Iterator[Finding]:
    if sheet.is_draft or sheet.kind != "chapter":
        return
    fresh = [prompt for prompt in sheet.prompts if prompt.ident and prompt.ident not in known.ids]
    if fresh:
        names = ", ".join(prompt.ident for prompt in fresh)
        finding = sheet.finding(
            fresh[0].line, 1, "C11e",
            f"Published and not written down yet: {names}. Run 'manage.py lint_content --remember' "
            "and commit edition.toml.",
        )  # fmt: skip
        yield replace(finding, severity=ERROR) if release else finding


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold().split(), other.casefold().split()).ratio()


def _served(finding: Finding) -> Finding:
    """What is remembered has been served, so a chapter's status doesn't soften it."""
    return replace(finding, is_draft=False)

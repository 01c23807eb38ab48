"""Rule 17: a chapter's shape, from its short opening to its close."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.text import Passage
from workbook.chapters.blocks import RawBlock
from workbook.chapters.lexing import without_code

LEAST_PROMPTS, MOST_PROMPTS = 3, 7
CLOSE = 25
"""Words behind the last question that make a close, and not a stray line."""
SHORT = re.compile(r"\s*the\s+short\s+of\s+it\b", re.IGNORECASE)
MOST_LINES = 5
"""Lines of an opening that stands for the chapter on a day when five lines is all."""
FALLS_SHORT = re.compile(
    r"\s*(?:if|when)\b.*(?:n[’']t\b|\b(?:not|no|never|nobody|nothing|empty|badly|wrong|hard(?:er)?"
    r"|worse|stings?|hurts?|stuck|fails?|freeze|too\s+much)\b)",
    re.IGNORECASE,
)
"""A heading such as "If it doesn't work" or "If nearly all of it came out empty"."""
TO_FILL_IN = re.compile(r"\[(?:…|\.\.\.)")
LINK = re.compile(r"\]\([a-z0-9-]+(?:#[^)]*)?\)")
LOOK = re.compile(r"\b(?:look|eyes?|notice|see)\b", re.IGNORECASE)
HOLD = re.compile(r"\b(?:hold|keep|keeps|kept|wait|rest|leave|stop|close)\b", re.IGNORECASE)


def check(sheet: Sheet) -> Iterator[Finding]:
    """Yields what a chapter's shape lacks, and what waits to be written in any text."""
    yield from left_to_fill_in(sheet)
    if sheet.kind != "chapter" or not sheet.draft.pieces:
        return
    if sheet.in_any_order:
        # A page that may be anyone's first and only one needs no chapter's parts.
        if sheet.is_heavy:
            yield from heavy(sheet)
        return
    yield from parts(sheet)
    count = len(sheet.prompts)
    if not LEAST_PROMPTS <= count <= MOST_PROMPTS:
        wanted = "Add some" if count < LEAST_PROMPTS else "Keep those that matter most"
        bounds = {"least": LEAST_PROMPTS, "most": MOST_PROMPTS}
        yield sheet.whole("C17b", "title", count=count, wanted=wanted, **bounds)
    if sheet.is_heavy:
        yield from heavy(sheet)
    last = next(
        (p for p in reversed(sheet.draft.pieces) if isinstance(p, RawBlock) or p.text.strip()), None
    )
    if isinstance(last, RawBlock) and last.kind and last.kind.answered:
        yield sheet.finding("C17e", last.line)


def left_to_fill_in(sheet: Sheet) -> Iterator[Finding]:
    """Yields one finding at most, at the first place of the starting text that still waits."""
    marked = (p for p in sheet.passages if "[" in p.source)
    found = [(p, m) for p in marked if (m := TO_FILL_IN.search(without_code(p.source)))]
    if found:
        passage, match = found[0]
        count = len(found)
        places = "This place waits" if count == 1 else f"{count} places wait, this one first,"
        yield sheet.at("C17f", passage, match.start(), places=places)


def parts(sheet: Sheet) -> Iterator[Finding]:
    """Yields each part that a chapter doesn't have."""
    roles = {block.role for block in sheet.blocks}
    headings = [p.text for p in sheet.passages if p.what == "heading" and p.block is None]
    opens = any(SHORT.match(text) for text in headings)
    goes_on = any(FALLS_SHORT.match(text) for text in headings)
    # Something is asked that can be done, and come back to if the reader wants that.
    has_step = any("follow up" in block.keys for block in sheet.prompts)
    closes = sum(len(p.words) for p in _after_last_prompt(sheet)) >= CLOSE
    for part, mend, is_there in (
        ("opening", "'## The short of it' and a few lines that stand alone", opens),
        ("story", "'::: story' with 'by: Name' or 'invented: yes'", "story" in roles),
        ("idea", "'::: idea' with one thought in plain words", "idea" in roles),
        ("tool", "'::: tool', or a guide: something to do", "tool" in roles),
        ("example", "'::: example' with a question filled in", "example" in roles),
        ("way on", "'## If it doesn't work' and what to try then", goes_on),
        ("small step", "a short answer with 'follow up: yes'", has_step),
        ("close", "a few lines of text below the last question", closes),
    ):
        if not is_there:
            yield sheet.whole("C17a", "title", part=part, mend=mend)
    yield from short_of_it(sheet)


def short_of_it(sheet: Sheet) -> Iterator[Finding]:
    """Yields an opening that is long, or stands below something that is asked."""
    inside: Passage | None = None
    lines = 0
    first_prompt = min((block.line for block in sheet.prompts), default=10**9)
    for passage in sheet.passages:
        if passage.block is not None:
            continue
        if passage.what == "heading":
            if inside:
                break
            inside = passage if SHORT.match(passage.text) else None
        elif inside and passage.what in {"item", "text"}:
            lines += 1
    if inside and (lines > MOST_LINES or inside.line > first_prompt):
        yield sheet.finding("C17g", inside.line, most=MOST_LINES)


def alike(sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Yields chapters of a book whose first, or last, sentences begin with the same words.

    Args:
        sheets: the texts of a book in reading order. Of two that are alike the later is named.
    """
    met: dict[tuple[int, str], Sheet] = {}
    for sheet in sheets:
        if sheet.kind != "chapter":
            continue
        for which, (edge, how) in enumerate(zip(sheet.edges(), ("begins", "ends"), strict=True)):
            first = met.setdefault((which, edge.pattern), sheet) if edge.pattern else sheet
            if first is not sheet:
                other = PurePosixPath(first.path).name
                yield sheet.finding("C16e", edge.line, how=how, other=other, start=edge.start)


def _after_last_prompt(sheet: Sheet) -> list[Passage]:
    last = max((block.line for block in sheet.prompts), default=0)
    return [p for p in sheet.passages if p.line > last and not p.is_asked]


def heavy(sheet: Sheet) -> Iterator[Finding]:
    """Yields what a heavy chapter lacks: a note before anything else, and a gentle close."""
    first_prompt = min((block.line for block in sheet.prompts), default=10**9)
    notes = [b for b in sheet.blocks if b.role == "note" and b.line < first_prompt]
    if not any(any(LINK.search(line.text) for line in note.body) for note in notes):
        yield sheet.whole("C17c", "heavy")
    closing = _after_last_prompt(sheet)
    text = "\n".join(p.text for p in closing)
    missing = [
        what
        for what, there in (
            ("that this can be left here", HOLD.search(text)),
            ("a look around with open eyes", LOOK.search(text)),
            ("a help block", sheet.blocks[-1].role == "help"),
        )
        if not there
    ]
    if missing:
        yield sheet.whole("C17d", "heavy", missing=", ".join(missing))

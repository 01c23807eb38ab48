"""Rule 17: a chapter's shape, from its story to its close."""

import re
from collections.abc import Iterator

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.text import Passage
from workbook.chapters.blocks import RawBlock
from workbook.chapters.lexing import without_code

LEAST_PROMPTS, MOST_PROMPTS = 4, 7
TOOLS = {"tool", "guide", "pause"}
CLOSE = 25
"""Words behind the last question that make a close, and not a stray line."""
STEP = re.compile(r"\bwhen\b.*\bI\s+will\b", re.IGNORECASE | re.DOTALL)
TO_FILL_IN = re.compile(r"\[(?:…|\.\.\.)")
LINK = re.compile(r"\]\([a-z0-9-]+(?:#[^)]*)?\)")
LOOK = re.compile(r"\b(?:look|eyes?|notice|see)\b", re.IGNORECASE)
HOLD = re.compile(r"\b(?:hold|keep|keeps|kept|wait|rest|leave|stop|close)\b", re.IGNORECASE)


def check(sheet: Sheet) -> Iterator[Finding]:
    yield from left_to_fill_in(sheet)
    if sheet.kind != "chapter" or not sheet.pieces:
        return
    yield from parts(sheet)
    count = len(sheet.prompts)
    if not LEAST_PROMPTS <= count <= MOST_PROMPTS:
        wanted = "Add some" if count < LEAST_PROMPTS else "Keep those that matter most"
        yield sheet.whole(
            "title", "C17b",
            f"There are {count} questions; {LEAST_PROMPTS} to {MOST_PROMPTS} fit one sitting. "
            f"{wanted}.",
        )  # fmt: skip
    if sheet.is_heavy:
        yield from heavy(sheet)
    last = next(
        (p for p in reversed(sheet.pieces) if isinstance(p, RawBlock) or p.text.strip()), None
    )
    if isinstance(last, RawBlock) and last.kind and last.kind.answered:
        yield sheet.finding(
            last.line, 1, "C17e",
            "The chapter ends on a question, and leaves the reader alone with it. Close with a few "
            "lines below: something to look at, something ordinary to do.",
        )  # fmt: skip


def left_to_fill_in(sheet: Sheet) -> Iterator[Finding]:
    found = [(p, match) for p in sheet.passages if (match := _waiting(p))]
    if found:
        passage, match = found[0]
        line, col = passage.place(match.start())
        count = len(found)
        places = "This place waits" if count == 1 else f"{count} places wait, this one first,"
        yield sheet.finding(
            line, col, "C17f",
            f"{places} for your words. Write them instead of '[… …]', brackets and all.",
        )  # fmt: skip


def _waiting(passage: Passage) -> re.Match[str] | None:
    if "[" not in passage.source:
        return None
    return TO_FILL_IN.search(without_code(passage.source))


def parts(sheet: Sheet) -> Iterator[Finding]:
    names = {block.name for block in sheet.blocks}
    missing = [
        (what, mend)
        for what, mend, there in (
            ("a story", "'::: story' with 'by: Name' or 'invented: yes'", "story" in names),
            ("an idea", "'::: idea' with one thought in plain words", "idea" in names),
            ("a tool", "'::: tool', or a guide: something to do", bool(names & TOOLS)),
            ("a small step", "a short answer with 'follow up: yes'", _has_step(sheet)),
            ("a close", "a few lines of text below the last question", _closes(sheet)),
        )
        if not there
    ]  # fmt: skip
    for what, mend in missing:
        yield sheet.whole(
            "title", "C17a", f"This chapter has no {what[2:].strip()} yet. Add {mend}."
        )


def _has_step(sheet: Sheet) -> bool:
    """Whether something is asked that can be done: said by a key, or by 'When ___, I will ___.'"""
    return any("follow up" in block.keys for block in sheet.prompts) or any(
        STEP.search(passage.text)
        for passage in sheet.passages
        if passage.is_asked and passage.block and passage.block.name != "guide"
    )


def _after_last_prompt(sheet: Sheet) -> list[Passage]:
    last = max((block.line for block in sheet.prompts), default=0)
    return [p for p in sheet.passages if p.line > last and not p.is_asked]


def _closes(sheet: Sheet) -> bool:
    return sum(len(p.words) for p in _after_last_prompt(sheet)) >= CLOSE


def heavy(sheet: Sheet) -> Iterator[Finding]:
    """A heavy chapter says so before anything else, and lets its reader down gently."""
    first_prompt = min((block.line for block in sheet.prompts), default=10**9)
    notes = [b for b in sheet.blocks if b.name == "note" and b.line < first_prompt]
    if not any(any(LINK.search(line.text) for line in note.body) for note in notes):
        yield sheet.whole(
            "heavy", "C17c",
            "A heavy chapter begins with a note that says what it is about and links to another "
            "way, "
            "such as the chapter after it. Add '::: note' near the top.",
        )  # fmt: skip
    closing = _after_last_prompt(sheet)
    text = "\n".join(p.text for p in closing)
    missing = [
        what
        for what, there in (
            ("that this can be left here", HOLD.search(text)),
            ("a look around with open eyes", LOOK.search(text)),
            ("a help block", sheet.blocks[-1].name == "help"),
        )
        if not there
    ]
    if missing:
        yield sheet.whole(
            "heavy",
            "C17d",
            "A heavy chapter closes safely. Missing below the last question: "
            f"{', '.join(missing)}.",
        )

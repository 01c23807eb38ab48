"""What the editor page shows of a text, and how words get from it into the file."""

import difflib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from workbook.authoring.desk.content import ContentFile, TextFolder
from workbook.authoring.files import Changed, mark, replace_text
from workbook.authoring.files import save as save_file
from workbook.authoring.lint import reading
from workbook.authoring.lint.finding import ERROR, Finding
from workbook.authoring.lint.markup import bare
from workbook.authoring.lint.run import next_things
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.stamping import ids_of, new_id, stamped
from workbook.chapters import compiler
from workbook.chapters.blocks import RawBlock
from workbook.prompts import author_form
from workbook.prompts.base import Prompt
from workbook.prompts.source import SourceLine

EMPTY = (
    "There were no words in the field, so nothing was saved and the file is as it was. "
    "To remove a chapter, delete its file."
)
MOVED = (
    "The file has changed while you wrote this, so nothing was saved yet. "
    "What you filled in is still here; look at where it should go and add it again."
)


class Summary(NamedTuple):
    """A text in the desk's list: its length, its questions, and how many findings there are."""

    text: ContentFile
    measure: reading.Measure
    questions: int
    stops: int
    advice: int


def summed_up(folder: TextFolder, text: ContentFile) -> Summary:
    """Returns what the desk's list says of a text."""
    found = [finding for finding in folder.findings(text) if not finding.allowed]
    stops = sum(finding.severity == ERROR for finding in found)
    questions = len(text.sheet.prompts)
    return Summary(text, reading.measure(text.sheet.passages), questions, stops, len(found) - stops)


class NumberedLine(NamedTuple):
    """A line of a text's file, with the findings about it."""

    number: int
    text: str
    findings: list[Finding]


def context(folder: TextFolder, text: ContentFile) -> dict[str, Any]:
    """Returns everything on the editor's page."""
    found = folder.findings(text)
    summary = summed_up(folder, text)
    by_line: dict[int, list[Finding]] = {}
    for finding in found:
        by_line.setdefault(finding.line, []).append(finding)
    at = folder.texts.index(text)
    return {
        "folder": folder,
        "text": text,
        "words": text.sheet.draft.text,
        "seen": text.mark,
        "lines": [
            NumberedLine(number, line, by_line.get(number, []))
            for number, line in enumerate(text.sheet.draft.text.split("\n"), start=1)
        ],
        "findings": found,
        "next_things": next_things(finding for finding in found if not finding.allowed),
        "stops": summary.stops,
        "summary": summary,
        "sections": reading.sections(text.sheet),
        "previous": folder.texts[at - 1] if at else None,
        "next": folder.texts[at + 1] if at + 1 < len(folder.texts) else None,
    }


def save(folder: TextFolder, text: ContentFile, words: str, seen: str) -> int:
    """Puts words into the file, with an id for each question that has none, and counts those.

    Raises:
        Changed: when the file is no longer what the editor saw.
    """
    count, whole = 0, None
    if folder.is_book:
        taken = ids_of([other.sheet for other in folder.texts])
        sheet = Sheet(compiler.read(words, text.sheet.path))
        before = len(taken | ids_of([sheet]))
        if whole := stamped(sheet, taken):
            count = len(taken | ids_of([sheet])) - before
    save_file(text.path, whole or words, seen=seen)
    return count


def saved_words(stamped_count: int) -> str:
    """Returns the message for a text that was saved, and in it that many questions got an id."""
    if stamped_count == 0:
        return "Saved to the file."
    what = "question that had" if stamped_count == 1 else "questions that had"
    return f"Saved to the file, with an id for {stamped_count} {what} none."


def compared(mine: str, changed: Changed) -> dict[str, Any]:
    """Returns what the desk shows of a text whose file changed while it was being edited.

    ``theirs`` is the file's text now, ``seen`` its mark, ``difference`` the lines of a diff from it
    to ``mine``, the text that was to be saved.
    """
    difference = difflib.unified_diff(
        changed.text.splitlines(), mine.splitlines(), "in the file now", "yours", lineterm="", n=2
    )
    return {
        "theirs": changed.text,
        "seen": mark(changed.text),
        "difference": [line for line in difference if not line.startswith(("---", "+++"))],
    }


class Question(NamedTuple):
    """A question as an author filled it in at the writing desk, with its place in the file.

    Attributes:
        given: what was filled in, by the names of the kind's fields.
        after: the line that the question goes behind.
        seen: the mark of the text that the place was chosen in.
    """

    kind: type[Prompt]
    given: Mapping[str, str]
    after: str
    seen: str


def add_question(folder: TextFolder, text: ContentFile, asked: Question) -> int:
    """Writes a question into the file and returns its first line.

    Raises:
        ValidationError: with what is wrong with it.
        Changed: when the file is no longer what the form's places were made from.
    """
    fields = asked.kind.author_fields()
    missing = [f.label for f in fields if f.needed and not asked.given.get(f.name, "").strip()]
    if missing:
        raise ValidationError([f"{label}: fill this in." for label in missing])
    if text.mark != asked.seen:
        raise Changed(text.sheet.draft.text)
    ident = new_id(text.slug or "intro", ids_of([other.sheet for other in folder.texts]))
    block = author_form.block(asked.kind.kind, ident, fields, asked.given)
    if problems := _problems_of(block, text):
        raise ValidationError(problems)
    places = {place.line for place in places_in(text)}
    after = int(asked.after) if asked.after.isdecimal() else 0
    whole, line = _inserted(text.sheet.draft.text, after if after in places else max(places), block)
    replace_text(text.path, whole)
    return line


def _problems_of(block: str, text: ContentFile) -> list[str]:
    """Returns what the compiler says of one block by itself, links aside."""
    alone = f"---\ntitle: x\n---\n\n{block}"
    draft = compiler.read(alone, f"{text.sheet.folder}/01-x.md")
    return [problem.message for problem in compiler.render(draft).problems]


class InsertionPoint(NamedTuple):
    """A place where a question may go: behind line ``line``."""

    line: int
    label: str


def places_in(text: ContentFile) -> list[InsertionPoint]:
    """Returns where a question may go: below each heading and behind each block."""
    lines = text.sheet.draft.text.split("\n")
    found = [
        InsertionPoint(number, f"below “{line.lstrip('# ').strip()}”")
        for number, line in enumerate(lines, start=1)
        if re.match(r"#{2,4}\s", line)
    ]
    for block in text.sheet.blocks:
        ends = (n for n in range(block.line, len(lines)) if lines[n].strip() == ":::")
        found.append(InsertionPoint(next(ends, block.line) + 1, f"behind {_label(block)}"))
    return sorted(found, key=lambda place: place.line) or [InsertionPoint(len(lines), "at the end")]


def _inserted(text: str, after: int, piece: str) -> tuple[str, int]:
    """Returns the text with a block behind a line, and the block's first line.

    Empty lines set the block apart.
    """
    lines = text.split("\n")
    before, rest = lines[:after], lines[after:]
    if before and before[-1].strip():
        before.append("")
    while rest and not rest[0].strip():
        rest.pop(0)
    first = len(before) + 1
    return "\n".join([*before, *piece.rstrip("\n").split("\n"), "", *rest]), first


def _label(block: RawBlock) -> str:
    title = block.keys["title"].text if "title" in block.keys else ""
    first = next((line for line in block.body if line.text.strip()), SourceLine(0, "")).text.strip()
    words = " ".join(bare(re.sub(r"_{3,}", "…", title or first)).split())
    return f"{block.name}: {words[:50]}{'…' if len(words) > 50 else ''}"


def form_context(
    text: ContentFile, kind: type[Prompt], given: Mapping[str, str], after: str
) -> dict[str, Any]:
    """Returns the template context of the page where a question of a chosen kind is filled in."""
    places = places_in(text)
    return {
        "kind": kind.kind,
        "about": kind.about,
        "fields": [(field, given.get(field.name, "")) for field in kind.author_fields()],
        "places": places,
        "chosen": int(after) if after.isdecimal() else _default_place(text, places),
        "seen": text.mark,
    }


def _default_place(text: ContentFile, places: list[InsertionPoint]) -> int:
    """Behind the last question but the closing step, where one more most likely belongs."""
    last_two = text.sheet.prompts[-2:]
    found = (place.line for place in places if last_two and place.line > last_two[0].line)
    return next(found, places[-1].line)

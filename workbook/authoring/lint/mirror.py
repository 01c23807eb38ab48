"""``lint_content --report``: each chapter's figures, as a mirror to read by and not a target.

A chapter that meets every figure can be lifeless, and one that misses some can be right; reading it
aloud decides. Nothing here is an error or advice.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from workbook.authoring.lint.reading import MOST_WORDS_IN_SENTENCE, measure
from workbook.authoring.lint.sentences import words
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.text import Passage
from workbook.authoring.lint.texts import is_under

SHORT_WORDS = 5
"""A sentence with fewer words is a short one."""
MOST_SHORT = 0.2
LEAST_GRADE, MOST_GRADE = 5, 8
NOT_PROSE = {"title", "heading", "cell", "key", "reply"}
"""Passages that are no sentences, or that only some readers see."""


@dataclass(frozen=True)
class Figures:
    """What there is to count in one chapter.

    Attributes:
        words: what everyone reads; of a guide, one way through it.
        minutes: as its author states them; 0 for none.
        sentences: of its running text, lists and boxes, without questions, tables and headings.
        short: the share of them under five words, 0 to 1.
        long: the share of them over 25 words, 0 to 1.
        grade: school grade of the US (Flesch-Kincaid) of those sentences; None where there are too
            few words.
        prompts: questions that a reader can answer.
        opens, ends: the kind of its first and last sentence.
        opening, ending: these sentences' first words.
    """

    path: str
    words: int
    minutes: int
    sentences: int
    short: float
    long: float
    grade: float | None
    prompts: int
    opens: str
    ends: str
    opening: str
    ending: str


def figures(sheet: Sheet) -> Figures:
    """Counts the words and sentences of one chapter."""
    prose = [p for p in sheet.passages if _is_prose(p)]
    lengths = [len(words(s.of(p.text))) for p in prose for s in p.sentences]
    count = max(1, len(lengths))
    grade = measure(prose).grade
    first, last = sheet.edges()
    return Figures(
        path=sheet.path,
        words=round(measure(sheet.passages).words),
        minutes=int(sheet.draft.front.values.get("minutes") or 0),
        sentences=len(lengths),
        short=round(sum(length < SHORT_WORDS for length in lengths) / count, 3),
        long=round(sum(length > MOST_WORDS_IN_SENTENCE for length in lengths) / count, 3),
        grade=None if grade is None else round(grade, 1),
        prompts=len(sheet.prompts),
        opens=first.kind,
        ends=last.kind,
        opening=first.start,
        ending=last.start,
    )


def _is_prose(passage: Passage) -> bool:
    # An example is typed by somebody made up, the way tired people type.
    is_typed = passage.is_asked or passage.role == "example"
    return passage.what not in NOT_PROSE and not is_typed


def as_text(sheets: Iterable[Sheet]) -> Iterator[str]:
    """Yields a table with a line for each chapter, by its book, and what the marks in it mean."""
    found = [figures(sheet) for sheet in sheets]
    width = max((len(one.path) for one in found), default=4)
    yield (
        f"{'':{width}}  words  min  sentences  under {SHORT_WORDS}  over "
        f"{MOST_WORDS_IN_SENTENCE}  grade  prompts  opens with / ends with"
    )
    for one in found:
        grade = "-" if one.grade is None else f"{one.grade:.1f}"
        yield (
            f"{one.path:{width}}  {one.words:>5}  {one.minutes or '-':>3}  {one.sentences:>9}"
            f"  {_share(one.short, MOST_SHORT):>7}  {_share(one.long, 1):>7}  {grade:>5}"
            f"  {one.prompts:>7}  {one.opens} ({one.opening} …) / {one.ends} ({one.ending} …)"
        )
    yield ""
    yield (
        "A mirror, not a target. "
        f"Of a chapter's sentences a fifth at most should have under {SHORT_WORDS} words "
        "(* where more do),"
    )
    yield (
        f"and it should read at grade {LEAST_GRADE} to {MOST_GRADE}. "
        "Then read it aloud; that decides. No two chapters open or end alike."
    )


def _share(share: float, most: float) -> str:
    return f"{share:.0%}{'*' if share > most else ''}"


def as_json(sheets: Iterable[Sheet]) -> str:
    """Returns the report as JSON, for scripts: a list with an object for each chapter."""
    return json.dumps([asdict(figures(sheet)) for sheet in sheets], indent=2, ensure_ascii=False)


def chapters(sheets: Iterable[Sheet], paths: Sequence[str]) -> list[Sheet]:
    """Returns the chapters among the sheets that stand under some paths, or all of them."""
    return [sheet for sheet in sheets if sheet.kind == "chapter" and is_under(sheet.path, paths)]

"""Rules 15 and 16: how easy a text is to read, and how long.

The grade is Flesch-Kincaid's (Kincaid and others, 1975), scored as the NHS does: a heading, a list
item and a table's cell count as sentences, as if each had its full stop. It is a flag, not a judge.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sentences import words
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.syllables import syllables
from workbook.authoring.lint.text import Passage

MOST_GRADE, WORST_GRADE = 8, 10
MOST_WORDS_IN_SENTENCE = 25
MOST_WORDS = 2200
STRAIGHT = re.compile(r"[\"']")
LEAST_FOR_GRADE = 100
"""Words under which a grade says nothing."""
WORDS_A_MINUTE = 150
"""A slow, careful read, with looking at each option: fluent silent reading is about 240 (Brysbaert,
2019), and this is a hard day on a phone. It fits chapters whose authors timed themselves."""
OFF_BY = 0.2
LEAST_FOR_MINUTES = 300
"""Words under which a draft is still being written."""


@dataclass(frozen=True)
class Measure:
    """The words, sentences and syllables counted in some passages."""

    words: float = 0
    sentences: int = 0
    syllables: int = 0
    counted: int = 0
    """Words that the grade is made from."""

    @property
    def grade(self) -> float | None:
        """School grade of the US; None where there is too little to tell."""
        if self.counted < LEAST_FOR_GRADE or not self.sentences:
            return None
        return 0.39 * self.counted / self.sentences + 11.8 * self.syllables / self.counted - 15.59

    @property
    def minutes(self) -> float:
        """How long reading it takes."""
        return self.words / WORDS_A_MINUTE


def measure(passages: Iterable[Passage]) -> Measure:
    """Returns the length and the difficulty of passages, without replies that only some see."""
    read = 0.0
    number = sentences = total = 0
    for passage in passages:
        if passage.what in {"reply", "title"} or not passage.words:
            continue
        count = len(passage.words)
        kind = passage.block.kind if passage.block else None
        read += count * (kind.share_read if kind else 1)
        number += count
        sentences += len(passage.sentences)
        total += sum(map(syllables, passage.words))
    return Measure(read, sentences, total, number)


@dataclass(frozen=True)
class ReadSection:
    """What stands under one heading."""

    heading: str
    line: int
    measure: Measure


def sections(sheet: Sheet) -> list[ReadSection]:
    """Returns each section of the second level, the opening first if it holds anything."""
    parts: list[tuple[str, int, list[Passage]]] = [("", sheet.front_line("title"), [])]
    for passage in sheet.passages:
        if passage.what == "heading" and passage.level <= 2 and passage.block is None:
            parts.append((" ".join(passage.text.split()), passage.line, []))
        parts[-1][2].append(passage)
    return [
        ReadSection(heading, line, measured)
        for heading, line, found in parts
        if (measured := measure(found)).words
    ]


def check(sheet: Sheet) -> Iterator[Finding]:
    """Yields what makes a text hard to read, or longer than one sitting."""
    measured = measure(sheet.passages)
    if measured.grade is not None and measured.grade > MOST_GRADE:
        code = "C15b" if measured.grade > WORST_GRADE else "C15"
        yield sheet.whole(code, "title", grade=measured.grade, most=MOST_GRADE)
    yield from long_sentences(sheet)
    yield from straight_quotes(sheet)
    if sheet.kind != "chapter":
        return
    if measured.words > MOST_WORDS:
        yield sheet.whole("C16b", "title", words=measured.words, most=MOST_WORDS)
    stated = sheet.draft.front.values.get("minutes")
    if (
        stated
        and (measured.words >= LEAST_FOR_MINUTES or not sheet.is_draft)
        and abs(measured.minutes - stated) > OFF_BY * stated
    ):
        minutes = max(1, round(measured.minutes))
        yield sheet.whole("C16c", "minutes", stated=stated, words=measured.words, minutes=minutes)


def straight_quotes(sheet: Sheet) -> Iterator[Finding]:
    """Yields a finding at the first straight quotation mark: a whole file is mended in one go.

    What stands in an example is left as somebody would type it.
    """
    found = [
        (passage, match.start())
        for passage in sheet.passages
        if passage.role != "example"
        for match in STRAIGHT.finditer(passage.text)
    ]
    if found:
        count = (
            "One straight quotation mark or apostrophe stands"
            if len(found) == 1
            else f"{len(found)} straight quotation marks or apostrophes stand, this one first,"
        )
        yield sheet.at("C16d", *found[0], count=count)


def long_sentences(sheet: Sheet) -> Iterator[Finding]:
    """Yields each sentence with more words than a tired reader keeps in mind."""
    for passage in sheet.passages:
        if len(passage.words) <= MOST_WORDS_IN_SENTENCE:
            continue
        for sentence in passage.sentences:
            text = sentence.of(passage.text)
            if (count := len(words(text))) > MOST_WORDS_IN_SENTENCE:
                start = sentence.start + len(text) - len(text.lstrip())
                yield sheet.at("C16a", passage, start, count=count, most=MOST_WORDS_IN_SENTENCE)

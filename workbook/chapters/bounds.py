"""What is refused before it is rendered, because rendering it could take too long.

Python-Markdown's time grows with the square of some paragraphs' length, and with the number of
paragraphs; the limits keep any file within them well under two seconds, and lie far above anything
that people write.
"""

import re
from collections.abc import Callable, Sequence

from workbook.chapters.lexing import Fences, Report, without_code
from workbook.prompts.source import SourceLine

MAX_BYTES = 128 * 1024
MAX_LINE = 6_000
"""Characters of one line: about two pages without a break."""
MAX_PARAGRAPH = 20_000
"""Characters between two empty lines, a long table included."""
MAX_PIECES = 2_500
"""Lines and table cells of a file: what may become an element of its own."""
MAX_COLUMNS = 50
MAX_QUOTES = 5
MAX_MARKS = 12
"""List marks one behind the other."""
MAX_INDENT = 48
MAX_SPECIAL = 6_000
"""Characters of a file that may be markup; each costs some tens of microseconds."""
MAX_WORK = 2_500_000
"""Markup characters times length, of all paragraphs together: some of them are read that often."""

Found = Callable[[int, str, str], None]
"""Takes line, code and message."""

LEAD = re.compile(r"[\s>]*")
MARKS = re.compile(r"(?:[\s>]*(?:[-*+•‣·]|\d{1,9}[.)])\s)*")
SPECIAL = re.compile(r"[\[\]*_`<>{&!\\(]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_text(text: str, report: Report) -> bool:
    """Size and characters of a whole file."""
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        report(1, 1, "F102", "This file is not UTF-8 text. Save it again as UTF-8.")
        return False
    if size > MAX_BYTES:
        report(1, 1, "F101", "This file is larger than 128 KiB. Make two chapters of it.")
        return False
    if match := CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        col = match.start() - text.rfind("\n", 0, match.start())
        report(
            line, col, "F103",
            f"There is an invisible control character here (U+{ord(match[0]):04X}). Type the line "
            "again.",
        )  # fmt: skip
        return False
    return True


def check_lines(lines: Sequence[SourceLine], report: Report) -> bool:
    """Whether every line, every paragraph and the whole are within bounds."""
    tally = _Tally()
    fences = Fences()
    for line in [*lines, SourceLine(lines[-1].number + 1 if lines else 1, "")]:
        was_code = bool(fences.fence)
        if fences.takes(line.text):
            tally.end_paragraph()
            tally.count(0 if was_code else 1, line.number)
        elif line.text.strip():
            tally.add(line)
        else:
            tally.end_paragraph()
    for problem in tally.problems[:20]:
        report(*problem)
    return not tally.problems


class _Tally:
    """Adds up what a file would cost, and says where it becomes too much."""

    def __init__(self) -> None:
        self.problems: list[tuple[int, int, str, str]] = []
        self.said: set[str] = set()
        self.pieces = self.special = self.work = 0
        self.paragraph: list[SourceLine] = []

    def found(self, line: int, code: str, message: str, *, once: bool = False) -> None:
        if not (once and code in self.said):
            self.problems.append((line, 1, code, message))
        self.said.add(code)

    def add(self, line: SourceLine) -> None:
        self.paragraph.append(line)
        self.count(1 + line.text.count("|"), line.number)
        _check_line(line, self.found)

    def count(self, pieces: int, line: int) -> None:
        self.pieces += pieces
        if self.pieces > MAX_PIECES:
            self.found(
                line, "F112",
                f"Up to here there are more than {MAX_PIECES:,} lines and cells of tables. Make "
                "two chapters of it.", once=True,
            )  # fmt: skip

    def end_paragraph(self) -> None:
        if not self.paragraph:
            return
        first = self.paragraph[0].number
        size = sum(len(line.text) + 1 for line in self.paragraph)
        special = sum(len(SPECIAL.findall(line.text)) for line in self.paragraph)
        self.paragraph = []
        self.special += special
        self.work += size * special
        if size > MAX_PARAGRAPH:
            self.found(
                first, "F109",
                f"This paragraph has more than {MAX_PARAGRAPH:,} characters. Break it with empty "
                "lines.",
            )  # fmt: skip
        elif self.special > MAX_SPECIAL or self.work > MAX_WORK:
            self.found(
                first, "F115",
                "Up to here the text holds too many signs such as * [ ` <, or too long paragraphs "
                "full of them. Break the paragraphs, or make two chapters of it.", once=True,
            )  # fmt: skip


def _check_line(line: SourceLine, found: Found) -> None:
    text = line.text
    if len(text) > MAX_LINE:
        found(
            line.number, "F108",
            f"This line has more than {MAX_LINE:,} characters. Break it with empty lines.",
        )  # fmt: skip
        return
    lead = LEAD.match(text)
    marks = MARKS.match(text)
    if (
        (lead and (len(lead[0].expandtabs(4)) > MAX_INDENT or lead[0].count(">") > MAX_QUOTES))
        or (marks and len(marks[0].split()) > MAX_MARKS)
    ):  # fmt: skip
        found(
            line.number, "F110",
            "Quotes and lists are nested too deep here, or the line begins with too much blank "
            "space. Remove some '>', marks or blanks.",
        )  # fmt: skip
    if text.count("|") > MAX_COLUMNS and without_code(text).count("|") > MAX_COLUMNS + 1:
        found(line.number, "F111", f"A table has at most {MAX_COLUMNS} columns. Make two of it.")

"""What is refused before it is rendered, because rendering it could take too long.

Python-Markdown's time grows with the square of some paragraphs' length, and with the number of
paragraphs; the limits keep any file within them well under two seconds, and lie far above anything
that people write.
"""

import re
from collections.abc import Sequence

from workbook.chapters.codes import Report
from workbook.chapters.lexing import Fences, without_code
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
MOST_REPORTED = 20
"""Problems of one file that are told: whoever mends these sees the others next."""
MAX_WORK = 2_500_000
"""Markup characters times length, of all paragraphs together: some of them are read that often."""

LEAD = re.compile(r"[\s>]*")
MARKS = re.compile(r"(?:[\s>]*(?:[-*+•‣·]|\d{1,9}[.)])\s)*")
SPECIAL = re.compile(r"[\[\]*_`<>{&!\\(]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_text(text: str, report: Report) -> bool:
    """Says whether the size and the characters of a whole file are within bounds."""
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
        message = f"There is an invisible control character here (U+{ord(match[0]):04X})."
        report(line, col, "F103", f"{message} Type the line again.")
        return False
    return True


def check_lines(lines: Sequence[SourceLine], report: Report) -> bool:
    """Says whether every line, every paragraph and the whole are within bounds."""
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
    for number, code, message in tally.problems[:MOST_REPORTED]:
        report(number, 1, code, message)
    return not tally.problems


class _Tally:
    """Adds up what rendering a file would cost, and notes where it becomes too much.

    Attributes:
        problems: line, code and message of each.
    """

    def __init__(self) -> None:
        self.problems: list[tuple[int, str, str]] = []
        self.said: set[str] = set()
        self.pieces = self.special = self.work = 0
        self.paragraph: list[SourceLine] = []

    def tell_once(self, line: int, code: str, message: str) -> None:
        """Notes a problem unless one of its kind was noted before."""
        if code not in self.said:
            self.problems.append((line, code, message))
        self.said.add(code)

    def count(self, pieces: int, line: int) -> None:
        """Counts lines and cells of tables."""
        self.pieces += pieces
        if self.pieces > MAX_PIECES:
            message = f"Up to here there are more than {MAX_PIECES:,} lines and cells of tables."
            self.tell_once(line, "F112", f"{message} Make two chapters of it.")

    def end_paragraph(self) -> None:
        """Counts what the lines since the last empty one hold together."""
        if not self.paragraph:
            return
        first = self.paragraph[0].number
        size = sum(len(line.text) + 1 for line in self.paragraph)
        special = sum(len(SPECIAL.findall(line.text)) for line in self.paragraph)
        self.paragraph = []
        self.special += special
        self.work += size * special
        if size > MAX_PARAGRAPH:
            message = f"This paragraph has more than {MAX_PARAGRAPH:,} characters."
            self.problems.append((first, "F109", f"{message} Break it with empty lines."))
        elif self.special > MAX_SPECIAL or self.work > MAX_WORK:
            message = (
                "Up to here the text holds too many signs such as * [ ` <, "
                "or too long paragraphs full of them. "
                "Break the paragraphs, or make two chapters of it."
            )
            self.tell_once(first, "F115", message)

    def add(self, line: SourceLine) -> None:
        """Counts one line of a paragraph, and notes what is too much in it alone."""
        self.paragraph.append(line)
        number, text = line
        self.count(1 + text.count("|"), number)
        if len(text) > MAX_LINE:
            message = f"This line has more than {MAX_LINE:,} characters. Break it with empty lines."
            self.problems.append((number, "F108", message))
            return
        lead, marks = LEAD.match(text), MARKS.match(text)
        if (
            lead
            and marks
            and (
                len(lead[0].expandtabs(4)) > MAX_INDENT
                or lead[0].count(">") > MAX_QUOTES
                or len(marks[0].split()) > MAX_MARKS
            )
        ):
            message = (
                "Quotes and lists are nested too deep here, "
                "or the line begins with too much blank space. "
                "Remove some '>', marks or blanks."
            )
            self.problems.append((number, "F110", message))
        if text.count("|") > MAX_COLUMNS and without_code(text).count("|") > MAX_COLUMNS + 1:
            message = f"A table has at most {MAX_COLUMNS} columns. Make two of it."
            self.problems.append((number, "F111", message))

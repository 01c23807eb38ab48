"""What a line is made of before any block or markdown is seen: code, fences and comments."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from workbook.chapters.codes import Report
from workbook.prompts.source import SourceLine

FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}(?=[^`]*$)|~{3,}).*")
TICKS = re.compile(r"`+")


class Fences:
    """Follows code fences from line to line."""

    def __init__(self) -> None:
        self.fence = ""

    def takes(self, text: str) -> bool:
        """Says whether this line opens a fence, closes it, or stands between."""
        if self.fence:
            bare = text.strip()
            if bare.startswith(self.fence) and not bare.strip(self.fence[0]):
                self.fence = ""
            return True
        if match := FENCE.fullmatch(text):
            self.fence = match["fence"]
        return bool(self.fence)


def code_spans(text: str) -> list[tuple[int, int]]:
    """Returns where `code` stands in a text, ticks included, as pairs of start and end.

    The time it takes is linear, however the ticks are arranged.
    """
    if "`" not in text:
        return []
    runs = [match.span() for match in TICKS.finditer(text)]
    by_length: dict[int, list[int]] = defaultdict(list)
    for start, end in runs:
        by_length[end - start].append(start)
    spans = []
    past = 0
    for start, end in runs:
        if start < past or (start and text[start - 1] == "\\"):
            continue
        closers = by_length[end - start]
        place = bisect_left(closers, end)
        if place < len(closers):
            past = closers[place] + (end - start)
            spans.append((start, past))
    return spans


def without_code(text: str) -> str:
    """Returns the text with blanks in place of `code`, so that columns stay what they were."""
    for start, end in code_spans(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def without_comments(lines: Sequence[SourceLine], report: Report) -> list[SourceLine]:
    """Returns the lines without ``<!-- … -->``; a line that held nothing else is gone."""
    kept: list[SourceLine] = []
    fences = Fences()
    opened: SourceLine | None = None
    for line in lines:
        text = line.text
        if opened is None and fences.takes(text):
            kept.append(line)
            continue
        rest = []
        place = 0
        masked = without_code(text) if "<!--" in text else text
        while place < len(text):
            if opened:
                end = text.find("-->", place)
                place = len(text) if end < 0 else end + 3
                opened = opened if end < 0 else None
            else:
                start = masked.find("<!--", place)
                rest.append(text[place:] if start < 0 else text[place:start])
                place = len(text) if start < 0 else start + 4
                opened = None if start < 0 else line
        remaining = "".join(rest)
        if remaining.strip() or not (text.strip() or opened):
            kept.append(SourceLine(line.number, remaining))
    if opened:
        report(opened.number, 1, "H102", "This comment is never closed. Write '-->' at its end.")
    return kept

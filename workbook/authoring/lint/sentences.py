"""Words and sentences of plain text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

WORD = re.compile(r"[^\W_]+(?:['’‘\-\u2010\u2011.][^\W_]+)*")
END = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s|$)")
BEFORE_NAME = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|(?<![\w'’])[A-HJ-Z])\.$")
"""What a full stop never ends a sentence after: titles and initials."""
SHORTENED = re.compile(r"\b(?:Jr|Sr|vs|etc|approx|No|e\.g|i\.e|U\.S|a\.m|p\.m)\.$")
"""What it ends one after only if a capital follows."""


class Sentence(NamedTuple):
    """A span of its text, its end mark included."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Returns its words out of the text that it is a span of."""
        return text[self.start : self.end]


def sentences(text: str) -> Iterator[Sentence]:
    """Yields spans of the sentences; what has no full stop ends with the text."""
    start = 0
    for match in END.finditer(text):
        if _goes_on(text, match):
            continue
        if WORD.search(text, start, match.end()):
            yield Sentence(start, match.end())
        start = match.end()
    if WORD.search(text, start):
        yield Sentence(start, len(text))


def _goes_on(text: str, mark: re.Match[str]) -> bool:
    """Whether a mark stands inside its sentence: behind "Dr." or as three dots."""
    if mark[0][0] not in ".…":
        return False
    following = text[mark.end() : mark.end() + 40].lstrip()[:1]
    if mark[0].startswith(("…", "...")):
        return following.islower()
    before = text[max(0, mark.start() - 7) : mark.start() + 1]
    if SHORTENED.search(before):
        return bool(following) and not following.isupper()
    return bool(BEFORE_NAME.search(before)) and following.isupper()


def words(text: str) -> list[str]:
    """Returns the words of a text; numbers count, bare marks don't."""
    return WORD.findall(text)

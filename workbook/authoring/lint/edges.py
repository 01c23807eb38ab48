"""How a chapter's prose begins and ends, so that no two chapters of a book do it alike."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from workbook.authoring.lint.sentences import words
from workbook.authoring.lint.text import Passage

FIRST_WORDS = 3
"""Words by which two sentences are taken to begin alike."""
LEAST_WORDS = 4
"""A shorter sentence is too short to have a pattern."""
KINDS = (
    ("a question", re.compile(r".*\?[”\"’)]*\s*$", re.DOTALL)),
    ("something said", re.compile(r"\s*[“\"]")),
    ("an if or when", re.compile(r"\s*(?:if|when|whenever|once)\b", re.IGNORECASE)),
    ("people in general", re.compile(r"\s*(?:most|many|some|people|nobody|all of us)\b", re.I)),
    ("the reader", re.compile(r"\s*(?:you|your)\b|.*?,\s*(?:you|your)\b", re.IGNORECASE)),
    ("the author, or us", re.compile(r"\s*(?:I|we|us)\b", re.IGNORECASE)),
    ("something that is there", re.compile(r"\s*(?:there|here)\b", re.IGNORECASE)),
)


class Edge(NamedTuple):
    """The first or last sentence of a chapter's own prose.

    Attributes:
        text: the sentence, "" where there is none.
        line: where it stands in the file.
    """

    text: str
    line: int

    @property
    def pattern(self) -> str:
        """What two sentences have in common that begin alike; "" for one with no pattern."""
        found = [word.casefold().replace("’", "'") for word in words(self.text)]
        return " ".join(found[:FIRST_WORDS]) if len(found) >= LEAST_WORDS else ""

    @property
    def start(self) -> str:
        """The first words of the sentence, as they are written."""
        return " ".join(self.text.split()[:FIRST_WORDS])

    @property
    def kind(self) -> str:
        """The sort of the sentence in a few words: a mirror for whoever reads the report."""
        if not self.text:
            return "none"
        return next((name for name, test in KINDS if test.match(self.text)), "a statement")


def edges(passages: Sequence[Passage]) -> tuple[Edge, Edge]:
    """Returns the first and the last sentence of text that stands in no block."""
    prose = [p for p in passages if p.what == "text" and p.block is None and p.sentences]
    if not prose:
        return Edge("", 0), Edge("", 0)
    return _edge(prose[0], 0), _edge(prose[-1], -1)


def _edge(passage: Passage, which: int) -> Edge:
    sentence = passage.sentences[which]
    text = sentence.of(passage.text)
    line, _col = passage.place(sentence.start + len(text) - len(text.lstrip()))
    return Edge(" ".join(text.split()), line)

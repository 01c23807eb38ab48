"""Sentences that nobody should print, and innocent ones that look like them, and what is said."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from tests.authoring.texts import on_a_page
from workbook.authoring.lint.codes import number

FOLDER = Path(__file__).parent / "corpus"
SAFE_MESSAGING = {4, 5, 6, 7, 8, 9, 10, 14}
"""Numbers of the rules about words that can do harm."""


class Scored(NamedTuple):
    """Shares, 0 to 1, of a corpus's unsafe sentences caught and of its innocent ones flagged."""

    caught: float
    false: float


def is_flagged(text: str) -> bool:
    """Whether any rule about harmful words has an error or a warning for a sentence."""
    return any(number(finding.code) in SAFE_MESSAGING for finding in on_a_page(text))


def scored(path: Path) -> Scored:
    """Scores a corpus file with its lists ``unsafe`` and ``innocent``."""
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    unsafe = [is_flagged(one["text"]) for one in read["unsafe"]]
    innocent = [is_flagged(one["text"]) for one in read["innocent"]]
    return Scored(sum(unsafe) / len(unsafe), sum(innocent) / len(innocent))

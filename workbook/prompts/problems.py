"""What an author can get wrong, said in one line with the way to mend it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in an author's file.

    Lines and columns count from 1; the path is relative to the content folder.
    """

    path: str
    line: int
    col: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.col}: {self.code} {self.message}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns a hint such as `` Did you mean 'sensitive'?`` for a near miss, else ""."""
    near = difflib.get_close_matches(word.casefold(), list(known), n=1, cutoff=0.72)
    return f" Did you mean '{near[0]}'?" if near else ""

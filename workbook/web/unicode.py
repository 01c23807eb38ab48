"""Unicode's normal forms of what anybody may send, in time that grows with its length alone.

The standard library sorts the marks on one letter by insertion: a million of them on one letter
would keep a process, and with it the page of help, busy for hours.
"""

import re
import sys
import unicodedata
from functools import cache
from itertools import pairwise
from typing import Literal

MOST_MARKS = 30
"""On one letter; as many as Unicode's stream-safe text has (UAX #15, section 13)."""


SHORT = 500
"""Characters of one text that take a third of a millisecond at the worst: not worth looking
through, not even where an answer has hundreds of such texts.
"""

_FAR_FROM_LATIN = re.compile(f"[^\x00-\u02ff]{{{MOST_MARKS}}}")  # Quickly said of most texts: no.


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Returns ``unicodedata.normalize``, but in a long text marks past the thirtieth on one letter
    stay in the order they came in.
    """
    if text.isascii() or len(text) <= SHORT or not _FAR_FROM_LATIN.search(text):
        return unicodedata.normalize(form, text)
    ends = [run.end() for run in _long_runs().finditer(text)]
    return "".join(
        unicodedata.normalize(form, text[start:end])
        for start, end in pairwise([0, *ends, len(text)])
    )


@cache
def _long_runs() -> re.Pattern[str]:
    # Some signs count as letters and are taken apart into marks (U+0F73), so what they come to is
    # asked; every such sign is of a category of marks.
    marks = "".join(
        re.escape(sign)
        for sign in map(chr, range(0x300, sys.maxunicode))
        if unicodedata.category(sign)[0] == "M"
        and unicodedata.combining(unicodedata.normalize("NFKD", sign)[0])
    )
    return re.compile(f"[{marks}]{{{MOST_MARKS}}}(?=[{marks}])")

"""Brings a text that anybody may send into a normal form of Unicode, in time linear in its length.

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
"""Combining marks on one letter that are put in order together: as many as Unicode's stream-safe
text has (UAX #15, section 13).
"""


SHORT = 500
"""Characters up to which a text is normalized unsearched: that takes a third of a millisecond at
worst, little enough even where an answer has hundreds of such texts.
"""

_FAR_FROM_LATIN = re.compile(f"[^\x00-\u02ff]{{{MOST_MARKS}}}")  # Not found in most texts.


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Returns a text in a normal form of Unicode, as ``unicodedata.normalize`` does.

    One difference: in a text longer than ``SHORT`` characters, the marks on one letter are put in
    order thirty at a time, not all together.
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

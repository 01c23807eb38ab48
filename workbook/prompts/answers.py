"""What an answer is, before any kind makes sense of it. Nothing here raises for odd values."""

from collections.abc import Iterator
from typing import Any

from workbook.web.unicode import normalized

Answer = dict[str, Any]
"""An answer as JSON. Each kind documents its own keys; ``lane`` is common to all.

An answer reads by itself: it holds the labels it was given under, so that an author may change or
remove the prompt without making it unreadable.
"""

LANE = "lane"
NOT_TODAY = "not today"
MAX_CHARACTERS = 100_000
"""Longest answer, in characters: about 200 pages, so that nobody is cut off while writing."""
MAX_ROWS = 300
"""Most rows, options or steps in one answer."""
MAX_VALUES = 2_000
"""Most values in one answer: as many cells as a table of 300 rows and six columns has, and some."""


class Refused(Exception):
    """An answer can't be kept as it is.

    The text is for the reader and never repeats their words; ``answer`` holds them as far as they
    could be read, so that they can be shown again.
    """

    def __init__(self, message: str, answer: Answer | None = None) -> None:
        super().__init__(message)
        self.answer: Answer = answer or {}


class TooMany(Refused):
    """An answer has more parts than can be drawn as fields; they are shown as plain words."""


def plain(value: Any) -> str:
    """Returns a posted or stored value as one text, "" for what is no text.

    Line ends become ``\\n``, and NUL is left out.
    """
    if not isinstance(value, str):
        return ""
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def trimmed(value: Any) -> str:
    """Returns a posted or stored value as one text without blanks around it."""
    return plain(value).strip()


def texts(value: Any) -> list[str]:
    """Returns the texts in a stored list, none where the value is no list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def records(value: Any) -> list[dict[str, Any]]:
    """Returns the objects in a stored list, none where the value is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


STRAIGHT = str.maketrans("‘’‚‛“”„‟", "'" * 4 + '"' * 4)
"""Typographic quotes, and the straight ones that an earlier edition may have had in their place."""


def same(text: str) -> str:
    """Returns a label in the one form that all its spellings share.

    They may differ in case, blanks, composition of letters and the form of their quotes.
    """
    return " ".join(normalized("NFC", text).translate(STRAIGHT).casefold().split())


def parts(value: Any) -> Iterator[Any]:
    """Yields every text, number and the like in a stored value; an empty list or object is one."""
    inside = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list) and value:
        for part in inside:
            yield from parts(part)
    else:
        yield value


def count_characters(value: Any) -> int:
    """Returns the length of all texts in a stored value together."""
    return sum(len(part) for part in parts(value) if isinstance(part, str))


def has_too_many_parts(answer: Answer) -> bool:
    """Says whether an answer has more values or rows than can be drawn as fields."""
    lists = (part for part in answer.values() if isinstance(part, list))
    values = sum(1 for _part in parts(answer))
    return values > MAX_VALUES or any(len(part) > MAX_ROWS for part in lists)

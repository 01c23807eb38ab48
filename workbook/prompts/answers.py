"""What an answer is, before any kind makes sense of it. Nothing here raises for odd values."""

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
    """A posted or stored value as one text: line ends as ``\\n``, no NUL, never an exception."""
    if not isinstance(value, str):
        return ""
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def trimmed(value: Any) -> str:
    """The same without blanks around it."""
    return plain(value).strip()


def texts(value: Any) -> list[str]:
    """A stored value as a list of texts, whatever it really is."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def records(value: Any) -> list[dict[str, Any]]:
    """A stored value as a list of objects, whatever it really is."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


STRAIGHT = str.maketrans("‘’‚‛“”„‟", "'" * 4 + '"' * 4)
"""Typographic quotes, and the straight ones that an earlier edition may have had in their place."""


def same(text: str) -> str:
    """Returns what two labels share that differ only in case, blanks, composition of letters or
    the form of their quotes.
    """
    return " ".join(normalized("NFC", text).translate(STRAIGHT).casefold().split())


def count_characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(count_characters(item) for item in value.values())
    if isinstance(value, list):
        return sum(count_characters(item) for item in value)
    return 0


def count_values(value: Any) -> int:
    """Returns how many texts, numbers and the like a stored value holds; an empty list is one."""
    if isinstance(value, dict):
        return sum(count_values(item) for item in value.values()) or 1
    if isinstance(value, list):
        return sum(count_values(item) for item in value) or 1
    return 1


def has_too_many_parts(answer: Answer) -> bool:
    """Returns whether an answer has more values or rows than can be drawn as fields."""
    lists = (part for part in answer.values() if isinstance(part, list))
    return count_values(answer) > MAX_VALUES or any(len(part) > MAX_ROWS for part in lists)

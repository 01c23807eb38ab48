"""What a sealed value can hold: how each field is sealed, read back, and checked in a file.

What is read back is taken for whatever can be made of it: the reader's words must open. What a
file brings is checked strictly: what is not understood is refused, never half kept.
"""

import dataclasses
import datetime
import math
import re
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any, Self

from django.utils.dateparse import parse_datetime

from workbook.prompts.answers import MAX_CHARACTERS, MAX_ROWS, MAX_VALUES

FIRST_YEAR, LAST_YEAR = 1800, 2999
AFTERWARD = "afterward "
"""What the occurrence of an entry begins with that says how a small step went; its day follows."""

MOST_VALUES = 2 * MAX_VALUES + 100
"""Of one answer, with the lists and rows that they stand in."""
MOST_DEEP = 12
MOST_WORDS = 2 * MAX_CHARACTERS
"""Characters of one answer. More than can be typed today: what another release kept stays whole."""
LONGEST_NUMBER = 2**53
LAST_REVISION = 1_000_000_000

SLUG = re.compile(r"[a-z0-9-]{0,64}", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
CARD = re.compile(r"[a-z0-9-]{1,64}/[a-z0-9-]{1,64}", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z0-9-]{0,35}", re.ASCII)

Check = Callable[[Any], bool]


class WrongKey(Exception):
    """A value of a file can't be meant. ``key`` names it; "" stands for a key that isn't known."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclasses.dataclass(frozen=True)
class Stored:
    """How one field stands in a payload, and in a journal file.

    Attributes:
        key: its name there.
        read: makes its value of whatever stands there; None where nothing does.
        is_right: whether a file's value can be meant.
        write: makes of its value what stands there.
        is_needed: stands there even when it is empty.
        is_own: given by whoever wrote; where it is another, an entry says something else.
        travels: is taken along into files; else it means something on this site only.
        is_sealed: stands in the payload; else only in files, and in the clear beside the seal.
    """

    key: str
    read: Callable[[Any], Any]
    is_right: Check
    write: Callable[[Any], Any] = lambda value: value
    is_needed: bool = False
    is_own: bool = True
    travels: bool = True
    is_sealed: bool = True


class Payload:
    """A frozen dataclass whose fields say how they stand in a payload, and in a journal file."""

    @classmethod
    @cache
    def stored(cls) -> dict[str, Stored]:
        """Returns how each field is stored, by its name here."""
        every: Any = dataclasses.fields(cls)  # type: ignore[arg-type]
        return {one.name: one.metadata["stored"] for one in every if "stored" in one.metadata}

    @classmethod
    def from_payload(cls, payload: dict[str, Any], **beside: Any) -> Self:
        """Returns an object read from a payload that was sealed, whatever that really holds.

        ``beside``: the fields that are not sealed with it.
        """
        said = {name: one.read(payload.get(one.key)) for name, one in cls.stored().items()}
        return cls(**said | beside)

    @classmethod
    def from_file(cls, value: Any) -> Self:
        """Returns an object read from a journal file's value, strictly. Raises WrongKey."""
        if not isinstance(value, dict):
            raise WrongKey("")
        known = {one.key: one for one in cls.stored().values() if one.travels}
        for key, one in known.items():
            if not one.is_right(value[key]) if key in value else one.is_needed:
                raise WrongKey(key)
        if set(value) - set(known):
            raise WrongKey("")
        return cls.from_payload(value)

    def to_payload(self, *, for_file: bool = False) -> dict[str, Any]:
        """Returns the object as JSON to be sealed, or with ``for_file`` for a journal file."""
        return {
            one.key: one.write(value)
            for name, one in self.stored().items()
            if ((value := getattr(self, name)) or one.is_needed)
            and (one.travels if for_file else one.is_sealed)
        }


def text_field(key: str, is_right: Check | int, **more: Any) -> Any:
    """Makes a field of text. ``is_right`` may be the most characters that a file's value has."""
    check = is_right if callable(is_right) else lambda value: is_text(value, is_right)
    return _field(Stored(key, lambda value: "" if value is None else str(value), check, **more), "")


def number_field(key: str, default: int = 0, **more: Any) -> Any:
    """Makes a field that is a whole number, 0 or more."""
    stored = Stored(key, lambda value: value if _is_whole(value) else default, is_count, **more)
    return _field(stored, default)


def flag_field(key: str, **more: Any) -> Any:
    """Makes a field that is true or left out."""
    return _field(Stored(key, lambda value: value is True, is_flag, **more), False)


def moment_field(key: str, **more: Any) -> Any:
    """Makes a field that is a time, or None where none is known."""
    stored = Stored(
        key,
        moment_in,
        lambda value: value is None or is_moment(value),
        lambda value: value.isoformat() if value else None,
        **more,
    )
    return _field(stored, None)


def answer_field(key: str, **more: Any) -> Any:
    """Makes a field that is an answer of whatever kind."""
    stored = Stored(key, lambda value: value if isinstance(value, dict) else {}, is_answer, **more)
    return dataclasses.field(default_factory=dict, metadata={"stored": stored})


def list_field(key: str, is_right: Check, most: int, **more: Any) -> Any:
    """Makes a field that is a list of words, or of lists of words; ``most`` bounds a file's."""

    def is_list(value: Any) -> bool:
        return isinstance(value, list) and len(value) <= most and all(map(is_right, value))

    return _field(Stored(key, _tuple_of, is_list, **more), ())


def _tuple_of(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple(_tuple_of(one) if isinstance(one, list | tuple) else str(one) for one in value)


def _field(stored: Stored, default: Any) -> Any:
    return dataclasses.field(default=default, metadata={"stored": stored})


# --- What a value may be ---


def is_text(value: Any, longest: int) -> bool:
    """Returns whether a value is text of at most ``longest`` characters."""
    return isinstance(value, str) and len(value) <= longest


def is_slug(value: Any) -> bool:
    """Returns whether a value can be the name of a book, a chapter or a prompt, or "" for none."""
    return isinstance(value, str) and bool(SLUG.fullmatch(value))


def is_card(value: Any) -> bool:
    """Returns whether a value can be the mark of a hard-day card: its book's key, "/", its id."""
    return isinstance(value, str) and bool(CARD.fullmatch(value))


def is_pair(value: Any) -> bool:
    """Returns whether a value is a list of two names: a book's key, and an id or a slug in it."""
    return isinstance(value, list) and len(value) == 2 and all(map(is_slug, value))


def is_language(value: Any) -> bool:
    """Returns whether a value can be the tag of a language, such as es-MX, or "" for none."""
    return isinstance(value, str) and bool(LANGUAGE.fullmatch(value))


def is_occurrence(value: Any) -> bool:
    """Returns whether a value can be an entry's occurrence, in the form in which it is stored.

    That is "", a day, an id, or a day behind ``AFTERWARD``.
    """
    if value == "" or uuid_in(value) is not None:
        return True
    return isinstance(value, str) and day_in(value.removeprefix(AFTERWARD)) is not None


def is_flag(value: Any) -> bool:
    """Returns whether a value is true or false."""
    return isinstance(value, bool)


def is_count(value: Any) -> bool:
    """Returns whether a value is a whole number that a revision can be."""
    return _is_whole(value) and 0 <= value <= LAST_REVISION


def is_moment(value: Any) -> bool:
    """Returns whether a value is an ISO time with a zone, in a year that a journal may be about."""
    if not isinstance(value, str) or len(value) > 40:
        return False
    found = moment_in(value)
    return found is not None and FIRST_YEAR <= found.year <= LAST_YEAR


def is_answer(value: Any) -> bool:
    """Returns whether a value has the shape and the bounds of an answer, of whatever kind."""
    if not isinstance(value, dict):
        return False
    words = values = 0
    level: list[Any] = [value]
    for _depth in range(MOST_DEEP):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                if not all(is_text(key, 64) for key in item):
                    return False
                below += item.values()
            elif isinstance(item, list):
                if len(item) > MAX_ROWS:
                    return False
                below += item
            elif isinstance(item, str):
                words += len(item)
            elif not _is_plain_number(item):
                return False
        values += len(below)
        if words > MOST_WORDS or values > MOST_VALUES:
            return False
        level = below
    return not level


def _is_plain_number(value: Any) -> bool:
    """None, yes or no, or a number that every reader of JSON takes for the same."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and abs(value) <= LONGEST_NUMBER


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def moment_in(value: Any) -> datetime.datetime | None:
    """Returns a written time in UTC, None for anything else and for one without its zone."""
    try:
        found = parse_datetime(str(value))
        return found.astimezone(datetime.UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def day_in(value: Any) -> datetime.date | None:
    """Returns a written day (ISO) of a year that a journal may be about, None for anything else."""
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return None
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def uuid_in(value: Any) -> uuid.UUID | None:
    """Returns an id that is written as ids are, None for anything else."""
    try:
        found = uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and str(found) == value else None

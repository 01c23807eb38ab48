"""What a journal file may say. Strict: what is not understood is refused, never half kept."""

import datetime
import math
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from workbook.journal.entries.free_pages import FIRST_YEAR, LAST_YEAR, LONGEST_TITLE, NEW
from workbook.journal.entries.queries import AFTERWARD
from workbook.journal.reading_position import MOST_MARKS, Where
from workbook.journal.review.hidden import Aside
from workbook.journal.transfer.export.as_json import FORMAT, VERSION
from workbook.journal.transfer.export.records import Record, Version
from workbook.prompts.answers import MAX_CHARACTERS, MAX_ROWS, MAX_VALUES

MOST_EARLIER = 1_000
MOST_PUT_ASIDE = 1_000
MOST_VALUES = 2 * MAX_VALUES + 100
"""Of one answer, with the lists and rows that they stand in."""
MOST_DEEP = 12
MOST_WORDS = 2 * MAX_CHARACTERS
"""Characters of one answer. More than can be typed today: what another release kept stays whole."""
LONGEST_QUESTION = 128 * 1024
LONGEST_NUMBER = 2**53
LAST_REVISION = 1_000_000_000

SLUG = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
CARD = re.compile(r"[a-z0-9-]{1,64}/[a-z0-9-]{1,64}", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z0-9-]{0,35}", re.ASCII)

Check = Callable[[Any], bool]


class Unreadable(Exception):
    """A journal file can't be read. The text is for the reader, and repeats nothing from it."""


class _Wrong(Exception):
    """``name`` is the key whose value can't be meant."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def check_kind_of_file(found: Mapping[str, Any]) -> None:
    """Raises Unreadable for anything but a journal of a version that this release knows."""
    version = found.get("version")
    if found.get("format") != FORMAT or type(version) is not int or version < 1:
        raise Unreadable(
            _(
                "This isn’t a journal downloaded from Alongside. Choose the zip file you "
                "downloaded, or the file journal.json in it."
            )
        )
    if version > VERSION:
        raise Unreadable(_("It was made by a newer Alongside, and this one can’t read it yet."))


HEAD: dict[str, Check] = {
    "format": lambda value: value == FORMAT,
    "version": lambda value: type(value) is int,
    "made_at": lambda value: _moment(value) is not None,
    "help": lambda value: _is_text(value, 10_000),
    "disclaimer": lambda value: _is_text(value, 10_000),
    "place": lambda value: value is None or _where(value) is not None,
    "put_aside": lambda value: value is None or _is_put_aside(value),
    "left_out": lambda value: isinstance(value, dict),
    "entries": lambda value: value is True,
}


def check_part(name: str, found: Mapping[str, Any]) -> None:
    """Raises Unreadable for a part that isn't known; what stood before it says by which release."""
    if name not in HEAD:
        check_kind_of_file(found)
        raise Unreadable(_("It has a part that this Alongside doesn’t know."))


def head_from(found: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the entries: ``place`` as a Where, ``put_aside`` as an Aside."""
    for name, check in HEAD.items():
        if name not in found or not check(found[name]):
            raise Unreadable(_("Its part “%(name)s” is missing or damaged.") % {"name": name})
    aside = {
        name: tuple((book, slug) for book, slug in pairs)
        for name, pairs in (found["put_aside"] or {}).items()
    }
    return {"place": _where(found["place"]) or Where(), "put_aside": Aside(**aside)}


VERSION_KEYS: dict[str, Check] = {
    "kind": lambda value: _is_text(value, 64) and bool(value),
    "question": lambda value: _is_text(value, LONGEST_QUESTION),
    "answer": lambda value: is_answer(value),
    "language": lambda value: isinstance(value, str) and bool(LANGUAGE.fullmatch(value)),
    "written_at": lambda value: value is None or _moment(value) is not None,
    "revision": lambda value: type(value) is int and 0 <= value <= LAST_REVISION,
}
MAY_BE_LEFT_OUT: dict[str, Check] = {
    "title": lambda value: _is_text(value, LONGEST_TITLE),
    "sensitive": lambda value: isinstance(value, bool),
    "apart": lambda value: isinstance(value, bool),
}
ENTRY_KEYS: dict[str, Check] = {
    "book": lambda value: _is_slug(value),
    "prompt": lambda value: _is_slug(value),
    "occurrence": lambda value: _is_occurrence(value),
    "day": lambda value: _day(value) is not None,
    "earlier": lambda value: isinstance(value, list) and len(value) <= MOST_EARLIER,
    "asked": lambda value: _are_slugs(value, MOST_MARKS),
}


def record_from(value: Any, number: int) -> Record:
    """An entry of a file; ``number`` is its place, counted from 1. Raises Unreadable."""
    try:
        return _record(value)
    except _Wrong as wrong:
        words = _("Entry %(number)d in it can’t be read: its “%(name)s” is missing or damaged.")
        raise Unreadable(words % {"number": number, "name": wrong.name}) from None


def _record(value: Any) -> Record:
    if not isinstance(value, dict):
        raise _Wrong("entry")
    value = {"asked": []} | value
    own: dict[str, Any] = {name: value.get(name) for name in ENTRY_KEYS}
    for name, check in ENTRY_KEYS.items():
        if name not in value or not check(own[name]):
            raise _Wrong(name)
    if bool(own["prompt"]) != bool(own["book"]):
        raise _Wrong("prompt")
    if not own["prompt"] and not _is_page(own["occurrence"]):
        raise _Wrong("occurrence")
    rest = {name: item for name, item in value.items() if name not in ENTRY_KEYS}
    now = _version(rest)
    day = _day(own["day"])
    if day is None or now.is_apart:
        raise _Wrong("apart")
    earlier = tuple(_version(item) for item in own["earlier"])
    asked = tuple(own["asked"])
    return Record(own["book"], own["prompt"], own["occurrence"], day, now, earlier, asked)


def _version(value: Any) -> Version:
    if not isinstance(value, dict):
        raise _Wrong("earlier")
    for name, check in VERSION_KEYS.items():
        if name not in value or not check(value[name]):
            raise _Wrong(name)
    for name, check in MAY_BE_LEFT_OUT.items():
        if name in value and not check(value[name]):
            raise _Wrong(name)
    if unknown := set(value) - set(VERSION_KEYS) - set(MAY_BE_LEFT_OUT):
        # A key may be somebody's words as well: only one of ours is repeated.
        raise _Wrong(next(iter(unknown & set(ENTRY_KEYS)), "earlier"))
    return Version(
        kind=value["kind"],
        question=value["question"],
        answer=value["answer"],
        language=value["language"],
        title=value.get("title", ""),
        is_sensitive=value.get("sensitive", False),
        written_at=_moment(value["written_at"]),
        revision=value["revision"],
        is_apart=value.get("apart", False),
    )


def is_answer(value: Any) -> bool:
    """Whether a value has the shape of an answer, of whatever kind, and its bounds."""
    if not isinstance(value, dict):
        return False
    words = values = 0
    level: list[Any] = [value]
    for _depth in range(MOST_DEEP):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                if not all(_is_text(key, 64) for key in item):
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


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest


def _is_slug(value: Any) -> bool:
    return isinstance(value, str) and (not value or bool(SLUG.fullmatch(value)))


def _is_occurrence(value: Any) -> bool:
    """Nothing, a day, an id, or what was said afterward on a day, each as it is kept."""
    if value == "" or _uuid(value) is not None:
        return True
    return isinstance(value, str) and _day(value.removeprefix(AFTERWARD)) is not None


def _is_page(occurrence: str) -> bool:
    """Whether it names a page of one's own, which has no other name; a new one is all zeros."""
    return _uuid(occurrence) not in {None, NEW}


def _day(value: Any) -> datetime.date | None:
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return None
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _uuid(value: Any) -> uuid.UUID | None:
    try:
        found = uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and str(found) == value else None


def _moment(value: Any) -> datetime.datetime | None:
    """A time with its zone, in UTC."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = parse_datetime(value)
        moment = moment.astimezone(datetime.UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return moment if moment and FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _where(value: Any) -> Where | None:
    """Where someone was; a file of version 1 says nothing of cards."""
    if not isinstance(value, dict):
        return None
    value = {"closed_cards": []} | value
    cards = value["closed_cards"]
    if (
        set(value) != {"book", "chapter", "seen", "closed_cards"}
        or not all(map(_is_slug, [value["book"], value["chapter"]]))
        or not _are_slugs(value["seen"], MOST_EARLIER)
        or not (isinstance(cards, list) and len(cards) <= MOST_PUT_ASIDE)
        or not all(isinstance(card, str) and CARD.fullmatch(card) for card in cards)
    ):
        return None
    return Where.from_payload(value)


def _are_slugs(value: Any, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most and all(map(_is_slug, value))


def _is_put_aside(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"prompts", "chapters"}:
        return False
    return all(isinstance(p, list) and len(p) <= MOST_PUT_ASIDE for p in value.values()) and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_slug, pair))
        for pairs in value.values()
        for pair in pairs
    )

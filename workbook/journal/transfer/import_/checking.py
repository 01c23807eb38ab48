"""Checks a journal file that is imported: what isn't understood is refused, never half kept.

What an entry, a version, a reading position and hidden questions may hold is said where they are:
by the fields of :class:`Version`, :class:`ReadingPosition` and :class:`Hidden`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from workbook.journal.entries.content import EntryContent
from workbook.journal.entries.fields import (
    Check,
    WrongKey,
    day_in,
    is_moment,
    is_slug,
    is_text,
    uuid_in,
)
from workbook.journal.entries.free_pages import NEW
from workbook.journal.reading_position import MOST_MARKS, ReadingPosition
from workbook.journal.review.hidden import Hidden
from workbook.journal.transfer.export.as_json import FORMAT, VERSION
from workbook.journal.transfer.export.records import Record, Version

MOST_EARLIER = 1_000
"""Earlier versions that a file may hold of one entry, at the most."""


class Unreadable(Exception):
    """A journal file can't be read. The message is for people, and repeats no words of the file."""


def check_kind_of_file(found: Mapping[str, Any]) -> None:
    """Raises Unreadable unless a file says that it is a journal in a version this release knows.

    ``found`` holds the parts of the file that were read so far, by name.
    """
    version = found.get("version")
    if found.get("format") != FORMAT or type(version) is not int or version < 1:
        raise Unreadable(
            _(
                "This isn’t a journal downloaded from Alongside. "
                "Choose the zip file you downloaded, or the file journal.json in it."
            )
        )
    if version > VERSION:
        raise Unreadable(_("It was made by a newer Alongside, and this one can’t read it yet."))


# --- What stands beside the entries ---


def _position(value: Any) -> ReadingPosition:
    """Reads a reading position; a file of version 1 says nothing of cards."""
    if isinstance(value, dict):
        value = {"closed_cards": []} | value
    return ReadingPosition.from_file(value) if value is not None else ReadingPosition()


def _hidden(value: Any) -> Hidden:
    return Hidden.from_file(value) if value is not None else Hidden()


def _just(is_right: Check) -> Callable[[Any], Any]:
    """Returns a reader that hands a value on if ``is_right`` takes it, and else raises WrongKey."""

    def read(value: Any) -> Any:
        if not is_right(value):
            raise WrongKey("")
        return value

    return read


HEAD: dict[str, Callable[[Any], Any]] = {
    "format": _just(lambda value: value == FORMAT),
    "version": _just(lambda value: type(value) is int),
    "made_at": _just(is_moment),
    "help": _just(lambda value: is_text(value, 10_000)),
    "disclaimer": _just(lambda value: is_text(value, 10_000)),
    "place": _position,
    "put_aside": _hidden,
    "left_out": _just(lambda value: isinstance(value, dict)),
    "entries": _just(lambda value: value is True),
}
"""The top-level parts of a journal file, each with the function that reads and checks it.

``place`` is the reading position, ``put_aside`` the hidden questions, ``left_out`` what the export
could not open.
"""


def check_part(name: str, found: Mapping[str, Any]) -> None:
    """Raises Unreadable for a part of a journal file whose name isn't in ``HEAD``.

    ``found`` holds the parts that stood before it: where they say that a newer release wrote the
    file, or that it is no journal, the message says so.
    """
    if name not in HEAD:
        check_kind_of_file(found)
        raise Unreadable(_("It has a part that this Alongside doesn’t know."))


def head_from(found: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the parts of a journal file beside its entries, by name, each as ``HEAD`` reads it.

    Raises Unreadable, naming the part that is missing or damaged.
    """
    head = {}
    for name, read in HEAD.items():
        try:
            head[name] = read(found[name])
        except (KeyError, WrongKey):
            words = _("Its part “%(name)s” is missing or damaged.")
            raise Unreadable(words % {"name": name}) from None
    return head


# --- Entries ---


def _are_slugs(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_MARKS and all(map(is_slug, value))


BESIDE: dict[str, Check] = {
    "day": lambda value: day_in(value) is not None,
    "earlier": lambda value: isinstance(value, list) and len(value) <= MOST_EARLIER,
    "asked": _are_slugs,
}
"""The keys of an entry in a journal file beside those of its current version, with their checks.

``asked`` may be left out.
"""


def record_from(value: Any, number: int) -> Record:
    """Returns an entry of a journal file as a Record. Raises Unreadable.

    ``number`` is the entry's place in the file, counted from 1, for the message.
    """
    try:
        return _record(value)
    except WrongKey as wrong:
        words = _("Entry %(number)d in it can’t be read: its “%(name)s” is missing or damaged.")
        raise Unreadable(words % {"number": number, "name": wrong.key or "earlier"}) from None


def _record(value: Any) -> Record:
    if not isinstance(value, dict):
        raise WrongKey("entry")
    value = {"asked": []} | value
    for name, is_right in BESIDE.items():
        if not is_right(value.get(name)):
            raise WrongKey(name)
    now = Version.from_file({key: item for key, item in value.items() if key not in BESIDE})
    if bool(now.prompt) != bool(now.book):
        raise WrongKey("prompt")
    # A page of one's own has no other name; a new one is all zeros.
    if not now.prompt and uuid_in(now.occurrence) in {None, NEW}:
        raise WrongKey("occurrence")
    day = day_in(value["day"])
    if day is None or now.is_apart:
        raise WrongKey("apart")
    earlier = tuple(_earlier(item, now) for item in value["earlier"])
    return Record(day, now, earlier, tuple(value["asked"]))


def _earlier(value: Any, now: Version) -> Version:
    """Reads an earlier version of an entry, which has the prompt and occurrence of ``now``."""
    identity = {name: getattr(now, name) for name in EntryContent.IDENTITY}
    if not isinstance(value, dict):
        raise WrongKey("earlier")
    # A key may be somebody's words as well: only one of ours is repeated.
    for name in (*identity, *BESIDE):
        if name in value:
            raise WrongKey(name)
    return Version.from_file(value | identity)

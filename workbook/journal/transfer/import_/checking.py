"""What a journal file may say. Strict: what is not understood is refused, never half kept."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from workbook.journal.entries.content import EntryContent
from workbook.journal.entries.fields import (
    Check,
    day_in,
    is_count,
    is_flag,
    is_moment,
    is_slug,
    is_text,
    uuid_in,
)
from workbook.journal.entries.free_pages import NEW
from workbook.journal.reading_position import MOST_MARKS, Where
from workbook.journal.review.hidden import Aside
from workbook.journal.transfer.export.as_json import FORMAT, VERSION
from workbook.journal.transfer.export.records import Record, Version

MOST_EARLIER = 1_000
MOST_PUT_ASIDE = 1_000
CARD = re.compile(r"[a-z0-9-]{1,64}/[a-z0-9-]{1,64}", re.ASCII)


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
    "made_at": is_moment,
    "help": lambda value: is_text(value, 10_000),
    "disclaimer": lambda value: is_text(value, 10_000),
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


class Key(NamedTuple):
    """What may stand under a key, and whether the key must be there."""

    is_right: Check
    is_needed: bool = True


_FIELDS = EntryContent.stored()
ENTRY_KEYS = {name: Key(_FIELDS[name].is_right) for name in EntryContent.IDENTITY} | {
    "day": Key(lambda value: day_in(value) is not None),
    "earlier": Key(lambda value: isinstance(value, list) and len(value) <= MOST_EARLIER),
    "asked": Key(lambda value: _are_slugs(value, MOST_MARKS), is_needed=False),
}
VERSION_KEYS = {
    field.key: Key(field.is_right, field.is_needed)
    for field in _FIELDS.values()
    if field.travels and field.key not in ENTRY_KEYS
} | {"revision": Key(is_count), "apart": Key(is_flag, is_needed=False)}


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
    own = {name: item for name, item in value.items() if name in ENTRY_KEYS}
    _check(own, ENTRY_KEYS)
    if bool(own["prompt"]) != bool(own["book"]):
        raise _Wrong("prompt")
    # A page of one's own has no other name; a new one is all zeros.
    if not own["prompt"] and uuid_in(own["occurrence"]) in {None, NEW}:
        raise _Wrong("occurrence")
    now = _version({name: item for name, item in value.items() if name not in own}, own)
    day = day_in(own["day"])
    if day is None or now.is_apart:
        raise _Wrong("apart")
    earlier = tuple(_version(item, own) for item in own["earlier"])
    return Record(day, now, earlier, tuple(own.get("asked", ())))


def _version(value: Any, own: Mapping[str, Any]) -> Version:
    """A version of the entry that says ``own`` of itself."""
    if not isinstance(value, dict):
        raise _Wrong("earlier")
    _check(value, VERSION_KEYS)
    if unknown := set(value) - set(VERSION_KEYS):
        # A key may be somebody's words as well: only one of ours is repeated.
        raise _Wrong(next(iter(unknown & set(ENTRY_KEYS)), "earlier"))
    identity = {name: own[name] for name in EntryContent.IDENTITY}
    beside = {"revision": value["revision"], "is_apart": value.get("apart", False)}
    return Version.from_payload(value | identity, **beside)


def _check(value: Mapping[str, Any], keys: Mapping[str, Key]) -> None:
    for name, key in keys.items():
        if not key.is_right(value[name]) if name in value else key.is_needed:
            raise _Wrong(name)


def _where(value: Any) -> Where | None:
    """Where someone was; a file of version 1 says nothing of cards."""
    if not isinstance(value, dict):
        return None
    value = {"closed_cards": []} | value
    cards = value["closed_cards"]
    if (
        set(value) != {"book", "chapter", "seen", "closed_cards"}
        or not all(map(is_slug, [value["book"], value["chapter"]]))
        or not _are_slugs(value["seen"], MOST_EARLIER)
        or not (isinstance(cards, list) and len(cards) <= MOST_PUT_ASIDE)
        or not all(isinstance(card, str) and CARD.fullmatch(card) for card in cards)
    ):
        return None
    return Where.from_payload(value)


def _are_slugs(value: Any, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most and all(map(is_slug, value))


def _is_put_aside(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"prompts", "chapters"}:
        return False
    return all(isinstance(p, list) and len(p) <= MOST_PUT_ASIDE for p in value.values()) and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(is_slug, pair))
        for pairs in value.values()
        for pair in pairs
    )

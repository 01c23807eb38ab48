"""Keeping an answer: sealed, versioned, and never in the place of newer words."""

import datetime
import zoneinfo
from contextlib import suppress
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, Q, QuerySet
from django.utils import timezone

from workbook.accounts.models import User
from workbook.chapters.book import Book
from workbook.journal.entries import deletion
from workbook.journal.entries.content import Draft, Origin, Written, draft_of
from workbook.journal.entries.queries import opened, says_nothing
from workbook.journal.entries.versions import (
    Earlier,
    cut_between,
    is_worth_keeping,
    keep_apart,
    keep_version,
    settle,
)
from workbook.journal.making_room import fit, room_for
from workbook.journal.models import (
    EarlierVersion,
    Entry,
    occurrence_tag,
    prompt_tag,
    set_aside_tag,
)
from workbook.journal.tallies import Counting, EntryTally
from workbook.prompts.answers import Answer
from workbook.prompts.base import Prompt
from workbook.vault.keyring import Keyring
from workbook.vault.storage import Room, count, size_of
from workbook.web.compiled_query import Givens, Prepared

TRIES = 3


class Stale(Exception):
    """The entry has changed since the page was drawn.

    ``current`` is what is kept now; ``apart`` what was to be saved, kept beside it. None when that
    held no words.
    """

    def __init__(self, current: Written, apart: Earlier | None = None) -> None:
        super().__init__("The entry has changed since.")
        self.current = current
        self.apart = apart


def zone_of(person: User) -> datetime.tzinfo:
    """The person's time zone, else the operator's."""
    for name in (person.time_zone, settings.SITE.time_zone):
        try:
            if name:
                return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
    return datetime.UTC


def today_of(person: User) -> datetime.date:
    return timezone.now().astimezone(zone_of(person)).date()


def write(
    person: User,
    keyring: Keyring,
    book: Book,
    prompt: Prompt,
    answer: Answer,
    *,
    expected: int | Origin,
    occurrence: str = "",
    asked: str = "",
) -> Written:
    """Keep an answer; once this returns, it is committed.

    Args:
        expected: the version the page was drawn from, 0 where there was none; or all that is known
            of that page.
        occurrence: which entry of a repeated prompt, "" otherwise.
        asked: the question as it stood on that page, which may be older than the chapter.

    Raises:
        Stale: when another version is kept by now, and says something else.
        Full: when the person's journal has no room left, and this would make it grow.
        OperationalError: when the database can't; nothing is kept then.
    """
    origin = expected if isinstance(expected, Origin) else Origin(expected)
    return keep(person, keyring, draft_of(book, prompt, answer, occurrence, asked), origin)


def keep(person: User, keyring: Keyring, draft: Draft, origin: Origin) -> Written:
    """Keeps a draft as its entry, committed once this returns. Raises as :func:`write`."""
    room = room_for(person)
    outcome = None if room.is_full else _keep_at_once(person, keyring, draft, origin)
    outcome = outcome or _keep_locked(person, keyring, draft, origin, room)
    count(person.pk, outcome.growth)
    if outcome.has_expired:
        deletion.sweep(person)
    if outcome.is_stale:
        raise Stale(outcome.written, outcome.apart)
    return outcome.written


class _Outcome(NamedTuple):
    """``growth``: by how many bytes the person's rows have grown, at the most; less than 0
    where they have shrunk.
    """

    written: Written
    has_expired: bool
    is_stale: bool = False
    apart: Earlier | None = None
    growth: int = 0


def _keep_at_once(person: User, keyring: Keyring, draft: Draft, origin: Origin) -> _Outcome | None:
    """What nearly every save is: newer words of the same page in the place of its last ones.

    Read without a lock and replaced in one statement, which finds the row only as it was read: so
    nobody else's turn to write is held up by opening, comparing and sealing. None, and nothing
    done, where there is more to it, or where the row was changed in between.
    """
    kept, has_expired, damaged = _find(person, keyring, draft, _as_read)
    if damaged:
        return None
    if kept is None:
        # Where another request began the same entry in between, the database refuses a second one.
        with (
            suppress(IntegrityError),
            transaction.atomic(),
            EntryTally.counting(person.pk, keyring) as counting,
        ):
            return _begun(_begin(person, keyring, draft, origin, counting), has_expired)
        return None
    if draft.says_the_same(kept) or origin.is_behind(kept):
        return _Outcome(kept, has_expired)  # A double press, or nothing changed.
    cut = _cut(kept, draft)
    if not origin.knows(kept) or origin.settles or _is_worth_keeping(kept, draft, cut):
        return None
    payload = draft.payload(origin, cut + kept.cut)
    entry = kept.entry
    if (entry.prompt_tag, entry.occurrence_tag) != _tags(keyring, payload):
        return None  # An answer found under an earlier id moves to today's.
    if draft.day and draft.day != entry.day:
        return None  # A day is in the tally.
    # Its day may be set elsewhere meanwhile, which is no new revision: the swap finds that out.
    size = len(entry.sealed)
    if not entry.swap(keyring, payload):
        return None
    growth = len(entry.sealed) - size
    return _Outcome(Written.from_payload(payload, entry=entry), has_expired, growth=growth)


def _begun(written: Written, has_expired: bool) -> _Outcome:
    return _Outcome(written, has_expired, growth=size_of(written.entry))


def _keep_locked(
    person: User, keyring: Keyring, draft: Draft, origin: Origin, room: Room
) -> _Outcome:
    for attempt in range(TRIES):
        try:
            with transaction.atomic(), EntryTally.counting(person.pk, keyring) as counting:
                return _keep(person, keyring, draft, origin, room, counting)
        except IntegrityError:
            # Another request began the same entry in between: now it can be found and compared.
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _keep(
    person: User,
    keyring: Keyring,
    draft: Draft,
    origin: Origin,
    room: Room,
    counting: Counting,
) -> _Outcome:
    kept, has_expired, damaged = _find(person, keyring, draft, _locked)
    for entry in damaged:
        _set_aside(keyring, entry)
    if kept is None:
        outcome = _begun(_begin(person, keyring, draft, origin, counting), has_expired)
        fit(person, room, outcome.written.entry, outcome.growth, is_shorter=False)
        return outcome
    if draft.says_the_same(kept) or origin.is_behind(kept):
        return _Outcome(kept, has_expired)
    if not origin.knows(kept):
        apart = None
        if not says_nothing(draft.kind, draft.answer):
            payload = draft.payload(origin)
            apart = keep_apart(person, keyring, kept.entry, payload, origin.version)
        growth = size_of(apart.row) if apart and apart.row else 0
        fit(person, room, kept.entry, growth, is_shorter=False)
        return _Outcome(kept, has_expired, is_stale=True, apart=apart, growth=growth)
    size = len(kept.entry.sealed)
    written, kept_too = _replace(person, keyring, draft, origin, kept, counting)
    longer = len(written.entry.sealed) - size
    fit(person, room, written.entry, longer + kept_too, is_shorter=longer <= 0)
    return _Outcome(written, has_expired, growth=longer + kept_too)


def _begin(
    person: User, keyring: Keyring, draft: Draft, origin: Origin, counting: Counting
) -> Written:
    payload = draft.payload(origin)
    entry = Entry(
        user=person,
        day=draft.day or _day_of(draft.occurrence) or today_of(person),
        sequence=_next_sequence(person),
        edition=1,
        prompt_tag=prompt_tag(keyring, payload),
        occurrence_tag=occurrence_tag(keyring, payload),
    )
    entry.seal(keyring, payload)
    entry.save(force_insert=True)
    counting.put_in(entry)
    return Written.from_payload(payload, entry=entry)


def _day_of(occurrence: str) -> datetime.date | None:
    """The day of a daily prompt's entry, whenever it was sent."""
    try:
        return datetime.date.fromisoformat(occurrence)
    except ValueError:
        return None


def _replace(
    person: User,
    keyring: Keyring,
    draft: Draft,
    origin: Origin,
    kept: Written,
    counting: Counting,
) -> tuple[Written, int]:
    """The entry as it is now, and what the version kept of it counts, 0 for none."""
    entry, version = kept.entry, 0
    counting.take_out(entry)
    cut = _cut(kept, draft)
    if origin.settles or _is_worth_keeping(kept, draft, cut):
        version = keep_version(person, keyring, entry)
        cut = 0
    else:
        cut += kept.cut
    payload = draft.payload(origin, cut)
    entry.revision += 1
    entry.edition += 1
    entry.day = draft.day or entry.day
    entry.seal(keyring, payload)
    entry.prompt_tag, entry.occurrence_tag = _tags(keyring, payload)
    entry.save(force_update=True)
    counting.put_in(entry)
    if origin.settles:
        settle(person, entry, origin.settles)
    return Written.from_payload(payload, entry=entry), version


def _cut(kept: Written, draft: Draft) -> int:
    return cut_between(kept.answer, draft.answer)


def _is_worth_keeping(kept: Written, draft: Draft, cut: int) -> bool:
    # A form of another kind can't hold what was answered in this one.
    is_lost = says_nothing(draft.kind, draft.answer) or draft.kind != kept.kind
    return is_worth_keeping(kept, cut, timezone.now(), is_lost=is_lost)


def _tags(keyring: Keyring, payload: dict[str, Any]) -> tuple[bytes, bytes]:
    return prompt_tag(keyring, payload), occurrence_tag(keyring, payload)


def _wanted(given: Givens) -> QuerySet[Entry]:
    """The entries under some tags, and those that have expired; and whether versions have."""
    # One query: a save is the most frequent thing there is, and expired rows the rarest.
    user, now = given("user", Entry._meta.get_field("user")), Entry._meta.get_field("goes_at")
    tags = given("tags", Entry._meta.get_field("occurrence_tag"))
    expired = EarlierVersion.objects.filter(user=user, goes_at__lte=given("now", now))
    wanted = Q(occurrence_tag__in=tags, goes_at=None) | Q(goes_at__lte=given("now", now))
    found: QuerySet[Entry] = Entry.objects.filter(wanted, user=user)
    return found.annotate(has_expired_version=Exists(expired))


_as_read = Prepared(_wanted)
_locked = Prepared(lambda given: _wanted(given).select_for_update())


class _Found(NamedTuple):
    written: Written | None
    has_expired: bool
    damaged: list[Entry]


def _find(person: User, keyring: Keyring, draft: Draft, query: Prepared) -> _Found:
    """The entry as it is kept; whether some have expired; and what can't be read of it."""
    tags = [
        tag
        for ident in (draft.prompt, *draft.was)
        for tag in keyring.tags("occurrence", draft.book, ident, draft.occurrence)
    ]
    entries = query.rows(user=person.pk, tags=tags, now=timezone.now())
    has_expired = any(entry.goes_at or entry.has_expired_version for entry in entries)
    by_tag = {bytes(entry.occurrence_tag): entry for entry in entries if entry.goes_at is None}
    damaged: list[Entry] = []
    for tag in tags:
        if entry := by_tag.get(tag):
            written = opened(entry, keyring)
            if not written.is_damaged:
                return _Found(written, has_expired, damaged)
            damaged.append(entry)
    return _Found(None, has_expired, damaged)


def _set_aside(keyring: Keyring, entry: Entry) -> None:
    """A damaged entry is never written over: it keeps its seal under a tag that nothing else has,
    so that a backup may still mend it.
    """
    entry.occurrence_tag = set_aside_tag(keyring, entry.id)
    entry.save(force_update=True, update_fields=["occurrence_tag"])


def _next_sequence(person: User) -> int:
    """Two entries begun at the same instant may share one; the order between them is then free."""
    return (Entry.objects.filter(user=person).aggregate(last=Max("sequence"))["last"] or 0) + 1

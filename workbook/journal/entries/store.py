"""Keeping an answer: sealed, versioned, and never in the place of newer words."""

import datetime
import zoneinfo
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Exists, Max, Q, QuerySet
from django.utils import timezone

from workbook.accounts.models import User
from workbook.journal.entries import deletion
from workbook.journal.entries.content import Draft, Origin, Written
from workbook.journal.entries.fields import day_in
from workbook.journal.entries.queries import opened, says_nothing
from workbook.journal.entries.versions import (
    Earlier,
    cut_between,
    is_worth_keeping,
    keep_conflict,
    keep_version,
    settle,
)
from workbook.journal.making_room import fit, room_for
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.retrying import retried
from workbook.journal.tallies import EntryTally
from workbook.vault.keyring import Keyring
from workbook.vault.storage import Room, count, size_of
from workbook.web.compiled_query import Givens, Prepared


class Stale(Exception):
    """The entry has changed since the page was drawn.

    Attributes:
        current: what is kept now.
        conflict: what was to be saved, kept beside it; None when that held no words.
    """

    def __init__(self, current: Written, conflict: Earlier | None = None) -> None:
        super().__init__("The entry has changed since.")
        self.current = current
        self.conflict = conflict


def zone_of(person: User) -> datetime.tzinfo:
    """Returns a person's time zone, else the operator's."""
    for name in (person.time_zone, settings.SITE.time_zone):
        try:
            if name:
                return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
    return datetime.UTC


def today_of(person: User) -> datetime.date:
    """Returns the day it is where a person lives."""
    return timezone.now().astimezone(zone_of(person)).date()


def keep(person: User, keyring: Keyring, draft: Draft, origin: Origin) -> Written:
    """Keeps a draft as its entry; once this returns, it is committed.

    Args:
        origin: what is known of the page that the words come from.

    Raises:
        Stale: when another version is kept by now, and says something else.
        Full: when the person's journal has no room left, and this would make it grow.
        OperationalError: when the database can't; nothing is kept then.
    """
    room = room_for(person)
    save = _Save(person, keyring, draft, origin)
    written = (None if room.is_full else save.at_once()) or save.locked(room)
    count(person.pk, save.growth)
    if save.has_expired:
        deletion.sweep(person)
    if save.stale:
        raise save.stale
    return written


@dataclass
class _Save:
    """One draft on its way into its entry.

    Attributes:
        growth: by how many bytes the person's rows have grown, at the most; less than 0 where they
            have shrunk.
        has_expired: whether something that was deleted is to go for good by now.
        stale: what to raise once all is committed.
    """

    person: User
    keyring: Keyring
    draft: Draft
    origin: Origin
    growth: int = 0
    has_expired: bool = False
    stale: Stale | None = None

    def at_once(self) -> Written | None:
        """Does what nearly every save is: newer words of a page in the place of its last ones.

        Read without a lock and replaced in one statement, which finds the row only as it was read:
        so nobody else's save is held up by opening, comparing and sealing. None, and nothing done,
        where there is more to it, or where the row was changed in between.
        """
        kept, damaged = self._find(_as_read)
        if damaged:
            return None
        if kept is None:
            # Where another request began the same entry in between, the database refuses this one.
            with suppress(IntegrityError), EntryTally.counting(self.keyring) as counting:
                return self._begin(counting)
            return None
        if self._adds_nothing(kept):
            return kept
        entry, cut = kept.entry, cut_between(kept.answer, self.draft.answer)
        if not self.origin.knows(kept) or self._keeps_version(kept, cut):
            return None
        payload = self.draft.payload(self.origin, cut + kept.cut)
        if {name: getattr(entry, name) for name in TAGS} != entry.tags(self.keyring, payload):
            return None  # An answer found under an earlier id moves to today's.
        if self.draft.day not in {None, entry.day}:
            return None  # A day is in the tally.
        # Its day may be set elsewhere meanwhile, which is no new revision: the swap finds that out.
        size = len(entry.sealed)
        if not entry.swap(self.keyring, payload):
            return None
        self.growth = len(entry.sealed) - size
        return Written.from_payload(payload, entry=entry)

    @retried
    def locked(self, room: Room) -> Written:
        """Does whatever there is to do, while nobody else of the person's saves."""
        self.growth, self.stale = 0, None  # Of a try before this one nothing is kept.
        with EntryTally.counting(self.keyring) as counting:
            kept, damaged = self._find(_locked)
            for entry in damaged:
                entry.set_aside(self.keyring)
            if kept is None:
                written = self._begin(counting)
                fit(room, written.entry, self.growth)
                return written
            if self._adds_nothing(kept):
                return kept
            if self.origin.knows(kept):
                return self._replace(kept, counting, room)
            self.stale = Stale(kept, self._keep_conflict(kept))
            fit(room, kept.entry, self.growth)
            return kept

    def _find(self, query: Prepared) -> tuple[Written | None, list[Entry]]:
        """Returns the entry as it is kept, and what can't be read of it."""
        draft = self.draft
        tags = [
            tag
            for ident in (draft.prompt, *draft.was)
            for tag in self.keyring.tags("occurrence", *draft.identity_under(ident))
        ]
        entries = query.rows(user=self.person.pk, tags=tags, now=timezone.now())
        self.has_expired = any(entry.goes_at or entry.has_expired_version for entry in entries)
        by_tag = {bytes(entry.occurrence_tag): entry for entry in entries if entry.goes_at is None}
        damaged: list[Entry] = []
        for tag in tags:
            if entry := by_tag.get(tag):
                written = opened(entry, self.keyring)
                if not written.is_damaged:
                    return written, damaged
                damaged.append(entry)
        return None, damaged

    def _adds_nothing(self, kept: Written) -> bool:
        """Whether this is a double press, says the same, or came late."""
        return self.draft.says_the_same(kept) or self.origin.is_behind(kept)

    def _keeps_version(self, kept: Written, cut: int) -> bool:
        return bool(self.origin.settles) or is_worth_keeping(kept, self.draft, cut)

    def _begin(self, counting: EntryTally) -> Written:
        draft, payload = self.draft, self.draft.payload(self.origin)
        entry = Entry(
            user=self.person,
            # A daily prompt's entry has its day as occurrence, whenever it was sent.
            day=draft.day or day_in(draft.occurrence) or today_of(self.person),
            sequence=next_sequence(self.person),
            edition=1,
        )
        entry.seal(self.keyring, payload)
        entry.save(force_insert=True)
        counting.put_in(entry)
        self.growth = size_of(entry)
        return Written.from_payload(payload, entry=entry)

    def _replace(self, kept: Written, counting: EntryTally, room: Room) -> Written:
        entry, version = kept.entry, 0
        size, cut = len(entry.sealed), cut_between(kept.answer, self.draft.answer)
        if self._keeps_version(kept, cut):
            version = keep_version(self.keyring, entry)
            payload = self.draft.payload(self.origin)
        else:
            payload = self.draft.payload(self.origin, cut + kept.cut)
        entry.revise(self.keyring, counting, payload, day=self.draft.day)
        entry.save(force_update=True)
        if self.origin.settles:
            settle(entry, self.origin.settles)
        longer = len(entry.sealed) - size
        self.growth = longer + version
        fit(room, entry, self.growth, is_shorter=longer <= 0)
        return Written.from_payload(payload, entry=entry)

    def _keep_conflict(self, kept: Written) -> Earlier | None:
        """Keeps the words beside newer ones; None where there are none."""
        if says_nothing(self.draft.kind, self.draft.answer):
            return None
        payload = self.draft.payload(self.origin)
        conflict = keep_conflict(self.keyring, kept.entry, payload, self.origin.version)
        self.growth = size_of(conflict.row)
        return conflict


def next_sequence(person: User) -> int:
    """Returns the sequence of a person's next entry.

    Two entries begun at the same instant may share one; the order between them is then free.
    """
    return (Entry.objects.filter(user=person).aggregate(last=Max("sequence"))["last"] or 0) + 1


TAGS = ("prompt_tag", "occurrence_tag")


def _wanted(given: Givens) -> QuerySet[Entry]:
    """The entries under some tags, those that have expired, and whether versions have."""
    # One query: a save is the most frequent thing there is, and expired rows the rarest.
    user, now = given("user", Entry._meta.get_field("user")), Entry._meta.get_field("goes_at")
    tags = given("tags", Entry._meta.get_field("occurrence_tag"))
    expired = EarlierVersion.objects.filter(user=user, goes_at__lte=given("now", now))
    wanted = Q(occurrence_tag__in=tags, goes_at=None) | Q(goes_at__lte=given("now", now))
    found: QuerySet[Entry] = Entry.objects.filter(wanted, user=user)
    return found.annotate(has_expired_version=Exists(expired))


_as_read = Prepared(_wanted)
_locked = Prepared(lambda given: _wanted(given).select_for_update())

"""Keeping what a journal file says: everything it adds, and nothing in the place of other words.

An entry is known by its book, prompt and occurrence. Its versions here and in the file become one
history; the same words of the same time are one version, so that a second time adds nothing.
"""

import json
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from workbook.accounts.models import User
from workbook.chapters.book import Book
from workbook.chapters.loader import library
from workbook.journal.entries.placed import standing_of
from workbook.journal.entries.store import next_sequence
from workbook.journal.entries.versions import MOST
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.reading_position import asked_mark
from workbook.journal.retrying import retried
from workbook.journal.tallies import EntryTally
from workbook.journal.transfer.export.records import Record, Version, opened_as
from workbook.vault.data_keys import hold_data_key
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged
from workbook.vault.storage import A_ROW, size_of

AT_ONCE = 40
"""Entries of one transaction: short enough that whoever else saves meanwhile hardly waits."""
MOST_AROUND = 512 + A_ROW
"""Bytes: more than padding, nonce, tag, what is bound to an entry, and its row come to."""


@dataclass
class Outcome:
    """How many entries were new, got something added, were there already.

    ``asked`` holds the marks, as they are here, of the questions that came back because of them.
    """

    new: int = 0
    joined: int = 0
    same: int = 0
    asked: list[str] = field(default_factory=list)


@dataclass
class _Kept:
    """An entry of the person's as it stands, opened, and what is to change about it."""

    entry: Entry
    now: Version
    earlier: list[Version] = field(default_factory=list)


def bring_in(person: User, keyring: Keyring, records: Iterable[Record]) -> Outcome:
    """Keeps every record, in portions: each is committed by itself, all of it or none.

    Raises:
        OperationalError: when the database can't; what was kept until then stays, and doing it
            again adds the rest.
    """
    outcome = Outcome()
    for portion in _portions(records):
        done = _kept(person, keyring, portion)
        outcome.new += done.new
        outcome.joined += done.joined
        outcome.same += done.same
        outcome.asked += done.asked
    return outcome


@retried
def _kept(person: User, keyring: Keyring, portion: list[Record]) -> Outcome:
    with EntryTally.counting(keyring) as counting:
        keeping = _Portion(person, keyring, counting)
        keeping.keep(portion)
    return keeping.outcome


def growth_of(person: User, keyring: Keyring, records: Iterable[Record]) -> int:
    """Returns by how many bytes :func:`bring_in` would make the person's rows grow, at the most.

    Nothing is kept: each portion is undone. Raises OperationalError as it does.
    """
    growth = 0
    for portion in _portions(records):
        with transaction.atomic():
            planned = _Portion(person, keyring, EntryTally.hold(keyring))
            planned.plan(portion)
            growth += planned.growth
            transaction.set_rollback(True)
    return growth


def most_sealed(record: Record) -> int:
    """Returns more bytes than a record and its earlier versions come to when they are sealed."""
    texts = (version.under(record.now).to_payload() for version in record.versions)
    return sum(len(json.dumps(text).encode()) + MOST_AROUND for text in texts)


def _portions(records: Iterable[Record]) -> Iterator[list[Record]]:
    waiting = iter(records)
    while portion := list(islice(waiting, AT_ONCE)):
        yield portion


@dataclass
class _Portion:
    """Some records inside one transaction.

    ``growth``: the bytes that come with what was planned.
    """

    person: User
    keyring: Keyring
    counting: EntryTally
    outcome: Outcome = field(default_factory=Outcome)
    kept: dict[tuple[str, str, str], _Kept] = field(default_factory=dict)
    entries: dict[uuid.UUID, Entry] = field(default_factory=dict)
    versions: list[EarlierVersion] = field(default_factory=list)
    books: tuple[Book, ...] = field(default_factory=lambda: library().books)
    growth: int = 0

    def keep(self, records: list[Record]) -> None:
        """Plans some records, and stores what is new."""
        self.plan(records)
        hold_data_key(self.person.pk, self.keyring.current_id)
        Entry.objects.bulk_create(self.entries.values())
        EarlierVersion.objects.bulk_create(self.versions)

    def plan(self, records: list[Record]) -> None:
        """Changes the entries that are here, and makes ready what is new."""
        self._find(records)
        self.sequence = next_sequence(self.person)
        for record in records:
            found = self._home_of(record)
            if found is None:
                found = self._begin(record)
            elif self._join(found, record):
                self.outcome.joined += 1
            else:
                self.outcome.same += 1
            if record.now.words == found.now.words:
                self.outcome.asked += [asked_mark(prompt, found.entry) for prompt in record.asked]

    # --- Finding ---

    def _find(self, records: list[Record]) -> None:
        """Open every entry that a record may belong to, with its versions. Two queries."""
        tags = {
            tag
            for record in records
            for ident in self._idents(record)
            for tag in self.keyring.tags("occurrence", *record.now.identity_under(ident))
        }
        rows = Entry.objects.select_for_update().filter(
            user=self.person, occurrence_tag__in=list(tags)
        )
        by_id: dict[uuid.UUID, _Kept] = {}
        for entry in rows.staying():
            try:
                payload = entry.open(self.keyring)
            except Closed:
                continue
            except Damaged:
                entry.set_aside(self.keyring)
                continue
            now = opened_as(entry, payload)
            self.kept[now.identity] = by_id[entry.id] = _Kept(entry, now)
        versions = EarlierVersion.objects.filter(user=self.person, entry_id__in=list(by_id))
        for row in versions.staying():
            try:
                payload = row.open(self.keyring)
            except (Closed, Damaged):
                continue
            by_id[row.entry_id].earlier.append(opened_as(row, payload))

    def _idents(self, record: Record) -> list[str]:
        """The ids under which the answer may be kept here: its own, and those before and since."""
        standing = standing_of(record.now, self.books)
        others = (standing.prompt.id, *standing.prompt.was) if standing else ()
        return list(dict.fromkeys((record.now.prompt, *others)))

    def _home_of(self, record: Record) -> _Kept | None:
        own, *others = self._idents(record)
        if found := self.kept.get(record.now.identity_under(own)):
            return found
        for ident in others:
            found = self.kept.get(record.now.identity_under(ident))
            # Moved to another id since; two answers that were always separate stay so.
            if found and record.now.key in {v.key for v in (found.now, *found.earlier)}:
                return found
        return None

    # --- Keeping ---

    def _begin(self, record: Record) -> _Kept:
        earlier = _newest(_each_once(record.earlier, known={record.now.key}), ())
        before = max((v.revision for v in earlier if not v.is_apart), default=0)
        payload = record.now.to_payload()
        entry = Entry(
            user=self.person,
            day=record.day,
            sequence=self.sequence,
            edition=1,
            revision=max(record.now.revision, before + 1),
            has_apart=any(version.is_apart for version in earlier),
        )
        entry.seal(self.keyring, payload)
        self.entries[entry.id] = entry
        self.counting.put_in(entry)
        self.growth += size_of(entry)
        self.sequence += 1
        for version in earlier:
            self._add(entry, record, version, version.revision)
        self.outcome.new += 1
        kept = _Kept(entry, record.now, list(earlier))
        self.kept[record.now.identity] = kept
        return kept

    def _join(self, kept: _Kept, record: Record) -> bool:
        """Put the record's versions into the entry's history; whether there was anything new."""
        known = {version.key for version in (kept.now, *kept.earlier)}
        entry, before = kept.entry, kept.now
        is_newer = self._is_newer(record, kept)
        if is_newer:
            self._add(entry, record, before, before.revision)
            kept.earlier.append(before)
            known.add(record.now.key)
        # Two different answers were each the current one: neither goes, however many there are.
        is_other = not is_newer and record.now.words != before.words
        added = _each_once([record.now] if is_other else [], known)
        # Of the file's earlier ones as many as fit. What is here isn't thinned for them: then a
        # second time would bring back what the first let go.
        here = (*kept.earlier, *added)
        added += _newest(
            _each_once(record.earlier, known | {version.key for version in added}), here
        )
        if not added and not is_newer:
            return False
        for version in sorted(added, key=lambda version: version.when):
            revision = self._revision_for(version, kept)
            self._add(entry, record, version, revision)
            kept.earlier.append(version)
        entry.has_apart |= any(version.is_apart for version in added)
        if is_newer:
            self.growth -= len(entry.sealed)
            entry.revise(self.keyring, self.counting, record.now.to_payload(), day=record.day)
            self.growth += len(entry.sealed)
            kept.now = record.now
        if entry.id not in self.entries:
            entry.save(force_update=True)
        return True

    @staticmethod
    def _is_newer(record: Record, kept: _Kept) -> bool:
        """Whether the file's words go on from those here, or were at least written later."""
        if record.now.words == kept.now.words:
            return False
        if record.now.key in {version.key for version in kept.earlier}:
            return False
        if kept.now.key in {version.key for version in record.earlier}:
            return True
        return record.now.when > kept.now.when

    @staticmethod
    def _revision_for(version: Version, kept: _Kept) -> int:
        """Where a version stands among those here: behind the last that is not newer."""
        return max((v.revision for v in kept.earlier if v.when <= version.when), default=0)

    def _add(self, entry: Entry, record: Record, version: Version, revision: int) -> None:
        row = EarlierVersion(
            user=self.person, entry_id=entry.id, revision=revision, is_apart=version.is_apart
        )
        row.seal(self.keyring, version.under(record.now).to_payload())
        self.versions.append(row)
        self.growth += size_of(row)


def _newest(versions: list[Version], here: Collection[Version]) -> list[Version]:
    """Returns as many versions as have room beside those here; conflict versions have their own."""
    kept = set()
    for is_apart in (False, True):
        room = MOST - sum(version.is_apart == is_apart for version in here)
        found = [version for version in versions if version.is_apart == is_apart]
        found.sort(key=lambda version: version.when, reverse=True)
        kept |= {id(version) for version in found[: max(0, room)]}
    return [version for version in versions if id(version) in kept]


def _each_once(versions: Iterable[Version], known: set[str]) -> list[Version]:
    """Returns the versions that aren't known by their key, each once."""
    found: dict[str, Version] = {}
    for version in versions:
        if version.key not in known:
            found.setdefault(version.key, version)
    return list(found.values())

"""Choosing between what is kept and another version. Whatever is not chosen stays a version."""

from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from workbook.accounts.models import User
from workbook.journal.entries.content import EntryContent, Written
from workbook.journal.entries.merging import joined
from workbook.journal.entries.queries import opened, says_nothing
from workbook.journal.entries.store import Stale
from workbook.journal.entries.versions import Earlier, keep_version, notice_apart, settle
from workbook.journal.making_room import fit, room_for
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.tallies import EntryTally
from workbook.prompts.answers import (
    MAX_CHARACTERS,
    Answer,
    Refused,
    count_characters,
    has_too_many_parts,
)
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Damaged
from workbook.vault.storage import count


def bring_back(
    person: User, keyring: Keyring, entry: Entry, version: Earlier, expected: int
) -> Written:
    """Put a version in the entry's place, which is kept as a version first.

    Raises:
        Stale: when the entry is another than ``expected`` by now.
        Full: where there is no room for both.
        Damaged: when the entry's seal is broken; it is not written over.
    """

    def earlier(_current: Written) -> EntryContent:
        return EntryContent.from_payload(_row(version).open(keyring))

    return _put(person, keyring, entry, version, expected, earlier)


def keep_both(
    person: User, keyring: Keyring, entry: Entry, version: Earlier, expected: int
) -> Written:
    """Put both in the entry, one under the other.

    Raises:
        CantJoin: where only one can stand.
        Refused: where both are longer than one answer can be.
        Stale, Full: as :func:`bring_back`.
    """

    def together(current: Written) -> EntryContent:
        answer: Answer = joined(version.kind, current.answer, version.answer)
        if count_characters(answer) > MAX_CHARACTERS or has_too_many_parts(answer):
            raise Refused("", answer)
        return replace(current, answer=answer)

    return _put(person, keyring, entry, version, expected, together)


def leave(person: User, entry: Entry, version: Earlier) -> None:
    """Keep the entry as it is, and the version among the earlier ones."""
    with transaction.atomic():
        settle(person, entry, _row(version).id)


def _put(
    person: User,
    keyring: Keyring,
    entry: Entry,
    version: Earlier,
    expected: int,
    make: Callable[[Written], EntryContent],
) -> Written:
    room = room_for(person)
    with transaction.atomic(), EntryTally.counting(person.pk, keyring) as counting:
        locked = Entry.objects.select_for_update().filter(user=person, id=entry.id).staying()
        entry = locked.get()
        kept = opened(entry, keyring)
        if kept.version != expected:
            raise Stale(kept, version if version.is_apart else None)
        if kept.is_damaged:
            raise Damaged
        # No page has shown this yet: whichever sends next has to look first.
        put = replace(make(kept).under(kept), written_at=timezone.now(), page="", turn=0, cut=0)
        payload = put.to_payload()
        growth = -len(entry.sealed)
        if not says_nothing(kept.kind, kept.answer):
            growth += keep_version(person, keyring, entry)
        counting.take_out(entry)
        entry.revision += 1
        entry.edition += 1
        entry.seal(keyring, payload)
        for name, tag in entry.tags(keyring, payload).items():
            setattr(entry, name, tag)  # It may have been under an older data key.
        entry.save(force_update=True)
        counting.put_in(entry)
        if version.is_apart:
            EarlierVersion.objects.filter(user=person, id=_row(version).id).update(is_apart=False)
            notice_apart(person, entry)
        growth += len(entry.sealed)
        fit(person, room, entry, growth, is_shorter=False)
    count(person.pk, growth)
    return Written.from_payload(payload, entry=entry)


def _row(version: Earlier) -> EarlierVersion:
    if version.row is None:
        raise EarlierVersion.DoesNotExist
    return version.row

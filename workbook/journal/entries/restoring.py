"""Changing an entry by hand: to another of its versions, to both in one, or to another day.

Whatever isn't chosen stays a version.
"""

import datetime
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from workbook.accounts.models import User
from workbook.journal.entries.content import EntryContent, Written
from workbook.journal.entries.merging import joined
from workbook.journal.entries.queries import opened, says_nothing
from workbook.journal.entries.store import Stale
from workbook.journal.entries.versions import Earlier, keep_version, note_conflicts, settle
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


def leave(entry: Entry, version: Earlier) -> None:
    """Keeps the entry as it is, and a conflict version among the earlier ones."""
    with transaction.atomic():
        settle(entry, version.row.id)


def set_day(person: User, keyring: Keyring, ident: UUID, day: datetime.date) -> None:
    """Sets the day that an entry belongs to, such as that of words first written on paper.

    No new revision, so that a page which somebody is typing on goes on from the same words.

    Raises:
        Entry.DoesNotExist: where it was deleted meanwhile.
        Closed, Damaged: where it can't be read; it stays as it is.
    """
    with EntryTally.counting(keyring) as counting:
        entry = _locked(person, ident)
        entry.revise(keyring, counting, entry.open(keyring), day=day, is_new_revision=False)
        entry.save(force_update=True)


def bring_back(
    person: User,
    keyring: Keyring,
    entry: Entry,
    version: Earlier,
    expected: int,
    *,
    keeps_both: bool = False,
) -> Written:
    """Puts a version in the entry's place, which is kept as a version first.

    Where ``keeps_both``, the entry then holds its own words and below them the version's.

    Raises:
        Stale: when the entry is another than ``expected`` by now.
        Full: where there is no room for both.
        Damaged: when the entry's seal is broken; it is not written over.
        CantJoin: where both are to be kept and only one can stand.
        Refused: where both are to be kept and are longer than one answer can be.
    """
    room = room_for(person)
    with EntryTally.counting(keyring) as counting:
        entry = _locked(person, entry.id)
        kept = opened(entry, keyring)
        if kept.version != expected:
            raise Stale(kept, version if version.is_apart else None)
        if kept.is_damaged:
            raise Damaged
        if keeps_both:
            words: EntryContent = replace(kept, answer=_together(kept, version))
        else:
            words = EntryContent.from_payload(version.row.open(keyring)).under(kept)
        # No page has shown this yet: whichever sends next has to look first.
        put = replace(words, written_at=timezone.now(), page="", turn=0, cut=0)
        payload = put.to_payload()
        growth = -len(entry.sealed)
        if not says_nothing(kept.kind, kept.answer):
            growth += keep_version(keyring, entry)
        entry.revise(keyring, counting, payload)
        entry.save(force_update=True)
        if version.is_apart:
            EarlierVersion.objects.filter(user=person, id=version.row.id).update(is_apart=False)
            note_conflicts(entry)
        growth += len(entry.sealed)
        fit(room, entry, growth)
    count(person.pk, growth)
    return Written.from_payload(payload, entry=entry)


def _together(kept: Written, version: Earlier) -> Answer:
    answer = joined(version.kind, kept.answer, version.answer)
    if count_characters(answer) > MAX_CHARACTERS or has_too_many_parts(answer):
        raise Refused("", answer)
    return answer


def _locked(person: User, ident: UUID) -> Entry:
    """Returns a person's entry, held until the transaction ends. Raises Entry.DoesNotExist."""
    entry: Entry = Entry.objects.select_for_update().staying().get(user=person, id=ident)
    return entry

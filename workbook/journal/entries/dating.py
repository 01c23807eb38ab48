"""Setting the day that an entry belongs to, such as that of words first written on paper."""

import datetime
from uuid import UUID

from django.db import transaction

from workbook.accounts.models import User
from workbook.journal.models import Entry
from workbook.journal.tallies import EntryTally
from workbook.vault.keyring import Keyring


def set_day(person: User, keyring: Keyring, ident: UUID, day: datetime.date) -> None:
    """Seals an entry anew with its words as they are, for another day: no new revision, so that a
    page which somebody is typing on goes on from the same words.

    Raises:
        Entry.DoesNotExist: where it was deleted meanwhile.
        Closed, Damaged: where it can't be read; it stays as it is.
    """
    with transaction.atomic(), EntryTally.counting(person.pk, keyring) as counting:
        entries = Entry.objects.select_for_update().filter(user=person, id=ident)
        entry = entries.staying().get()
        payload = entry.open(keyring)
        counting.take_out(entry)
        entry.day = day
        entry.edition += 1
        entry.seal(keyring, payload)
        for name, tag in entry.tags(keyring, payload).items():
            setattr(entry, name, tag)
        entry.save(force_update=True)
        counting.put_in(entry)

"""Whether a journal's entries are those that were left, looked at once for each opening."""

from django.db import OperationalError, transaction

from workbook.accounts.access import Request
from workbook.accounts.login import LOOKED_AT
from workbook.journal.tallies import EntryTally
from workbook.journal.tally import Tally
from workbook.vault.keyring import Keyring
from workbook.vault.sessions import note_in_session

ENTRIES = "entries"


def is_as_left(request: Request, keyring: Keyring) -> bool:
    """Whether nothing was hidden or put back since its owner last wrote.

    Once it was, it is not looked at again before the next opening; otherwise at every call.
    """
    looked_at = request.session.get(LOOKED_AT, [])
    if ENTRIES in looked_at:
        return True
    try:
        found = adds_up(keyring)
    except OperationalError:
        return True  # The database is busy. Told with the next page, if there is something to tell.
    if found:
        note_in_session(request, LOOKED_AT, [*looked_at, ENTRIES])
    return found


def adds_up(keyring: Keyring) -> bool:
    """Whether the entries that stand are those of the sealed sum.

    Makes the sum where there is none yet. Raises OperationalError where the database can't.
    """
    entries = EntryTally.counted(keyring)
    if (found := EntryTally.of(keyring)) and found.tally.holds(entries):
        return True
    # Something was saved between the two queries, or it has yet to be made: nobody saves now.
    with transaction.atomic():
        return EntryTally.hold(keyring).tally.holds(entries.all())


def take_as_is(keyring: Keyring) -> None:
    """Makes a new sum of the entries as they stand: their owner knows."""
    with transaction.atomic():
        row = EntryTally.hold(keyring)
        row.tally = Tally.begun(keyring.held).plus(*EntryTally.counted(keyring))
        row.keep(keyring)

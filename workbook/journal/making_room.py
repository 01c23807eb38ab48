"""What to do where a journal has no room left: nothing typed is lost, and nothing kept grows."""

from workbook.accounts.models import User
from workbook.journal.entries import deletion
from workbook.journal.entries.versions import thin_to_fit
from workbook.journal.models import Entry
from workbook.vault.storage import REFUSED_BY, Room, remembered_room, room_of


class Full(Exception):
    """There is no room for what was to be kept, and nothing was changed."""

    def __init__(self, room: Room) -> None:
        super().__init__("There is no room.")
        self.room = room


def room_for(person: User, growth: int = 0) -> Room:
    """Returns the room there is for so many bytes more, looked at again where an older sum
    says that there is none: what was deleted may be gone for good by now.
    """
    known = remembered_room(person.pk)
    if known and not known.is_full and known.holds(growth):
        return room_of(person.pk)
    # First, because a sum stands for a while.
    deletion.going(person)
    return room_of(person.pk, REFUSED_BY)


def fit(room: Room, entry: Entry, growth: int, *, is_shorter: bool = False) -> None:
    """Makes up for what a change to an entry adds by letting older versions of it go.

    Within the transaction that changes it. Where ``is_shorter``, what was longer may stay as a
    version all the same, as far as the grace goes.

    Raises:
        Full: where that is not enough; the caller's transaction ends with it.
    """
    if not room.is_full or growth <= 0:
        return
    growth -= thin_to_fit(entry, growth)
    if growth > 0 and not (is_shorter and growth <= room.grace):
        raise Full(room)

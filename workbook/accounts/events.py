"""What happened to an account, for its owner to read under Account: a kind and a day each.

There is no email to tell anybody by, so this is where somebody sees that a way in was added or
used without them. The admin neither shows nor deletes it.
"""

from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models, transaction
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from workbook.accounts.models import Event, EventWhileClosed, User, password_given, today
from workbook.vault.data_keys import reaches_the_oldest
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import VaultError


class EventKind(models.TextChoices):
    """What can happen, stored by the first word and told in the second."""

    PASSWORD_SET = (
        "password set by staff",
        _("The people who run this site set a new password for your account."),
    )
    DEVICE_ADDED = "device added", _("A device was added that can open your journal by waiting.")
    WAIT_BEGUN = (
        "wait begun",
        _("A device of yours was asked to open your journal by waiting 48 hours."),
    )
    OPENED_BY_WAITING = "opened by waiting", _("A device opened your journal after 48 hours.")
    BACKUP_KEY_MADE = "backup key made", _("A backup key was made.")
    BACKUP_KEY_USED = "backup key used", _("A backup key was used to open your journal.")
    PARTS_JOINED = "parts joined", _("An older journal was opened and put together with yours.")
    FACTOR_ADDED = "factor added", _("A second step for signing in was added.")
    FACTOR_REMOVED = "factor removed", _("A second step for signing in was removed.")
    CODES_WRONG = (
        "codes wrong",
        _("Someone typed your password when signing in, and then five wrong codes."),
    )
    EXPORT_MADE = "export made", _("A copy of your whole journal was downloaded.")


class Told(NamedTuple):
    """One event as its owner reads it."""

    id: UUID
    kind: EventKind
    day: date

    @property
    def words(self) -> str:
        """The sentence that says what happened."""
        return str(self.kind.label)


def tell(user: User, kind: EventKind, keyring: Keyring | None = None) -> None:
    """Notes an event of today, once a day and kind.

    Sealed under ``keyring``; without one, because the journal is closed, kept under the server's
    keys.
    """
    if any(told.kind == kind and told.day == today() for told in events_of(user, keyring)):
        return
    payload = {"kind": kind.value, "day": today().isoformat()}
    with transaction.atomic():
        if keyring is None:
            closed = EventWhileClosed(user=user)
            closed.wrap(payload)
            closed.save(force_insert=True)
        else:
            event = Event(user=user)
            event.seal(keyring, payload)
            event.save(force_insert=True)
        _mark(user, has_events=True)


@receiver(password_given)
def tell_of_password(user: User, **_more: Any) -> None:
    """Notes that staff set a password, whichever way they did."""
    tell(user, EventKind.PASSWORD_SET)


def events_of(user: User, keyring: Keyring | None) -> list[Told]:
    """Returns the events that have not been dismissed and can be read, the newest day first. Two
    queries at most.
    """
    found = [_told(row.id, row.unwrap) for row in EventWhileClosed.objects.filter(user=user)]
    if keyring is not None:
        rows = Event.objects.filter(user=user)
        found += [_told(row.id, partial(row.open, keyring)) for row in rows]
    return sorted(filter(None, found), key=lambda told: told.day, reverse=True)


def dismiss(user: User, keyring: Keyring, ids: Collection[str]) -> None:
    """Lets go of events that their owner has read, by their ids as a page writes them.

    That staff set a password stays until the oldest part of the journal is open again: whoever came
    in by it must not be able to hide it from whoever comes after.
    """
    is_owner = reaches_the_oldest(user.pk, keyring.held)
    gone = [
        told.id
        for told in events_of(user, keyring)
        if str(told.id) in ids and (is_owner or told.kind != EventKind.PASSWORD_SET)
    ]
    with transaction.atomic():
        Event.objects.filter(user=user, id__in=gone).delete()
        EventWhileClosed.objects.filter(user=user, id__in=gone).delete()
        _mark(user, has_events=bool(events_of(user, keyring)))


def _told(ident: UUID, read: Callable[[], dict[str, Any]]) -> Told | None:
    """None for what is closed, damaged, or of a kind that this edition doesn't know."""
    try:
        payload = read()
        return Told(ident, EventKind(payload["kind"]), date.fromisoformat(payload["day"]))
    except (VaultError, KeyError, ValueError):
        return None


def _mark(user: User, *, has_events: bool) -> None:
    User.objects.filter(pk=user.pk).update(has_events=has_events)
    user.has_events = has_events

"""Who was deleted, as marks that name nobody: a backup from before must not bring anybody back.

A mark is a keyed hash of the account's random id under ``SECRET_KEY``. Whoever holds a backup and
no keys can't tell from the marks who in it has left.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.crypto import salted_hmac

from workbook.accounts.models import Deletion, User, today


class DeletionMark(NamedTuple):
    """The mark of one deleted account: ``text`` is the key's own short hash, a colon, and the hash
    of an id.
    """

    text: str
    deleted_on: date


def note(user_id: UUID) -> None:
    """Notes that this account is being deleted; the caller's transaction holds both."""
    keep([DeletionMark(mark_of(user_id), today())])


def noted() -> list[DeletionMark]:
    """Returns the marks in the database, the oldest first."""
    rows = Deletion.objects.order_by("deleted_on", "mark")
    return [DeletionMark(*row) for row in rows.values_list("mark", "deleted_on")]


def keep(marks: Iterable[DeletionMark]) -> None:
    """Takes marks over from elsewhere; those already here stay as they are."""
    rows = [Deletion(mark=mark.text, deleted_on=mark.deleted_on) for mark in marks]
    Deletion.objects.bulk_create(rows, batch_size=200, ignore_conflicts=True)


def forget(days: int) -> None:
    """Drops the marks that no backup needs anymore, all backups being younger than ``days``."""
    Deletion.objects.filter(deleted_on__lt=today() - timedelta(days=days)).delete()


def deleted_among(marks: Iterable[DeletionMark]) -> list[User]:
    """Returns the people in the database whom a mark names."""
    texts = {mark.text for mark in marks}
    # Marks hold no ids: each person's own mark is looked up among them.
    return [user for user in User.objects.iterator() if mark_of(user.pk) in texts] if texts else []


def under_other_keys(marks: Iterable[DeletionMark]) -> int:
    """Returns how many marks were made under another SECRET_KEY, so that they name nobody here."""
    ours = _key_mark()
    return sum(1 for mark in marks if mark.text.partition(":")[0] != ours)


def mark_of(user_id: UUID) -> str:
    """Returns the mark of an account: 64 characters at most, the same for the same id and
    SECRET_KEY.
    """
    return f"{_key_mark()}:{_hash('account', str(user_id))[:48]}"


def _key_mark() -> str:
    return _hash("key", "")[:8]


def _hash(purpose: str, value: str) -> str:
    return salted_hmac(f"{__name__} {purpose}", value, algorithm="sha256").hexdigest()

"""A one-time link by which the owner of an account that staff made chooses its first password.

So staff never know one. The link works once, and for seven days; the database holds a hash of it.
Whoever has it first has the account: its owner sees that it was used, and asks for another account.
"""

import secrets
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from workbook.accounts.login import has_journal
from workbook.accounts.models import FirstLink, User
from workbook.vault.sealing import derive_key

DAYS = 7


class Used(Exception):
    """Says that the link has been used or replaced, or is too old."""


def make(user: User) -> str:
    """Makes a new link and returns its token, to be shown once; an earlier link of theirs ends."""
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(days=DAYS)
    FirstLink.objects.update_or_create(
        user=user, defaults={"digest": _digest(token), "expires_at": expires_at}
    )
    return token


def find(token: str) -> User | None:
    """Returns whose link this is, while it works: until they have a journal, by whatever way."""
    link = _link(token).select_related("user").first()
    if link is None or not link.user.is_active or has_journal(link.user):
        return None
    return link.user


def use_up(user: User, token: str) -> None:
    """Ends a link that is being used, within the transaction that it leads to. Raises Used."""
    if not _link(token).filter(user=user).delete()[0]:
        raise Used


def clear_expired() -> None:
    """Removes the links that nobody used in time."""
    FirstLink.objects.filter(expires_at__lte=timezone.now()).delete()


def _link(token: str) -> QuerySet[FirstLink]:
    return FirstLink.objects.filter(digest=_digest(token), expires_at__gt=timezone.now())


def _digest(token: str) -> bytes:
    return derive_key(token.encode("utf-8", "surrogatepass"), "first link")

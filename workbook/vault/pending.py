"""Between the password and the code: the open data keys wait, sealed, for five minutes at the most.

As with a session the row's key is derived from the cookie's token, and the keys in it are sealed
under that token and the server's key. Rotation passes these rows over: they are gone soon.
"""

import re
import secrets
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F
from django.utils import timezone

from workbook.vault import sealing, server_keys
from workbook.vault.keyring import Keyring
from workbook.vault.models import PendingSession
from workbook.vault.sealing import VaultError, derive_key

SECONDS = 300
MOST_TRIES = 5

_PURPOSE = "pending session"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def begin_pending(user: AbstractBaseUser, keyring: Keyring | None, *, is_shared: bool) -> str:
    """Returns the token for the cookie of a browser in which the password was right."""
    token = secrets.token_urlsafe(32)
    row = PendingSession(
        key=_key(token),
        user_id=user.pk,
        is_shared=is_shared,
        expires_at=timezone.now() + timedelta(seconds=SECONDS),
    )
    packed = keyring.pack() if keyring else b""
    inner = sealing.wrap(token.encode(), packed, _PURPOSE, *_context(row, user))
    row.sealed_keys = server_keys.wrap(inner, _PURPOSE, *_context(row, user))
    PendingSession.objects.filter(user_id=user.pk, expires_at__lte=timezone.now()).delete()
    row.save(force_insert=True)
    return token


def find_pending(token: str) -> PendingSession | None:
    """Returns the row of a cookie's token, with its person; None: unknown, too old, or tried too
    often.
    """
    if not _TOKEN.fullmatch(token):
        return None
    found = PendingSession.objects.filter(
        key=_key(token), expires_at__gt=timezone.now(), tries__lt=MOST_TRIES
    )
    return found.select_related("user").first()


def open_pending(row: PendingSession, token: str, user: AbstractBaseUser) -> Keyring | None:
    """Returns the data keys that the password has opened; None: it opened none.

    Raises VaultError where they can't be read, also because the password has changed since.
    """
    context = _context(row, user)
    inner = server_keys.unwrap(bytes(row.sealed_keys), _PURPOSE, *context)
    packed = sealing.unwrap(token.encode(), inner, _PURPOSE, *context)
    return Keyring.unpack(row.user_id, packed) if packed else None


def is_current(row: PendingSession, token: str, user: AbstractBaseUser) -> bool:
    """Returns whether the password with which it began is still the account's."""
    try:
        open_pending(row, token, user)
    except VaultError:
        return False
    return True


def spend_try(row: PendingSession) -> int | None:
    """Counts a try, before the code is looked at; returns how many are left after it.

    None: there was none left, or it has ended. Of many tries at once each is counted.
    """
    mine = PendingSession.objects.filter(pk=row.pk, user_id=row.user_id)
    if not mine.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        return None
    tries = mine.values_list("tries", flat=True).first()
    return None if tries is None else max(MOST_TRIES - tries, 0)


def end_pending(row: PendingSession) -> bool:
    """Ends a sign-in that waits, and returns whether it was still there: else nobody may go on with
    it.
    """
    return PendingSession.objects.filter(pk=row.pk, user_id=row.user_id).delete()[0] > 0


def clear_expired() -> None:
    """Deletes the pending sign-ins whose code nobody gave in time."""
    PendingSession.objects.filter(expires_at__lte=timezone.now()).delete()


def _key(token: str) -> str:
    return derive_key(token.encode(), "pending session row")[:20].hex()


def _context(row: PendingSession, user: AbstractBaseUser) -> tuple[bytes, ...]:
    # With the mark that changes with the password: a changed one ends these, too.
    return row.user_id.bytes, row.key.encode(), user.get_session_auth_hash().encode()

"""Sessions that carry an open journal: Django's session engine (``SESSION_ENGINE``).

The cookie holds a random token and nothing else. The row's id is derived from it, so a stolen table
gives nobody a cookie; the keys in the row are wrapped under it, so the row alone opens nothing.
Only people who signed in get a row. It ends at a fixed time after that, however it is used.
"""

import logging
import re
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY as USER_ID
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.core import signing
from django.db import OperationalError, transaction
from django.db.models import DurationField, ExpressionWrapper, F, IntegerField, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone

from workbook.vault import sealing, server_keys
from workbook.vault.keyring import Keyring
from workbook.vault.labels import seal_label
from workbook.vault.models import Session
from workbook.vault.sealing import VaultError, derive_key
from workbook.web.compiled_query import Prepared

logger = logging.getLogger(__name__)

A_TENTH = timedelta(seconds=6)
"""Of a minute: being used is noted once in a tenth of the time until a journal locks, because each
note is a write. So it may lock that much early, and never late.
"""

SWEEP_EVERY = 60.0
"""Seconds between two sweeps of idle sessions by one process, at the most."""

_find = Prepared(
    lambda given: Session.objects.select_related(*settings.VAULT_SESSION_JOINS).filter(
        session_key=given("session_key", Session._meta.get_field("session_key")),
        expire_date__gt=given("now", Session._meta.get_field("expire_date")),
    )
)
"""With whoever signed in and what else comes in one query: every request of theirs makes it."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
PURPOSE = "session"


class SessionStore(SessionBase):
    """A session of Django's that carries an open journal.

    ``session_key`` is the cookie's token: a secret, never to be logged or stored.

    From SessionBase and not from the engine over the database, whose asynchronous methods would
    go round the ones below.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._start_over()

    def _start_over(self) -> None:
        self._row: Session | None = None
        self._keyring: Keyring | None = None
        self._keys_changed = False
        self._lock_minutes = 0
        self._replaced_id: str | None = None

    def _data(self) -> dict[str, Any]:
        """What is kept for this browser, read at the first use."""
        data: dict[str, Any] = self._get_session()  # type: ignore[attr-defined]
        return data

    # --- The open journal ---

    @property
    def user(self) -> AbstractBaseUser | None:
        """The person who signed in, read in the same query as the session. Not yet checked for
        more.
        """
        self._data()
        return self._row.user if self._row else None

    @property
    def keyring(self) -> Keyring | None:
        """The open data keys; None while locked. Being used keeps an idle lock from falling."""
        self._data()
        row = self._row
        if self._keyring is None and row is not None and row.sealed_keys is not None:
            now = timezone.now()
            if row.is_idle(now):
                self.lock()
                return None
            self._keyring = self._open_keys(row, row.sealed_keys)
            if row.lock_minutes and now - row.seen_at > row.lock_minutes * A_TENTH:
                # Not worth failing a page for when the database is busy.
                with suppress(OperationalError), transaction.atomic():
                    Session.objects.filter(pk=row.pk).update(seen_at=now)
        return self._keyring

    @property
    def lock_minutes(self) -> int:
        """Minutes without a touch after which the open journal locks; 0: it never does."""
        self._data()
        return self._lock_minutes

    def touch(self) -> bool:
        """Notes that somebody is there, and returns whether the journal is still open."""
        if self.keyring is None or self._row is None:
            return False
        # Only while still open: another tab may have locked it since it was read.
        still_open = Session.objects.filter(pk=self._row.pk, sealed_keys__isnull=False)
        return bool(still_open.update(seen_at=timezone.now()))

    def unlock(self, keyring: Keyring, lock_minutes: int = 0) -> None:
        """Keeps the journal open with this session until idle for so many minutes (0: for ever)."""
        if str(keyring.user_id) != self.get(USER_ID):
            raise ValueError("A session opens only the journal of whoever signed in with it.")
        self._keyring, self._lock_minutes = keyring, lock_minutes
        self._keys_changed = self.modified = True

    def lock(self) -> None:
        """Forgets the keys, at once; the person stays signed in."""
        self._data()
        self._keyring, self._keys_changed = None, False
        if self._row is not None:
            self._row.sealed_keys = None
            Session.objects.filter(pk=self._row.pk).update(sealed_keys=None)

    # --- Django's protocol ---

    @property
    def key_salt(self) -> str:
        """The salt under which this session's data is signed: data of one row must not pass in
        another.
        """
        # Data signed for one row must not pass in another.
        return _salt_of(row_id(self.session_key) if self.session_key else "")

    def is_empty(self) -> bool:
        """Returns whether nobody has signed in, so that the cookie can go."""
        if not hasattr(self, "_session_cache"):
            return not self.session_key
        return USER_ID not in self._session_cache

    def load(self) -> dict[str, Any]:
        """Reads the row and its person, and returns the data; empty: there is no such session."""
        found = _find.rows(session_key=row_id(self.session_key), now=timezone.now())
        row = found[0] if found else None
        data: dict[str, Any] = self.decode(row.session_data) if row else {}
        if row is None or data.get(USER_ID) != str(row.user_id):
            self._session_key = None
            return {}
        self._row, self._lock_minutes = row, row.lock_minutes
        return data

    def exists(self, session_key: str) -> bool:
        """Returns whether a token has a row."""
        return Session.objects.filter(pk=row_id(session_key)).exists()

    def create(self) -> None:
        """Takes a fresh token. Its row comes with :meth:`save`, for someone who signed in."""
        self._session_key = secrets.token_urlsafe(32)
        self.modified = True

    def cycle_key(self) -> None:
        """Takes a fresh token for the same data and open journal; the old one ends at the next
        save.
        """
        self._data()
        if self.keyring is not None:
            self._keys_changed = True
        if self._row is not None and self._replaced_id is None:
            self._replaced_id = self._row.pk
        self.create()

    def save(self, must_create: bool = False) -> None:
        """Stores the session, for somebody who has signed in; raises UpdateError where its row has
        gone.
        """
        data = self._data()
        if USER_ID not in data:
            return
        if self.session_key is None:
            self.create()
        if self._row is None or must_create or self._replaced_id is not None:
            self._insert(data)
        else:
            self._update(self._row, data)
        self._keys_changed = False

    def delete(self, session_key: str | None = None) -> None:
        """Deletes the row of a token, or of this session."""
        token = session_key or self.session_key
        ids = [row_id(token)] if token else []
        if session_key is None and self._replaced_id is not None:
            ids.append(self._replaced_id)
        Session.objects.filter(pk__in=ids).delete()

    def flush(self) -> None:
        """Ends this session and forgets everything it held."""
        super().flush()
        self._start_over()

    @classmethod
    def clear_expired(cls) -> None:
        """Deletes the sessions whose time is over."""
        Session.objects.filter(expire_date__lt=timezone.now()).delete()

    @classmethod
    def empty_idle(cls) -> int:
        """Takes the keys out of every session left alone for too long; returns how many had some.

        Such a session opens nothing anymore, and its row should say so: nobody may come back to
        empty it.
        """
        open_for = ExpressionWrapper(
            Cast("lock_minutes", IntegerField()) * Value(timedelta(minutes=1)),
            output_field=DurationField(),
        )
        rows = Session.objects.filter(lock_minutes__gt=0, sealed_keys__isnull=False)
        idle = rows.annotate(locks_at=F("seen_at") + open_for).filter(locks_at__lt=timezone.now())
        return idle.update(sealed_keys=None)

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and _TOKEN.fullmatch(key))

    def _insert(self, data: dict[str, Any]) -> None:
        # After a change of token the row moves: what it says of device and locking goes with it.
        row = self._row or Session(user_id=UUID(data[USER_ID]), expire_date=self.get_expiry_date())
        row.session_key = row_id(self.session_key)
        row.session_data = self.encode(data)
        row.sealed_keys = self._seal_keys(row)
        row.lock_minutes = self._lock_minutes
        with transaction.atomic():
            row.save(force_insert=True)
            if self._replaced_id is not None:
                Session.objects.filter(pk=self._replaced_id).delete()
        self._row, self._replaced_id = row, None

    def _update(self, row: Session, data: dict[str, Any]) -> None:
        # Only what changed: a slow request must not put back keys that another one has locked.
        changes: dict[str, Any] = {"session_data": self.encode(data)}
        if self._keys_changed:
            changes["sealed_keys"] = row.sealed_keys = self._seal_keys(row)
            changes["lock_minutes"] = row.lock_minutes = self._lock_minutes
            changes["seen_at"] = row.seen_at = timezone.now()
        if not Session.objects.filter(pk=row.pk).update(**changes):
            raise UpdateError

    def _seal_keys(self, row: Session) -> bytes | None:
        if self._keyring is None:
            return None
        context = context_of(row)
        inner = sealing.wrap(self._secret(), self._keyring.pack(), PURPOSE, *context)
        return server_keys.wrap(inner, PURPOSE, *context)

    def _open_keys(self, row: Session, sealed: bytes | memoryview) -> Keyring | None:
        context = context_of(row)
        try:
            inner = server_keys.unwrap(bytes(sealed), PURPOSE, *context)
            packed = sealing.unwrap(self._secret(), inner, PURPOSE, *context)
        except VaultError as error:
            # Their password opens it again, so this is a locked journal and no failure.
            logger.warning("A session stays locked: %s", error)
            return None
        return Keyring.unpack(row.user_id, packed)

    def _secret(self) -> bytes:
        return (self.session_key or "").encode()


def _salt_of(ident: str) -> str:
    return f"{__name__}:{ident}"


def row_id(token: str | None) -> str:
    """Returns the primary key of a token's row: 40 hexadecimal characters."""
    return derive_key((token or "").encode(), "session row")[:20].hex()


def context_of(row: Session) -> tuple[bytes, ...]:
    """Returns what a session's wrapping is bound to."""
    return row.user_id.bytes, row.session_key.encode()


# --- Sweeping ---

_swept_at = float("-inf")


def sweep_idle_sessions() -> None:
    """Empties what idle sessions still hold, now and then: whoever signs in does it for all.

    One statement over a small table, so it needs no index, which each touch would have to write.
    """
    global _swept_at
    if time.monotonic() - _swept_at < SWEEP_EVERY:
        return
    _swept_at = time.monotonic()
    # Not worth failing anybody's sign-in for; ``manage.py tidy`` does it as well.
    with suppress(OperationalError), transaction.atomic():
        SessionStore.empty_idle()


# --- For views ---


def unlock_session(request: HttpRequest, keyring: Keyring, lock_minutes: int = 0) -> None:
    """Keeps the journal of whoever just signed in open in this browser."""
    _store(request).unlock(keyring, lock_minutes)


def lock_session(request: HttpRequest) -> None:
    """Closes the journal in this browser, at once; the person stays signed in."""
    _store(request).lock()


def keyring_of(request: HttpRequest) -> Keyring | None:
    """Returns the open journal of this request; None: it is locked, or nobody has signed in."""
    # Whether they may still be in here (password changed elsewhere, account closed) is known to
    # request.user alone, and must be settled before the keys are.
    if not request.user.is_authenticated:
        return None
    return _store(request).keyring


def note_in_session(request: HttpRequest, name: str, value: Any) -> None:
    """Keeps a value for this browser at once; not kept where the database can't write just now.

    For what is not worth failing a page for that only reads.
    """
    session = _store(request)
    was_modified = session.modified
    session[name] = value
    with suppress(OperationalError, UpdateError), transaction.atomic():
        session.save()
    session.modified = was_modified


def touch_session(request: HttpRequest) -> bool:
    """Keeps an idle lock from falling, and returns whether the journal is still open."""
    return request.user.is_authenticated and _store(request).touch()


def lock_minutes_of(request: HttpRequest) -> int:
    """Returns the minutes without a touch after which this session locks; 0: it never does."""
    return _store(request).lock_minutes


def end_other_sessions(request: HttpRequest) -> None:
    """Signs the person out of every other browser."""
    store = _store(request)
    if store.user is not None:
        own = row_id(store.session_key)
        Session.objects.filter(user_id=store.user.pk).exclude(pk=own).delete()


def end_all_sessions(user_id: UUID) -> None:
    """Signs one person out of every browser."""
    Session.objects.filter(user_id=user_id).delete()


def sessions_of(request: HttpRequest) -> list[Session]:
    """Returns the browsers in which this person has signed in, this one first, then the latest
    used.
    """
    if not request.user.is_authenticated:
        return []
    own = own_id(request)
    rows = Session.objects.filter(user_id=request.user.pk, expire_date__gt=timezone.now())
    return sorted(rows.order_by("-seen_at"), key=lambda row: row.pk != own)


def own_id(request: HttpRequest) -> str:
    """Returns the primary key of this browser's session."""
    return row_id(_store(request).session_key)


def end_session(request: HttpRequest, session_id: str) -> dict[str, Any]:
    """Signs the person out of one browser, whichever it is; another person's is never touched.

    Returns what was kept for that browser.
    """
    if not request.user.is_authenticated:
        return {}
    row = Session.objects.filter(user_id=request.user.pk, pk=session_id).first()
    if row is None:
        return {}
    try:
        kept: dict[str, Any] = signing.loads(
            row.session_data, salt=_salt_of(row.pk), serializer=_store(request).serializer
        )
    except signing.BadSignature:
        kept = {}
    row.delete()
    return kept


def name_session(request: HttpRequest, keyring: Keyring, label: str) -> None:
    """Stores the name, sealed, that a person gives to this browser; "" forgets it."""
    sealed = seal_label(keyring, label) if label else None
    Session.objects.filter(user_id=keyring.user_id, pk=own_id(request)).update(sealed_label=sealed)


def _store(request: HttpRequest) -> SessionStore:
    store = request.session
    if not isinstance(store, SessionStore):
        raise TypeError("SESSION_ENGINE must be workbook.vault.sessions.")
    return store

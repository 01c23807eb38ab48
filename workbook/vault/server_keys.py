"""The outer wrapping under the server's own keys, ``settings.WORKBOOK_KEYS`` (newest first).

It opens nothing by itself: inside is what only the person's secret opens. It makes a stolen
database useless for guessing passwords, and lets server keys change without anybody being there.

Layout: server key id (4 bytes) ‖ sealed.
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from workbook.vault import sealing
from workbook.vault.sealing import Closed, Damaged

_ID_BYTES = 4


def wrap(inner: bytes, purpose: str, *context: bytes) -> bytes:
    """Wraps bytes under the newest server key, bound to a purpose and a context."""
    key = _keys()[0]
    key_id = _id_of(key)
    return key_id + sealing.seal(sealing.derive_key(key, purpose), inner, key_id, *context)


def unwrap(wrapped: bytes, purpose: str, *context: bytes) -> bytes:
    """Returns the bytes that :func:`wrap` wrapped.

    Raises Damaged, or Closed where their server key isn't held here.
    """
    key_id, sealed = wrapped[:_ID_BYTES], wrapped[_ID_BYTES:]
    if not sealed:
        raise Damaged("Wrapped bytes are cut short.")
    for key in _keys():
        if _id_of(key) == key_id:
            return sealing.open_sealed(sealing.derive_key(key, purpose), sealed, key_id, *context)
    raise Closed(
        "Wrapped under a server key that WORKBOOK_KEYS doesn't hold. Put the older key back, "
        "after the newest, from the operator's key sheet."
    )


def is_newest(wrapped: bytes) -> bool:
    """Returns whether wrapped bytes are under the newest server key, and so need no older one."""
    return wrapped[:_ID_BYTES] == _id_of(_keys()[0])


def fingerprints() -> list[str]:
    """Returns a short name of each server key, newest first; says nothing of the key itself."""
    return [fingerprint(key) for key in settings.WORKBOOK_KEYS]


def fingerprint(key: bytes) -> str:
    """Returns a short name of one key in hexadecimal; it says nothing of the key itself."""
    return _id_of(key).hex()


def rewrap(wrapped: bytes, purpose: str, *context: bytes) -> bytes:
    """Returns bytes wrapped again, under the newest server key. Raises as :func:`unwrap`."""
    return wrap(unwrap(wrapped, purpose, *context), purpose, *context)


def _keys() -> tuple[bytes, ...]:
    keys: tuple[bytes, ...] = settings.WORKBOOK_KEYS
    if not keys:
        raise ImproperlyConfigured(
            "WORKBOOK_KEYS is empty, and without it no journal opens. "
            "Put the keys back from the operator's key sheet. "
            "On a new site, `make run` makes them. "
            "Never make new ones over a database that holds people."
        )
    return keys


def _id_of(key: bytes) -> bytes:
    return sealing.derive_key(key, "server key id")[:_ID_BYTES]

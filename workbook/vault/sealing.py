"""Sealing bytes: AES-256-GCM, bound to a context, padded, with its failures told apart.

The layouts below are storage formats. ``tests/vault/vectors.json`` freezes them: a new layout gets
a new number in ``FORMAT`` and the old one stays readable.

* sealed: format (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16)
* wrapped: key commitment (32) ‖ sealed
"""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
KEY_BYTES = 32
BLOCK = 256
"""Sealed text is padded to a multiple of this many bytes, so that a length says little."""

_LAYOUT = bytes([FORMAT])
_NONCE_BYTES = 12
_OVERHEAD = 1 + _NONCE_BYTES + 16
_NO_SALT = bytes(KEY_BYTES)  # RFC 5869: as long as the hash, when there is none.
_PADDING_STARTS = b"\x80"  # ISO/IEC 7816-4: one marker, then zeros.


class VaultError(Exception):
    """Says that something stays sealed. Never carries keys, secrets or text."""


class Closed(VaultError):
    """Says that the key that would open this is not held here."""


class WrongSecret(VaultError):
    """Says that the secret given is not the one this was wrapped under."""


class Damaged(VaultError):
    """Says that the secret is right and the bytes are not: altered, cut, or moved from another
    place.
    """


def new_key() -> bytes:
    """Returns 32 random bytes."""
    return os.urandom(KEY_BYTES)


def join(*parts: bytes) -> bytes:
    """Returns the parts as one string that no other parts give: each led by its length."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])


def derive_key(secret: bytes, purpose: str, *context: bytes) -> bytes:
    """Returns 32 bytes for one purpose (HKDF-SHA256). ``secret`` must be hard to guess already."""
    return expand(extract(secret), purpose, *context)


def extract(secret: bytes) -> bytes:
    """Returns 32 bytes from a secret, out of which :func:`expand` makes many keys.

    It is the first half of :func:`derive_key`.
    """
    return hmac.digest(_NO_SALT, secret, "sha256")


def expand(extracted: bytes, purpose: str, *context: bytes) -> bytes:
    """Returns the key for one purpose, from what :func:`extract` gave."""
    # RFC 5869 for a single block, which is one HMAC. The library's own HKDF takes ten times as long
    # to set up, once for every row that is opened.
    info = join(b"alongside", purpose.encode(), *context)
    return hmac.digest(extracted, info + b"\x01", "sha256")


def seal(key: bytes, text: bytes, *context: bytes) -> bytes:
    """Encrypts ``text`` so that it opens only with the same key and the same context."""
    nonce = os.urandom(_NONCE_BYTES)
    return _LAYOUT + nonce + AESGCM(key).encrypt(nonce, text, join(_LAYOUT, *context))


def open_sealed(key: bytes, sealed: bytes, *context: bytes) -> bytes:
    """Returns the bytes that :func:`seal` sealed with this key and context. Raises Damaged."""
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] != _LAYOUT or len(sealed) < _OVERHEAD:
        raise Damaged("Sealed bytes are cut short or in an unknown format.")
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, join(_LAYOUT, *context))
    except InvalidTag:
        raise Damaged("Sealed bytes were altered, or belong somewhere else.") from None


def looks_sealed(sealed: bytes) -> bool:
    """Returns whether padded text could be in here: the format is known and the length fits.

    Nobody can know more without the key; for whoever checks a backup.
    """
    text_bytes = len(sealed) - _OVERHEAD
    return sealed[:1] == _LAYOUT and text_bytes >= BLOCK and text_bytes % BLOCK == 0


def wrap(secret: bytes, key: bytes, purpose: str, *context: bytes) -> bytes:
    """Seals ``key`` under a secret, with a commitment that tells a wrong secret from damage.

    AES-GCM alone can't tell them apart, and a ciphertext could be made that opens under two keys.
    """
    committed = derive_key(secret, f"{purpose} commitment")
    return committed + seal(derive_key(secret, f"{purpose} key"), key, *context)


def unwrap(secret: bytes, wrapped: bytes, purpose: str, *context: bytes) -> bytes:
    """Returns the key that :func:`wrap` sealed under a secret. Raises WrongSecret or Damaged."""
    committed = wrapped[:KEY_BYTES]
    if not hmac.compare_digest(committed, derive_key(secret, f"{purpose} commitment")):
        raise WrongSecret("This secret doesn't open this key.")
    return open_sealed(derive_key(secret, f"{purpose} key"), wrapped[KEY_BYTES:], *context)


def pad(text: bytes) -> bytes:
    """Returns ``text`` and at least one byte more, up to a multiple of ``BLOCK``."""
    return text + _PADDING_STARTS + b"\0" * (-(len(text) + 1) % BLOCK)


def unpad(padded: bytes) -> bytes:
    """Returns the text that :func:`pad` padded. Raises Damaged."""
    end = padded.rfind(_PADDING_STARTS)
    zeros = padded[end + 1 :]
    if len(padded) % BLOCK or end < 0 or zeros != bytes(len(zeros)):
        raise Damaged("The padding is not one of ours.")
    return padded[:end]

"""Codes that change every 30 seconds (TOTP, RFC 6238): six digits, SHA-1, as every app has them."""

import hmac
import os
from base64 import b32encode
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

SECRET_BYTES = 20
SECONDS = 30
DIGITS = 6
DRIFT = 1
"""How many steps of 30 seconds a device's clock may be wrong, either way."""


def new_secret() -> bytes:
    """Returns 160 random bits, the length that RFC 4226 recommends."""
    return os.urandom(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """Returns the code of one step: of the 30 seconds that begin at ``step * 30`` of Unix time."""
    return HOTP(secret, DIGITS, SHA1()).generate(step).decode()  # noqa: S303 - what apps can do


def step_of(secret: bytes, code: str, now: float) -> int | None:
    """Returns the step whose code this is, among now and a little before and after; None: a wrong
    code.
    """
    current = int(now) // SECONDS
    found = None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def as_text(secret: bytes) -> str:
    """Returns the secret as apps take it by hand: base32."""
    return b32encode(secret).decode().rstrip("=")


def as_address(secret: bytes, site: str, account: str) -> str:
    """Returns the secret as apps take it by picture or press (an ``otpauth:`` address)."""
    query = urlencode({"secret": as_text(secret), "issuer": site}, quote_via=quote)
    return f"otpauth://totp/{quote(site, safe='')}:{quote(account, safe='')}?{query}"

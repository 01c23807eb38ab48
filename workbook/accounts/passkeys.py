"""Passkeys of an account: challenges that count once, and what must stand beside one that opens."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from workbook.accounts.models import User
from workbook.accounts.throttles import spend_once
from workbook.vault.keyring import Keyring
from workbook.vault.passkey_slots import is_last_way
from workbook.vault.passkeys import CHALLENGE_BYTES, Unproven, options_to_make
from workbook.vault.recovery_keys import recovery_key_standing
from workbook.vault.sessions import own_id

CHALLENGE_SECONDS = 300
MOST_POSTED = 20_000
"""Characters of what a browser says of a passkey: some thousand at the most."""

_SALT = "workbook.accounts.passkeys"


def new_challenge(*bound: str) -> tuple[bytes, str]:
    """Returns a challenge, and the token with which it comes back. Both are for these purposes
    only.

    Nothing is stored for it: who only looks at the page of sign-in leaves no row.
    """
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    text = urlsafe_b64encode(challenge).decode()
    return challenge, signing.dumps([text, *bound], salt=_SALT)


def challenge_of(token: str, *bound: str) -> bytes:
    """Returns the challenge of a recent token for the same purposes. Raises Unproven."""
    try:
        text, *purposes = signing.loads(token, salt=_SALT, max_age=CHALLENGE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise Unproven from None
    if purposes != list(bound):
        raise Unproven
    return urlsafe_b64decode(text)


def spend(challenge: bytes) -> None:
    """Uses a challenge up. Raises Unproven where it was used before: what was sent comes again."""
    if not spend_once("passkey challenge", challenge.hex(), seconds=2 * CHALLENGE_SECONDS):
        raise Unproven


def bound_here(request: HttpRequest, purpose: str, *more: str) -> tuple[str, ...]:
    """Returns purposes that hold for whoever is signed in, in this session only."""
    return (purpose, str(request.user.pk), own_id(request), *more)


def posted_json(request: HttpRequest, name: str) -> dict[str, Any]:
    """Returns the JSON of a passkey that a browser posted as ``name``. Raises Unproven."""
    text = request.POST.get(name, "")
    if len(text) > MOST_POSTED:
        raise Unproven
    try:
        posted = json.loads(text)
    except (ValueError, RecursionError):
        raise Unproven from None
    if not isinstance(posted, dict):
        raise Unproven
    return posted


def options_for(user: User, challenge: bytes) -> dict[str, Any]:
    """Returns what the device is to make, and what it will call it: nothing of this site, where
    asked.
    """
    neutral = str(_("Notes")) if user.neutral_titles else ""
    return options_to_make(
        user,
        challenge,
        name=user.name,
        shown_name=neutral or user.name,
        site_name=neutral or settings.SITE.name,
    )


def missing_beside(user: User, keyring: Keyring) -> str:
    """Returns the sentence that says what is missing before a passkey may open the journal; "":
    nothing.

    A passkey can be lost with its device, so it is never the last way in.
    """
    if not user.password_is_own or is_last_way(user, keyring):
        return _("Before a passkey can open your journal, choose a password of your own.")
    if recovery_key_standing(user, keyring) != "live":
        return _("Before a passkey can open your journal, make a backup key and check it.")
    return ""

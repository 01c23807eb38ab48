"""The password hash: Argon2id inside the server's own wrapping.

Stored as ``sealed_argon2id$`` and base64 of server_keys.wrap(recipe ‖ verifier). The wrapping isn't
bound to a person, because Django's hashers don't know whose password it is; a hash moved to
another account would let its owner sign in there and find the journal closed.
"""

import hmac
import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.translation import gettext_lazy as _

from workbook.vault import server_keys
from workbook.vault.derivation import Recipe, derive
from workbook.vault.sealing import Damaged, derive_key

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

logger = logging.getLogger(__name__)

PURPOSE = "password hash"
ALGORITHM = "sealed_argon2id"
PREFIX = f"{ALGORITHM}$"


class SealedArgon2PasswordHasher(BasePasswordHasher):
    """A hasher that costs one derivation whatever happens: right, wrong, damaged, or no such name.

    ``encode`` and ``verify`` raise TooBusy when too many people are signing in.
    """

    algorithm = ALGORITHM

    def encode(self, password: str | bytes, salt: str) -> str:
        """Returns the hash of a password, to be stored."""
        self._check_encode_args(password, salt)  # type: ignore[attr-defined]
        recipe = Recipe.current(salt.encode())
        packed = recipe.pack() + _verifier(password, recipe)
        return stored(server_keys.wrap(packed, PURPOSE))

    def verify(self, password: str | bytes, encoded: str) -> bool:
        """Returns whether a hash is this password's."""
        try:
            recipe, verifier = _unpack(encoded)
        except Damaged:
            logger.error("A password hash is damaged. Set a new password for this account.")
            recipe, verifier = Recipe.current(b"no hash, same cost"), b""
        return hmac.compare_digest(_verifier(password, recipe), verifier)

    def must_update(self, encoded: str) -> bool:
        """Returns whether a hash is of other costs than today's, or under an older server key."""
        if (recipe := recipe_of(encoded)) is None:
            return False
        return recipe.costs != Recipe.current(b"").costs or not server_keys.is_newest(raw(encoded))

    def harden_runtime(self, password: str | bytes, encoded: str) -> None:
        """Makes up for cheaper costs of an older hash: time grows with memory times passes."""
        if (recipe := recipe_of(encoded)) is None:
            return
        today = Recipe.current(recipe.salt)
        missing = today.passes - recipe.passes * recipe.memory_kib // today.memory_kib
        if missing > 0:
            derive(password, today._replace(passes=missing))

    def decode(self, encoded: str) -> dict[str, Any]:
        """Returns the algorithm, salt and costs of a hash."""
        recipe, _verifier = _unpack(encoded)
        return {"algorithm": self.algorithm, **recipe._asdict()}

    def safe_summary(self, encoded: str) -> "dict[str | _StrPromise, Any]":
        """Returns what the admin may show: which kind of hash it is, and nothing of it."""
        return {_("algorithm"): self.algorithm}


def recipe_of(encoded: str) -> Recipe | None:
    """Returns how a password hash was made, or None when it isn't one of ours. Raises Closed."""
    if not encoded.startswith(PREFIX):
        return None
    try:
        return _unpack(encoded)[0]
    except Damaged:
        return None


def _verifier(password: str | bytes, recipe: Recipe) -> bytes:
    return derive_key(derive(password, recipe), "password verifier")


def _unpack(encoded: str) -> tuple[Recipe, bytes]:
    return Recipe.unpack(server_keys.unwrap(raw(encoded), PURPOSE))


def stored(wrapped: bytes) -> str:
    """Returns the hash as it is stored, of its wrapped bytes."""
    return PREFIX + urlsafe_b64encode(wrapped).decode()


def raw(encoded: str) -> bytes:
    """Returns the wrapped bytes of a stored hash. Raises Damaged."""
    _algorithm, _dollar, text = encoded.partition("$")
    try:
        return urlsafe_b64decode(text)
    except ValueError:
        raise Damaged("A password hash is not base64.") from None

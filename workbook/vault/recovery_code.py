"""The recovery code, which readers know as their backup key.

Eleven groups of four, in Crockford's base32: three random characters (15 bits) and one that checks
them. 165 random bits in all, so no slow derivation is needed. The check is a code over GF(32): any
one wrong character, any two that changed places and any group in another's place is caught for
certain, anything else 31 times in 32, and the group that is wrong can be named.
"""

import re
import secrets

from workbook.vault.sealing import VaultError, derive_key
from workbook.web.unicode import normalized

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 11
GROUP_LENGTH = 4

_RANDOM = GROUP_LENGTH - 1
_WEIGHTS = (2, 4, 8)  # Different from each other and from 1, the weight of the check itself.
_LOOK_ALIKES = str.maketrans("OIL", "011")
_BETWEEN_GROUPS = re.compile(r"[\s\-‐-―−_.,:;/|]+")


class CodeMistake(VaultError):
    """Says that a code has a slip in it. ``groups`` are the numbers of the wrong groups, from 1."""

    def __init__(self, groups: list[int]) -> None:
        super().__init__(f"Look again at group {', '.join(map(str, groups))}.")
        self.groups = groups


def new() -> bytes:
    """Returns a fresh secret: 33 random characters of the alphabet."""
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * _RANDOM)).encode()


def show(secret: bytes) -> str:
    """Returns the code to print: ``K7QM-…``, eleven groups joined by hyphens."""
    text = secret.decode()
    groups = [text[start : start + _RANDOM] for start in range(0, len(text), _RANDOM)]
    return "-".join(group + _check(group, place) for place, group in enumerate(groups))


def read(code: str) -> bytes:
    """Returns the secret in a typed code: any case, any separators, O for 0, I and L for 1.

    Raises CodeMistake.
    """
    folded = normalized("NFKC", code).upper().translate(_LOOK_ALIKES)
    groups = [group for group in _BETWEEN_GROUPS.split(folded) if group]
    typed_in_groups = len(groups) == GROUPS
    if not typed_in_groups:
        text = "".join(groups)
        groups = [text[start : start + GROUP_LENGTH] for start in range(0, len(text), GROUP_LENGTH)]
    wrong = [
        place + 1
        for place in range(GROUPS)
        if place >= len(groups) or not _fits(groups[place], place)
    ]
    if not typed_in_groups and len(text) != GROUPS * GROUP_LENGTH:
        # After a lost or an extra character each later group is shifted: only the first tells.
        wrong = wrong[:1] or [GROUPS]
    if wrong:
        raise CodeMistake(wrong)
    return "".join(group[:_RANDOM] for group in groups).encode()


def finder(secret: bytes) -> bytes:
    """Returns 32 bytes that find the account and say nothing about the key."""
    return derive_key(secret, "spare key finder")


def _fits(group: str, place: int) -> bool:
    return (
        len(group) == GROUP_LENGTH
        and all(character in ALPHABET for character in group)
        and group[_RANDOM] == _check(group[:_RANDOM], place)
    )


def _check(group: str, place: int) -> str:
    total = place
    for weight, character in zip(_WEIGHTS, group, strict=True):
        total ^= _times(weight, ALPHABET.index(character))
    return ALPHABET[total]


def _times(a: int, b: int) -> int:
    """The product in GF(32), modulo x⁵ + x² + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= 0b100101
        b >>= 1
    return product

"""Passwords that were stolen elsewhere, so that they are tried first.

``list.gcs`` is a Golomb-coded set of 1,428,282 passwords of 12 characters and more, made by
``scripts/make_breached_list.py``, which names its sources; ``LICENSE.txt`` holds their licenses.
Each one is in it for certain. Any other password is taken for one of them one time in 512.

Layout: members ‖ offset in bits of each of 4,096 groups, and of their end (4 bytes each, little
end first) ‖ Rice codes. A member is a number below members x 2^9. Each group holds an equal part of
those, and writes every member as its distance to the one before.
"""

import hashlib
import re
import struct
import unicodedata
from importlib.resources import files
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

RICE_BITS = 9
"""One password in 2^9 is taken for a member by chance."""
RICE_CODE = re.compile(f"(1*)0([01]{{{RICE_BITS}}})")
"""The quotient in ones and a zero, then nine bits."""
GROUPS = 4096
LEAST_LENGTH = 12

_LIST = files(__package__) / "list.gcs"


class BreachedPasswordsValidator:
    """Refuses passwords that are on the list of stolen ones, in whatever case they are typed."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for a password that is on the list."""
        if is_listed(password):
            raise ValidationError(
                _(
                    "This password is on a list of stolen ones that people try first, "
                    "or looks like one that is. Choose another one."
                ),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        """Returns what to say of this rule beside a field."""
        return _("Not on a list of stolen passwords.")


def is_listed(password: str) -> bool:
    """Returns whether a password is on the list; of all others, one in 512 is taken for one as
    well.
    """
    # Read each time: two megabytes in every process would cost more than a password now and then.
    packed = _LIST.read_bytes()
    (members,) = struct.unpack_from("<I", packed)
    wanted = number_of(password, members)
    group = group_of(wanted, members)
    begin, end = struct.unpack_from("<2I", packed, 4 * (1 + group))
    first, stop = (32 * (2 + GROUPS) + offset for offset in (begin, end))
    whole = "".join(f"{byte:08b}" for byte in packed[first // 8 : stop // 8 + 1])
    value = group_begins(group, members) - 1
    for quotient, rest in RICE_CODE.findall(whole[first % 8 :][: stop - first]):
        value += 1 + (len(quotient) << RICE_BITS | int(rest, 2))
        if value >= wanted:
            break
    return value == wanted


def folded(password: str) -> str:
    """Returns a password as the list has it: no matter in which case or width it is typed."""
    return unicodedata.normalize("NFKC", password).strip().casefold()


def number_of(password: str, members: int) -> int:
    """Returns which of members x 2^9 numbers stands for a password."""
    digest = hashlib.sha256(folded(password).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") * (members << RICE_BITS) >> 64


def group_of(number: int, members: int) -> int:
    """Returns which group a number belongs to."""
    return number * GROUPS // (members << RICE_BITS)


def group_begins(group: int, members: int) -> int:
    """Returns the smallest number of a group."""
    return -(-group * (members << RICE_BITS) // GROUPS)

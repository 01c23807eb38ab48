"""The operator's key sheet: a copy of the keys on paper or a stick, and the proof of it."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from workbook.operations import keys, records
from workbook.vault import server_keys

GROUP = 4
ASKED = 4
"""Groups to type back. A copy of which four random ones are right is a copy."""


class NotProven(Exception):
    """Says that a copy is none of the keys in use; the message says which part, and never a key."""


@dataclass(frozen=True)
class WrittenKey:
    """One key as the sheet has it: groups numbered through all of the sheet."""

    name: str
    first: int
    groups: tuple[str, ...] = field(repr=False)


def written() -> list[WrittenKey]:
    """Returns the keys in use, in the order of the sheet."""
    parts, number = [], 1
    named = [("SECRET_KEY", settings.SECRET_KEY)]
    for key in settings.WORKBOOK_KEYS:
        named.append((f"WORKBOOK_KEYS, {server_keys.fingerprint(key)}", keys.encode(key)))
    for name, text in named:
        groups = tuple(text[at : at + GROUP] for at in range(0, len(text), GROUP))
        parts.append(WrittenKey(name, number, groups))
        number += len(groups)
    return parts


def prove_by_typing(ask: Callable[[int], str]) -> None:
    """Asks for a few groups by their numbers, at least one of every key. Raises NotProven."""
    parts = written()
    numbered = {part.first + at: group for part in parts for at, group in enumerate(part.groups)}
    chosen = {part.first + secrets.randbelow(len(part.groups)) for part in parts}
    while len(chosen) < min(ASKED, len(numbered)):
        chosen.add(secrets.choice(list(numbered)))
    for number in sorted(chosen):
        if not hmac.compare_digest(ask(number).strip().encode(), numbered[number].encode()):
            raise NotProven(
                f"Group {number} is not what the key has. Upper and lower case matter. "
                "If the sheet has something else there, make a new one."
            )
    _note()


def prove_by_file(text: str) -> None:
    """Compares a copy of the key file with the keys in use. Raises NotProven or KeysError."""
    copy = keys.parse(text, "the copy")
    if not hmac.compare_digest(copy.secret_key.encode(), settings.SECRET_KEY.encode()):
        raise NotProven("Its SECRET_KEY is another one than the site's.")
    missing = [key for key in settings.WORKBOOK_KEYS if key not in copy.workbook_keys]
    if missing:
        raise NotProven(
            f"It lacks {len(missing)} of the site's {len(settings.WORKBOOK_KEYS)} WORKBOOK_KEYS. "
            "Copy the key file again; after a rotation an older copy is not enough."
        )
    _note()


def proven_on() -> str:
    """Returns the day a copy of just these keys was proven, as text; "" where none was."""
    found = records.read().get("key_sheet") or {}
    return str(found.get("on", "")) if found.get("keys") == _names() else ""


def _note() -> None:
    records.note(key_sheet={"keys": _names(), "on": timezone.now().date().isoformat()})


def _names() -> list[str]:
    secret = salted_hmac(__name__, "SECRET_KEY", algorithm="sha256").hexdigest()[:8]
    return [secret, *server_keys.fingerprints()]

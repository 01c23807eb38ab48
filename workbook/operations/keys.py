"""A site's keys: where they come from and how they are made.

``SECRET_KEY`` signs what Django signs. ``WORKBOOK_KEYS`` are the server's own layer around every
sealed row: 32 random bytes each, newest first. Both come from the environment or from one file in
the data folder, never half from each.

Nothing here imports Django: the settings are read through this module.
"""

import base64
import os
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbook.web.durable_files import write_whole

FILE_NAME = "keys.toml"
KEY_BYTES = 32

_HEADING = """\
# The keys of this site. Whoever loses them loses every journal written on it, for good.
# Keep a copy apart from the database and its backups, and let nobody else read this file.
"""


class KeysError(ValueError):
    """Says that keys can't be used; the message is one line and says what to do."""


@dataclass(frozen=True)
class Keys:
    """The keys a site runs with; their values never show in a traceback."""

    secret_key: str = field(repr=False)
    workbook_keys: tuple[bytes, ...] = field(repr=False)


def from_environment(environment: Mapping[str, str] = os.environ) -> Keys | None:
    """Returns the keys in ``SECRET_KEY`` and ``WORKBOOK_KEYS`` (newest first, separated by commas).

    None where neither is set. Raises KeysError where only one is, or a key is malformed.
    """
    secret_key = environment.get("SECRET_KEY", "").strip()
    encoded = environment.get("WORKBOOK_KEYS", "").replace(",", " ").split()
    if not secret_key and not encoded:
        return None
    if not secret_key or not encoded:
        there, missing = "SECRET_KEY", "WORKBOOK_KEYS"
        if not secret_key:
            there, missing = missing, there
        raise KeysError(
            f"{there} is set, {missing} is not. Set both, or neither to use {FILE_NAME}."
        )
    return Keys(secret_key, _decoded(encoded, "WORKBOOK_KEYS"))


def read(path: Path) -> Keys | None:
    """Returns the keys in the file at ``path``; None where there is no such file.

    Raises KeysError for a file that can't be read or doesn't hold both keys.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", "not UTF-8 text") or "unknown"
        raise KeysError(f"The key file {path} can't be read: {reason}.") from None
    return parse(text, f"The key file {path}")


def parse(text: str, what: str) -> Keys:
    """Returns the keys in the text of a key file; ``what`` names it, for the error. Raises
    KeysError.
    """
    damaged = f"{what} is damaged; put back the copy that is kept apart."
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        # The parser's own message may quote the line, and the line may be a key.
        raise KeysError(f"{damaged} It is not valid TOML.") from None
    secret_key, encoded = table.get("SECRET_KEY"), table.get("WORKBOOK_KEYS")
    if not isinstance(secret_key, str) or not secret_key:
        raise KeysError(f"{damaged} It holds no SECRET_KEY.")
    if not isinstance(encoded, list) or not encoded or not all(isinstance(k, str) for k in encoded):
        raise KeysError(f"{damaged} It holds no list of WORKBOOK_KEYS.")
    return Keys(secret_key, _decoded(encoded, what))


def make(path: Path) -> Keys:
    """Makes new keys and writes them to a new file at ``path`` with mode 0600, durably.

    Raises FileExistsError where there is one already, so that two first starts at once can't
    each take keys of their own.
    """
    keys = Keys(secrets.token_urlsafe(48), (new_workbook_key(),))
    write_whole(path, _as_toml(keys), replace=False)
    return keys


def replace(path: Path, keys: Keys) -> None:
    """Puts ``keys`` in the place of those in the file, whole and durably, or leaves it as it is."""
    write_whole(path, _as_toml(keys))


def new_workbook_key() -> bytes:
    """Returns a new server key: 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def encode(key: bytes) -> str:
    """Returns a key as URL-safe base64."""
    return base64.urlsafe_b64encode(key).decode()


def _as_toml(keys: Keys) -> str:
    listed = ", ".join(f'"{encode(key)}"' for key in keys.workbook_keys)
    return (
        f'{_HEADING}SECRET_KEY = "{keys.secret_key}"\n# Newest first.\nWORKBOOK_KEYS = [{listed}]\n'
    )


def _decoded(encoded: Sequence[str], where: str) -> tuple[bytes, ...]:
    keys = []
    for number, text in enumerate(encoded, start=1):
        try:
            key = base64.b64decode(text.strip().rstrip("=") + "=", altchars=b"-_", validate=True)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            # Never the value itself: this line ends in a terminal, a log or a bug report.
            raise KeysError(
                f"Key {number} in {where} is not {KEY_BYTES} bytes of URL-safe base64 "
                "(44 characters)."
            )
        keys.append(key)
    return tuple(keys)

"""What the environment asks for, read once and checked with a remedy in each error.

Only :mod:`workbook.settings` imports this module.
"""

import ipaddress
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on"}
NO = {"", "0", "false", "no", "off"}


def flag(name: str) -> bool:
    """Returns whether a yes/no variable is set to yes; anything else stops the start."""
    value = os.environ.get(name, "").strip().lower()
    if value not in YES | NO:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 or 0.")
    return value in YES


def one_of(name: str, *choices: str) -> str:
    """Returns one of a few words, the first where nothing is set."""
    value = os.environ.get(name) or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to {' or '.join(choices)}.")
    return value


def folder(name: str, default: Path) -> Path:
    """Returns the folder that a variable names, or the usual one, as a full path."""
    return Path(os.environ.get(name) or default).expanduser().resolve()


def port(name: str, default: int) -> int:
    """Returns the port that a variable names, or the usual one; anything else stops the start."""
    value = os.environ.get(name) or str(default)
    number = int(value) if value.isascii() and value.isdecimal() else 0
    if not 0 < number < 65536:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to a number from 1 to 65535.")
    return number


def site_url(value: str) -> str:
    """Returns an origin such as ``https://workbook.example.org``, without a path."""
    parts = urlsplit(value)
    has_more = parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username
    with suppress(ValueError):  # From a port that is none.
        if (
            parts.scheme in {"http", "https"}
            and parts.hostname
            and parts.port != 0
            and not has_more
        ):
            return f"{parts.scheme}://{parts.netloc}"
    raise ImproperlyConfigured(
        f"SITE_URL is {value!r}. Give scheme and host only, such as https://workbook.example.org"
    )


def networks(name: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Returns addresses or networks separated by commas, such as ``127.0.0.1, 10.0.0.0/8``."""
    try:
        return tuple(
            ipaddress.ip_network(item.strip(), strict=False)
            for item in os.environ.get(name, "").split(",")
            if item.strip()
        )
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}: {error}. Give addresses or networks, such as 127.0.0.1, 10.0.0.0/8"
        ) from None


SQLITE_OPTIONS: Mapping[str, Any] = {
    # Three seconds, then an honest 503: a person should not wait longer to learn the truth.
    "timeout": 3,
    # A deferred transaction that reads first can't wait for a writer; it fails at once.
    "transaction_mode": "IMMEDIATE",
    # 256 KB of cache: the system keeps pages, too. What is dropped at anybody's next save took
    # longer to fill than it saved, and left holes in the memory of a worker's four connections.
    # FULL: "Saved" must survive a power cut. secure_delete: deleted words and keys leave the file.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
        "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-256;"
    ),
}


POSTGRES_OPTIONS: Mapping[str, str] = {
    "connect_timeout": "3",
    # As long as SQLite's: then an honest 503, and not a thread that waits for ever.
    "options": "-c lock_timeout=3s",
    # A server that is gone without a word is noticed in so many milliseconds.
    "tcp_user_timeout": "10000",
}


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Returns Django's settings for ``sqlite:///path`` or
    ``postgres://user:password@host:port/name``.
    """
    parts = urlsplit(url or f"sqlite:///{data_dir / 'alongside.sqlite3'}")
    persistent = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    path = unquote(parts.path)
    if parts.scheme == "sqlite" and not parts.netloc and len(path) > 1:
        # Three slashes are followed by the path: sqlite:////srv/db or sqlite:///relative.
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path[1:] if path.startswith("//") else path if not url else path[1:],
            "OPTIONS": dict(SQLITE_OPTIONS),
            **persistent,
        }
    if parts.scheme in {"postgres", "postgresql"} and len(path) > 1:
        options = dict(parse_qsl(parts.query))
        with suppress(ValueError):  # From a port that is none.
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": path[1:],
                "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""),
                "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
                "PORT": parts.port or "",
                "OPTIONS": {**POSTGRES_OPTIONS, **options},
                **persistent,
            }
    raise ImproperlyConfigured(
        "DATABASE_URL is malformed. Give postgres://user:password@host:5432/name, "
        "or sqlite:////absolute/path/to/file, or leave it out for SQLite in the data folder."
    )

"""Backups: made while people write, verified by opening them, and never with the keys in them."""

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from workbook.operations import postgres_copy, records, schema, sqlite_copy
from workbook.operations.contents import BadBackup, Contents
from workbook.web.durable_files import make_durable

NAME = re.compile(r"alongside-(\d{8}T\d{6}Z)(?:-\d+)?\.(?:sqlite3|dump)", re.ASCII)
_STAMP = "%Y%m%dT%H%M%SZ"
REMEMBERED = 60
"""How many backups keeping.json knows by their digest."""


@dataclass(frozen=True)
class Backup:
    """A backup that was verified: its file, what the file holds, and the file's SHA-256."""

    path: Path
    contents: Contents
    sha256: str

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return self.path.stat().st_size


def usual_folder() -> Path:
    """Returns the folder in the data folder where backups go."""
    return Path(settings.DATA_DIR, "backups")


def make(folder: Path) -> Backup:
    """Makes a verified backup in ``folder``, for this account's eyes only. Raises BadBackup."""
    if trouble := schema.standing().trouble():
        raise BadBackup(trouble)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made_at = timezone.now()
    draft = folder / f".{made_at:%Y%m%dT%H%M%S%f}.part"
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if connection.vendor == "postgresql":
            postgres_copy.make(draft)
        else:
            sqlite_copy.make(Path(str(connection.settings_dict["NAME"])), draft)
        contents = inspect(draft)
        contents.check()
        make_durable(draft)
        digest = sha256_of(draft)  # Read once more, from the disk.
        path = _free_name(folder, made_at)
        draft.rename(path)
        make_durable(folder)
    finally:
        draft.unlink(missing_ok=True)
    this = {"name": path.name, "sha256": digest, "made_at": made_at.isoformat(timespec="seconds")}
    records.note(backups=[this, *remembered()][:REMEMBERED])
    return Backup(path, contents, digest)


def inspect(path: Path) -> Contents:
    """Returns what a backup of either kind holds, having read all of it. Raises BadBackup."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise BadBackup(f"{path} can't be read: {error.strerror}.") from None
    if head.startswith(b"SQLite format 3\0"):
        return sqlite_copy.inspect(path)
    if head.startswith(b"PGDMP"):
        return postgres_copy.inspect(path)
    raise BadBackup(f"{path.name} is no backup of Alongside's.")


def is_for(path: Path, vendor: str) -> bool:
    """Returns whether a backup was made from this kind of database."""
    with path.open("rb") as file:
        return file.read(5) == (b"PGDMP" if vendor == "postgresql" else b"SQLit")


def throw_away_older(folder: Path, days: int) -> list[str]:
    """Removes this folder's backups older than ``days``, and returns their names."""
    oldest = timezone.now() - timedelta(days=days)
    names = [path.name for path, made_at in kept_in(folder) if made_at < oldest]
    for name in names:
        (folder / name).unlink()
    return names


def kept_in(folder: Path) -> list[tuple[Path, datetime]]:
    """Returns the backups in a folder with the moment each was made, the latest first."""
    found = [(path, at) for path in folder.glob("alongside-*") if (at := made_at_of(path.name))]
    return sorted(found, key=lambda one: one[1], reverse=True)


def made_at_of(name: str) -> datetime | None:
    """Returns when a backup of this name was made; None for another file."""
    match = NAME.fullmatch(name)
    return datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC) if match else None


def remembered() -> list[dict[str, str]]:
    """Returns the backups this site has made, the latest first: name, sha256, made_at."""
    found: Any = records.read().get("backups", [])
    return found if isinstance(found, list) else []


def note_seen_elsewhere(digest: str) -> dict[str, str] | None:
    """Notes that a copy with this digest lies on another machine, and returns the backup; None: not
    ours.
    """
    for backup in remembered():
        if backup["sha256"] == digest:
            if (records.read().get("seen_elsewhere") or {}).get("made_at", "") > backup["made_at"]:
                return backup  # A newer one has been seen already.
            now = timezone.now().isoformat(timespec="seconds")
            seen = {"name": backup["name"], "made_at": backup["made_at"], "on": now}
            records.note(seen_elsewhere=seen)
            return seen
    return None


def sha256_of(path: Path) -> str:
    """Returns a file's digest in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _free_name(folder: Path, made_at: datetime) -> Path:
    suffix = postgres_copy.SUFFIX if connection.vendor == "postgresql" else sqlite_copy.SUFFIX
    name = f"alongside-{made_at.astimezone(UTC):{_STAMP}}"
    numbered = (f"{name}-{number}" for number in count(2))
    paths = (folder / f"{stem}{suffix}" for stem in chain([name], numbered))
    return next(path for path in paths if not path.exists())

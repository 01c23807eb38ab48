"""``deleted.txt``, beside the backups: the marks of deleted accounts, a line each.

An older backup may be restored when the newest marks are in no database anymore. The file is not
part of any backup and goes wherever they are copied.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from workbook.accounts.deletion_marks import DeletionMark
from workbook.accounts.models import today
from workbook.web.durable_files import write_whole

FILE_NAME = "deleted.txt"

_HEADING = """\
# Accounts that were deleted, so that no backup brings them back: keyed hashes, no names.
# Keep this file beside the backups, also where they are copied to.
"""
_LINE = re.compile(r"(\d{4}-\d\d-\d\d) ([0-9a-f]{8}:[0-9a-f]{48})", re.ASCII)


def read(path: Path) -> list[DeletionMark]:
    """Returns the marks in a file; none where there is no file. Raises ValueError for a damaged
    one.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    marks = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line and not line.startswith("#"):
            match = _LINE.fullmatch(line)
            if not match:
                raise ValueError(f"{path}:{number} is damaged.")
            marks.append(DeletionMark(match[2], date.fromisoformat(match[1])))
    return marks


def bring_up_to_date(folder: Path, noted: Iterable[DeletionMark], days: int) -> None:
    """Adds what was noted since; drops marks older than ``days`` (0: none). Raises ValueError."""
    marks = {mark.text: mark for mark in (*read(folder / FILE_NAME), *noted)}.values()
    oldest = today() - timedelta(days=days) if days else date.min
    kept = [mark for mark in marks if mark.deleted_on >= oldest]
    write(folder, sorted(kept, key=lambda mark: (mark.deleted_on, mark.text)))


def write(folder: Path, marks: Iterable[DeletionMark]) -> None:
    """Replaces the file, whole and with mode 0600."""
    lines = (f"{mark.deleted_on.isoformat()} {mark.text}\n" for mark in marks)
    write_whole(folder / FILE_NAME, _HEADING + "".join(lines))

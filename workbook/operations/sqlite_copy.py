"""A consistent copy of a SQLite database that people are writing in."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from workbook.operations import contents
from workbook.operations.contents import BadBackup, Contents

SUFFIX = ".sqlite3"


def make(database: Path, target: Path) -> None:
    """Writes a copy to ``target``, an empty file. Raises BadBackup.

    One read transaction, so it is one moment's state, and nobody's saving waits for it.
    """
    try:
        with closing(_open(database, "ro")) as source:
            source.execute("VACUUM INTO ?", (str(target),))
        with closing(_open(target, "rw")) as copy:
            # One file and no log beside it; what is taken out is not left in free pages either.
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("PRAGMA secure_delete = ON")
            for table in contents.LEFT_OUT:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            copy.execute("VACUUM")
    except sqlite3.Error as error:
        raise BadBackup(f"SQLite could not copy the database: {error}.") from None


def inspect(path: Path) -> Contents:
    """Reads all of a copy, and returns what it holds. Raises BadBackup."""
    held = Contents()
    try:
        with closing(_open(path, "ro&immutable=1")) as copy:
            [found] = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise BadBackup("SQLite finds it damaged (PRAGMA integrity_check).")
            if copy.execute("PRAGMA foreign_key_check").fetchone():
                raise BadBackup("Rows in it belong to people who are not in it.")
            applied = copy.execute(f"SELECT app, name FROM {contents.MIGRATIONS}")  # noqa: S608
            held.migrations.update(applied.fetchall())
            for table in contents.COUNTED.values():
                rows = copy.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
                [held.counts[table]] = rows.fetchone()
            columns = ", ".join(contents.SLOT_COLUMNS)
            for row in copy.execute(f"SELECT {columns} FROM {contents.SLOTS}"):  # noqa: S608
                held.saw_slot(contents.slot_values(row))
            for [sealed] in copy.execute(f"SELECT sealed FROM {contents.ENTRIES}"):  # noqa: S608
                held.saw_entry(sealed)
    except sqlite3.Error as error:
        raise BadBackup(f"SQLite can't read it: {error}.") from None
    return held


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None, timeout=10
    )

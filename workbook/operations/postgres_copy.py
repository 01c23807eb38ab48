"""A consistent copy of a PostgreSQL database, by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection

from workbook.operations import contents
from workbook.operations.contents import BadBackup, Contents
from workbook.operations.schema import UNFINISHED

SUFFIX = ".dump"


def make(target: Path) -> None:
    """Writes a dump in PostgreSQL's custom format: one snapshot, compressed. Raises BadBackup."""
    left_out = [f"--exclude-table-data={table}" for table in contents.LEFT_OUT]
    plain = ("--format=custom", "--no-owner", "--no-privileges")
    with target.open("wb") as file, _program("pg_dump", *left_out, *plain) as run:
        shutil.copyfileobj(_out(run), file)


def inspect(path: Path) -> Contents:
    """Reads all of a dump, as a restore would, and returns what it holds. Raises BadBackup."""
    held = Contents()
    with _reading(path) as run:
        for table, columns, row in _rows(_out(run)):
            held.counts[table] += 1
            values = dict(zip(columns, row, strict=True))
            if table == contents.MIGRATIONS:
                held.migrations.add((values["app"] or "", values["name"] or ""))
            elif table == contents.SLOTS:
                found = [_bytes_or_text(values[name]) for name in contents.SLOT_COLUMNS]
                held.saw_slot(contents.slot_values(found))
            elif table == contents.ENTRIES:
                held.saw_entry(bytes(_bytes_or_text(values["sealed"]) or b""))
    for table in contents.COUNTED.values():
        held.counts.setdefault(table, 0)
    return held


def put_back(path: Path) -> None:
    """Replaces every table by those of the dump, in one transaction. Raises BadBackup.

    The table UNFINISHED stands afterward, until whoever restores says that all is done.
    """
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    dropped = "".join(
        f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE;\n" for table in tables
    )
    connection.close()
    with _program("psql", "--no-psqlrc", "--quiet", "--single-transaction", "-f", "-") as psql:
        into = psql.stdin
        if into is None:
            raise BadBackup("psql takes no input.")
        try:
            into.write(f"\\set ON_ERROR_STOP on\n{dropped}".encode())
            with _reading(path, whole=True) as run:
                shutil.copyfileobj(_out(run), into)
            into.write(f"\nCREATE TABLE public.{UNFINISHED} ();\n".encode())
            into.close()
        except BrokenPipeError:
            pass  # psql has stopped, and says why.
        _out(psql).read()


def _reading(path: Path, *, whole: bool = False) -> AbstractContextManager[subprocess.Popen[bytes]]:
    only = () if whole else ("--data-only",)
    arguments = (*only, "--no-owner", "--no-privileges", "-f", "-", str(path))
    return _program("pg_restore", *arguments, needs_database=False)


@contextmanager
def _program(
    name: str, *arguments: str, needs_database: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's programs with the site's own database. Raises BadBackup."""
    environment: dict[str, str] = dict(os.environ)
    where: list[str] = []
    if needs_database:
        settings = connection.settings_dict
        [_psql, *where], more = connection.client.settings_to_cmd_args_env(settings, [])
        environment |= more or {}
    run = subprocess.Popen(  # noqa: S603 - PostgreSQL's own, no shell
        [_find(name), *where[:-1], *arguments, *where[-1:]],
        env=environment,
        stdin=subprocess.PIPE if name == "psql" else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        with run:
            yield run
            errors = run.stderr.read() if run.stderr else b""
    finally:
        if run.poll() is None:
            run.kill()
    if run.returncode:
        [reason, *_more] = errors.decode(errors="replace").strip().splitlines() or ["no reason"]
        raise BadBackup(f"{name} stopped: {reason}.")


def _find(name: str) -> str:
    if found := shutil.which(name):
        return found
    # Debian keeps those of its server out of the way.
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not installed:
        raise BadBackup(f"{name} is missing. Run: sudo apt-get install postgresql-client")
    return str(installed[-1])


def _out(run: subprocess.Popen[bytes]) -> IO[bytes]:
    if run.stdout is None:
        raise BadBackup("There is no output to read.")
    return run.stdout


def _rows(script: IO[bytes]) -> Iterator[tuple[str, list[str], list[str | None]]]:
    """Table, columns and values of every row in a dump's COPY blocks."""
    table, columns = "", list[str]()
    for line in script:
        text = line.decode().removesuffix("\n")
        if table:
            if text == "\\.":
                table = ""
            else:
                yield table, columns, [_unescaped(value) for value in text.split("\t")]
        elif text.startswith("COPY ") and text.endswith(" FROM stdin;"):
            name, _, listed = text[len("COPY ") : -len(" FROM stdin;")].partition(" (")
            table = name.rpartition(".")[2].strip('"')
            columns = [column.strip().strip('"') for column in listed.rstrip(")").split(",")]


def _unescaped(value: str) -> str | None:
    # Of our own values only a backslash is ever escaped: before the hexadecimal of bytes.
    return None if value == "\\N" else value.replace("\\\\", "\\")


def _bytes_or_text(value: str | None) -> Any:
    return bytes.fromhex(value[2:]) if value and value.startswith("\\x") else value

"""What lies at rest, as a thief would read it: files byte by byte, tables value by value."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.management import call_command
from django.db import connection


def database_files() -> list[Path]:
    """SQLite's own files, with the write-ahead log; none on PostgreSQL."""
    if connection.vendor != "sqlite":
        return []
    name = Path(connection.settings_dict["NAME"])
    return [path for path in name.parent.glob(f"{name.name}*") if path.is_file()]


def _relation_files() -> Iterator[bytes]:
    """PostgreSQL's files of tables and indexes, as they lie on the disk; needs a superuser."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
            "WHERE relkind IN ('r', 't', 'i') AND relfilenode <> 0"
        )
        for (content,) in cursor.fetchall():
            yield bytes(content)


def files() -> bytes:
    """Every file of the database in one piece."""
    return b"\0".join([*(path.read_bytes() for path in database_files()), *_relation_files()])


def tidied(is_forgotten: Callable[[], bool], **options: bool) -> bool:
    """Whether the files have forgotten something, on PostgreSQL once ``tidy`` has run.

    There a rewritten table keeps what any transaction of the whole cluster might still see, those
    of the tests beside this one too: so it is tried again until they are over.
    """
    for _attempt in range(120 if connection.vendor == "postgresql" else 0):
        call_command("tidy", **options)
        if is_forgotten():
            return True
        time.sleep(0.25)
    return is_forgotten()


def values() -> Iterator[bytes]:
    """Every text and binary value of every table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, str | bytes | memoryview):
                        yield value.encode() if isinstance(value, str) else bytes(value)


def everything_at_rest() -> bytes:
    """All of it in one piece, to be searched."""
    return files() + b"\0".join(values())


def with_a_bit_flipped(sealed: bytes) -> bytes:
    """A sealed value as a bad disk would leave it: always another one, whatever it ended with."""
    return bytes(sealed[:-1]) + bytes([sealed[-1] ^ 1])

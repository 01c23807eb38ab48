"""Somebody who can write every row of the database and holds no key: plain SQL, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection, models

from workbook.journal.models import EarlierVersion, Entry
from workbook.vault.keyring import Keyring
from workbook.vault.rows import SealedRow

Row = dict[str, Any]


class Intruder:
    """One table, with values as the database's own driver gives and takes them."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.table = connection.ops.quote_name(model._meta.db_table)

    def rows(self, where: str = "1 = 1", *values: Any) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {self.table} WHERE {where} ORDER BY id", values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]

    def row(self, ident: Any) -> Row:
        (found,) = self.rows("id = %s", self.value("id", ident))
        return found

    def change(self, ident: Any, **columns: Any) -> None:
        """Sets columns of one row; ``columns`` as they come out of :meth:`row`."""
        names = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {self.table} SET {names} WHERE id = %s",
                [*columns.values(), self.value("id", ident)],
            )
            assert cursor.rowcount == 1

    def remove(self, ident: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.table} WHERE id = %s", [self.value("id", ident)])
            assert cursor.rowcount == 1

    def insert(self, row: Row) -> None:
        names = ", ".join(map(connection.ops.quote_name, row))
        signs = ", ".join(["%s"] * len(row))
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {self.table} ({names}) VALUES ({signs})", [*row.values()])

    def value(self, name: str, value: Any) -> Any:
        """A value of a field as the driver takes it."""
        field = self.model._meta.get_field(name)
        return field.get_db_prep_value(value, connection)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


@contextmanager
def an_earlier_release() -> Iterator[None]:
    """Rows are sealed as releases did that sealed nothing of where they stand."""
    with mock.patch.object(Entry, "BOUND", ()), mock.patch.object(EarlierVersion, "BOUND", ()):
        yield


def is_bound(keyring: Keyring, row: SealedRow) -> bool:
    """Whether a row's seal says where it stands."""
    with (
        mock.patch.object(type(row), "BOUND", ()),
        mock.patch.object(type(row), "is_in_place", return_value=True),
    ):
        return "bound" in row.open(keyring)

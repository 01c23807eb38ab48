"""What counts as a database that is busy, told by real ones."""

import sqlite3
from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.db.utils import DatabaseErrorWrapper
from django.http import HttpResponse
from django.test import Client, RequestFactory

from workbook.crisis.database_busy import DatabaseBusyMiddleware, database_is_busy


def django_error(cause: Exception) -> Exception:
    """The error as Django hands it on, with the driver's own as its cause."""
    from django.db.backends.sqlite3.base import DatabaseWrapper

    wrapper = DatabaseWrapper({"NAME": ":memory:", "OPTIONS": {}, "TIME_ZONE": None})
    with pytest.raises(Exception) as raised, DatabaseErrorWrapper(wrapper):
        raise cause
    return raised.value


def failure(statement: str, database: sqlite3.Connection) -> Exception:
    with pytest.raises(sqlite3.Error) as raised:
        database.execute(statement)
    return raised.value


def test_a_lock_held_by_another_writer_is_busy(tmp_path: Path) -> None:
    first = sqlite3.connect(tmp_path / "db", isolation_level=None)
    second = sqlite3.connect(tmp_path / "db", isolation_level=None, timeout=0)
    first.execute("BEGIN IMMEDIATE")
    assert database_is_busy(django_error(failure("BEGIN IMMEDIATE", second)))
    first.close()
    second.close()


def test_a_file_that_can_t_be_opened_is_busy(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect(tmp_path / "missing" / "db")
    assert database_is_busy(django_error(raised.value))


def test_a_full_disk_is_busy(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "db", isolation_level=None)
    database.execute("CREATE TABLE words (text)")
    database.execute("PRAGMA max_page_count = 2")
    full = failure("INSERT INTO words VALUES (zeroblob(100000))", database)
    database.close()
    assert database_is_busy(django_error(full))


def test_a_missing_table_is_a_fault_not_a_busy_database(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "db")
    missing = failure("SELECT * FROM words", database)
    database.close()
    assert isinstance(django_error(missing), OperationalError)
    assert not database_is_busy(django_error(missing))


def test_other_errors_are_not_the_database_s() -> None:
    for error in (None, ValueError(), ProgrammingError("no such column")):
        assert not database_is_busy(error)


def test_a_lost_connection_is_busy() -> None:
    assert database_is_busy(InterfaceError("connection already closed"))


@pytest.mark.usefixtures("database_gone")
def test_the_database_of_this_site_counts_as_busy_when_it_is_gone() -> None:
    with pytest.raises(OperationalError) as raised:
        connection.ensure_connection()
    assert database_is_busy(raised.value)


def test_a_view_that_fails_for_it_is_answered_with_a_503(rf: RequestFactory) -> None:
    middleware = DatabaseBusyMiddleware(lambda request: HttpResponse())
    response = middleware.process_exception(rf.get("/"), OperationalError("server is gone"))
    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert middleware.process_exception(rf.get("/"), ValueError()) is None


@pytest.mark.urls("tests.crisis.urls")
def test_a_503_is_sent_even_where_errors_would_be_raised(database_gone: None) -> None:
    assert Client().get("/fails/database/").status_code == 503

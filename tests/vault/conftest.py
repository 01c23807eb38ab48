"""Two people, each with a journal of their own."""

from typing import Any, NamedTuple

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from tests.vault.notes import Note
from workbook import vault


class Writer(NamedTuple):
    user: Any
    keyring: vault.Keyring
    password: str


def join(name: str) -> Writer:
    password = f"{name} by the quiet river"
    with vault.deriving_once():
        user = get_user_model().objects.create_user(name=name, password=password)
        return Writer(user, vault.begin(user, password), password)


@pytest.fixture
def ada(db: None) -> Writer:
    return join("ada")


@pytest.fixture
def ben(db: None) -> Writer:
    return join("ben")


@pytest.fixture
def notes(db: None) -> type[Note]:
    """The table of notes, gone again with the test's transaction."""
    editor = connection.schema_editor()
    editor.deferred_sql = []
    statement, parameters = editor.table_sql(Note)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return Note

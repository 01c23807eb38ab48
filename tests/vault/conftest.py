"""Two people and a private table. Models are imported late: this file is read before Django is."""

from typing import Any

import pytest


@pytest.fixture
def ada(db: None) -> Any:
    from tests.vault.writers import join

    return join("ada")


@pytest.fixture
def ben(db: None) -> Any:
    from tests.vault.writers import join

    return join("ben")


@pytest.fixture
def notes(db: None) -> Any:
    """The table of notes, gone again with the test's transaction."""
    from django.db import connection

    from tests.vault.notes import Note

    editor = connection.schema_editor()
    editor.deferred_sql = []
    statement, parameters = editor.table_sql(Note)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return Note

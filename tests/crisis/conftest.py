"""Pages in trouble: addresses that fail on purpose, and a database that is gone."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client


@pytest.fixture
def visitor() -> Client:
    """A browser that gets whatever response a crash ends in, and carries a session cookie."""
    from django.conf import settings

    client = Client(raise_request_exception=False, headers={"Accept": "text/html,*/*;q=0.8"})
    client.cookies[settings.SESSION_COOKIE_NAME] = secrets.token_urlsafe(32)
    return client


@pytest.fixture
def database_gone(django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    """The database can't be reached: its folder is missing, or nothing listens at its port."""
    kept = dict(connection.settings_dict)
    gone = {"NAME": str(tmp_path / "missing" / "file.sqlite3")}
    if connection.vendor == "postgresql":
        gone = {"HOST": "127.0.0.1", "PORT": "1"}
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(gone)
        yield
        connection.settings_dict.update(kept)
        connection.close()

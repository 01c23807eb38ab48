"""Steps that many tests of accounts take."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.elements import page as parsed

NEW_PASSWORD = "seven geese over the harbor"


def code_on(html: str) -> str:
    """Returns the recovery key that a page shows, in its groups."""
    return "-".join(one.words for one in parsed(html).all("code") if len(one.words) == 4)


@pytest.fixture
def strict() -> Client:
    """A browser whose forms need their token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def log_in() -> Callable[..., Any]:
    """``log_in(client, name, password)`` sends the form of the login page."""

    def send(client: Client, name: str, password: str, **more: str) -> Any:
        return client.post(reverse("login"), {"username": name, "password": password, **more})

    return send


@pytest.fixture
def is_open() -> Callable[[Client], bool]:
    """Whether a browser has entered with its journal open, by what the site itself does."""

    def ask(client: Client) -> bool:
        response = client.get(reverse("login"))
        return bool(response.status_code == 302 and response["Location"] == reverse("home"))

    return ask

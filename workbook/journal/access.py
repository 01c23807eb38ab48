"""Who is asking, for views below ``open_journal_required``."""

from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from workbook.accounts.access import person_here
from workbook.accounts.models import User
from workbook.vault.keyring import Keyring
from workbook.vault.sessions import keyring_of


class Owner(NamedTuple):
    """A person whose journal is open."""

    person: User
    keyring: Keyring


def owner_of(request: HttpRequest) -> Owner:
    keyring = keyring_of(request)
    if keyring is None:
        raise PermissionDenied
    return Owner(person_here(request), keyring)


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def htmx_target(request: HttpRequest) -> str:
    """The id of the element that the answer will go into."""
    return request.headers.get("HX-Target", "")

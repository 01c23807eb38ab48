"""Whose journal it is, for its own pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache

from workbook.accounts.access import open_journal_required, person_here
from workbook.accounts.models import User
from workbook.journal.entries.store import zone_of
from workbook.vault.keyring import Keyring
from workbook.vault.sessions import keyring_of

View = Callable[..., HttpResponseBase]


def own_page(view: View) -> View:
    """For a page of an open journal: never cached, its times as their owner lives them."""

    @wraps(view)
    def in_own_time(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(zone_of(person_here(request))):
            return view(request, *args, **kwargs)

    owned: View = never_cache(open_journal_required(in_own_time))
    return owned


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

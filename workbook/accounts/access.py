"""Who asks, with ``request.journal``; and for views that show or keep words: only with it open."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django_htmx.middleware import HtmxDetails

from workbook.accounts.models import User
from workbook.accounts.next_url import page_behind, with_next
from workbook.vault.keyring import Keyring
from workbook.vault.sessions import keyring_of

View = Callable[..., HttpResponseBase]


class Owner(NamedTuple):
    """A person whose journal is open, and the keys it is open with."""

    person: User
    keyring: Keyring


class RequestJournal:
    """Says whose request it is, and whether their journal is open in this browser.

    Every request has one as ``request.journal``. Nothing is read before it is asked for, and
    nothing is remembered here: after a view has locked or unlocked the journal, this says so.
    """

    __slots__ = ("_request",)

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def person(self) -> User:
        """The person who has signed in. Raises PermissionDenied where nobody has."""
        return person_here(self._request)

    @property
    def keyring(self) -> Keyring | None:
        """The keys of the open journal; None while it is locked or nobody has signed in."""
        return keyring_of(self._request)

    @property
    def is_open(self) -> bool:
        """Whether somebody has signed in and their journal isn't locked."""
        return self.keyring is not None

    @property
    def owner(self) -> Owner:
        """The person and their keys together. Raises PermissionDenied where no journal is open."""
        keyring = self.keyring
        if keyring is None:
            raise PermissionDenied
        return Owner(self.person, keyring)


class Request(HttpRequest):
    """What the middleware makes of a request, as views may take it. Only for type annotations."""

    user: User | AnonymousUser
    journal: RequestJournal
    htmx: HtmxDetails


def person_here(request: HttpRequest) -> User:
    """Returns the person who has signed in. Raises PermissionDenied where nobody has."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def open_journal_required(view: View) -> View:
    """Leads whoever has signed in and is locked to the password, and back to the page afterward.
    Stands below Django's own login: nobody signed out comes this far.
    """

    @wraps(view)
    def opened(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.journal.is_open:
            return locked_response(request)
        return view(request, *args, **kwargs)

    return opened


@never_cache
def locked_response(request: Request) -> HttpResponse:
    """Answers where the journal is locked: leads to the password, and back to the page afterward.

    htmx gets a fragment with status 401, so that what is on the page stays there.
    """
    is_page = request.method in {"GET", "HEAD"} and not request.htmx
    # What was posted can't be asked for again by address: back to the page it was posted from.
    back = request.get_full_path() if is_page else page_behind(request)
    address = with_next("login", back)
    if request.htmx:
        return render(request, "accounts/_locked.html", {"address": address}, status=401)
    return redirect(address)

"""For views that show or keep words: only with the journal open."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from workbook.accounts.models import User
from workbook.accounts.next_url import page_behind
from workbook.vault.sessions import keyring_of

View = Callable[..., HttpResponseBase]


def person_here(request: HttpRequest) -> User:
    """Whoever has entered. For views below login, which nobody else reaches."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def open_journal_required(view: View) -> View:
    """Send whoever has entered and is locked to the password, and back to the page afterwards.

    htmx gets a fragment with status 401 instead: what is on the page stays there. Stands below
    Django's own login: nobody signed out comes this far.
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if keyring_of(request) is None:
            return locked_response(request)
        return view(request, *args, **kwargs)

    return opened


@never_cache
def locked_response(request: HttpRequest) -> HttpResponse:
    is_htmx = request.headers.get("HX-Request") == "true"
    is_page = request.method in {"GET", "HEAD"} and not is_htmx
    # What was posted can't be asked for again by address: back to the page it was posted from.
    back = request.get_full_path() if is_page else page_behind(request)
    query = f"?{urlencode({'next': back})}" if back else ""
    address = f"{reverse('enter')}{query}"
    if is_htmx:
        return render(request, "accounts/_locked.html", {"address": address}, status=401)
    return redirect(address)

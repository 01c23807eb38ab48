"""Who is asking, out of the row that the session is read from: the user and their journal."""

from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, middleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from workbook.accounts.access import RequestJournal
from workbook.accounts.known_browsers import write_down
from workbook.accounts.models import User
from workbook.vault.sessions import SessionStore


class PersonMiddleware(middleware.AuthenticationMiddleware):
    """Sets ``request.user`` and ``request.journal``.

    Django's own would ask the database twice: for the session, then for the user.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Sets the request's user and journal, both looked up when they are first asked for."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]
        request.journal = RequestJournal(request)  # type: ignore[attr-defined]

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Writes down which browser this was, where somebody has signed in."""
        write_down(request, response)
        return response


def person_of(request: HttpRequest) -> Any:
    """Returns the person whose session this is, or AnonymousUser. Costs one query, and none the
    next time.

    A session ends for good when its person may no longer sign in or the password has changed since.
    """
    store = request.session
    if not isinstance(store, SessionStore) or not isinstance(user := store.user, User):
        return AnonymousUser()
    if not user.is_active or not _password_is_the_same(store, user):
        store.flush()
        return AnonymousUser()
    return user


def _password_is_the_same(store: SessionStore, user: User) -> bool:
    kept = store.get(HASH_SESSION_KEY, "")
    if constant_time_compare(kept, user.get_session_auth_hash()):
        return True
    # Made under a SECRET_KEY from before: still theirs, and moved to the one of today.
    if any(constant_time_compare(kept, old) for old in user.get_session_auth_fallback_hash()):
        store.cycle_key()
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        return True
    return False

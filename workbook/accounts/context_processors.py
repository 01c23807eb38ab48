"""What every template may ask: ``person`` and ``cover``."""

from typing import Any, NamedTuple

from django.utils.functional import SimpleLazyObject

from workbook.accounts.access import Request
from workbook.vault.sessions import lock_minutes_of


class Cover(NamedTuple):
    """What a page with an open journal must know to cover itself (``static/js/lock.js``)."""

    minutes: int
    is_shared: bool


def person(request: Request) -> dict[str, Any]:
    """Gives each template ``person``, whoever has signed in or None, and ``cover``. Looked up only
    where a template asks.
    """
    return {
        "person": SimpleLazyObject(lambda: _person(request)),
        "cover": SimpleLazyObject(lambda: cover_of(request)),
    }


def _person(request: Request) -> Any:
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def cover_of(request: Request) -> Cover | None:
    """Returns what a page needs to cover itself; None where no journal is open."""
    if _person(request) is None or not request.journal.is_open:
        return None
    is_shared = request.session.get_expire_at_browser_close()
    return Cover(lock_minutes_of(request), is_shared)

"""What every template may ask: ``person``."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def person(request: HttpRequest) -> dict[str, Any]:
    """Whoever has entered, or None. Looked up only where a template asks."""
    return {"person": SimpleLazyObject(lambda: _person(request))}


def _person(request: HttpRequest) -> Any:
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None

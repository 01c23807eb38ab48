"""Who may open what, decided before anybody is looked up."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import middleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Asks for login on every view but those marked ``@login_not_required``.

    Django's own loads the user first and then looks at the mark, so that a public page would fail
    with the database for whoever carries a session cookie. Help must not.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Leads to the login whoever hasn't signed in, unless the view is for anyone."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

"""Django's error handlers, and the middleware that lets no bare error out."""

import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from workbook.crisis.database_busy import database_is_busy
from workbook.crisis.error_pages import error_page, error_response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answers a request that Django couldn't read, or that was larger than it may be."""
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answers a request for what is somebody else's."""
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answers a request for an address that leads nowhere."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers when everything else failed, a database in a middleware before any view among it."""
    return error_page(request, 503 if database_is_busy(sys.exc_info()[1]) else 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answers a form whose token is gone or stale.

    A view that takes a reader's words has an ``on_csrf_failure(request, reason)`` attribute and
    answers with a fresh form that holds them.
    """
    match = request.resolver_match
    answer = getattr(match.func, "on_csrf_failure", None) if match else None
    if answer is not None:
        response: HttpResponseBase = answer(request, reason)
        return response
    return error_response(
        request,
        403,
        title=_("This page is out of date"),
        message=_(
            "To protect you from other sites, "
            "a form stops working once you sign in or out somewhere else. "
            "Reload the page and send it again."
        ),
    )


def is_bare(request: HttpRequest, response: HttpResponse) -> bool:
    """Says whether an error response is no page yet, nor what its program asked for."""
    content = response.content.lstrip()
    if not content:
        return True
    if request.headers.get("HX-Request") == "true":
        return False
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        return not content[:64].lower().startswith((b"<!doctype html", b"<html"))
    return kind.startswith("text/plain") and "text/html" in request.headers.get("Accept", "")


class ErrorPagesMiddleware:
    """Fills errors that leave without a page (405, a refusal in plain words) with their kind one.

    Text meant for machines keeps its own type, unless whoever asks would rather read HTML.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            response.status_code >= 400
            and isinstance(response, HttpResponse)
            and request.accepts("text/html")
            and is_bare(request, response)
        ):
            page = error_page(request, response.status_code)
            response.content = page.content
            for name in ("Content-Type", "Cache-Control"):
                response.headers[name] = page.headers[name]
            if "Retry-After" in page.headers:
                response.headers.setdefault("Retry-After", page.headers["Retry-After"])
            if "Content-Length" in response.headers:
                response.headers["Content-Length"] = str(len(response.content))
        return response

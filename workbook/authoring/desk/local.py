"""Middleware of the writing desk: only this machine may use it, and it may frame its own pages."""

import ipaddress
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from workbook.accounts.access import RequestJournal
from workbook.crisis.error_pages import error_response
from workbook.web.headers import CONTENT_SECURITY_POLICY, HEADERS

GetResponse = Callable[[HttpRequest], HttpResponseBase]

DESK_HEADERS = {
    **HEADERS,
    # The one loosening, and only here: the desk shows its own pages in frames beside the text.
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}


SAFE = {"GET", "HEAD", "OPTIONS"}
"""Methods of HTTP that change nothing."""
ONLY_SHOWN = "This page is only shown here"
NOTHING_KEPT = (
    "The writing desk shows what readers will see, and keeps nothing that is filled in. "
    "To try answering for yourself, start the site with make run."
)


class DeskHeadersMiddleware:
    """Sets ``DESK_HEADERS`` on every response, in place of the site's safety headers.

    It stands outermost.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in DESK_HEADERS.items():
            response.headers[name] = value
        return response


class LocalOnlyMiddleware:
    """Refuses requests from other machines: the desk writes files and asks for no password.

    Refuses, too, whatever is posted to the pages it shows, for it would be lost.

    A page elsewhere that sends a browser here under another name is stopped by ALLOWED_HOSTS, and
    one that posts a form by Django's check of the origin.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_loopback(request.META.get("REMOTE_ADDR", "")):
            raise PermissionDenied
        if request.method not in SAFE and not request.path.startswith("/desk/"):
            return error_response(request, 403, title=ONLY_SHOWN, message=NOTHING_KEPT)
        # The site's own pages, shown in the frames, ask who is reading: nobody is.
        request.user = AnonymousUser()
        request.journal = RequestJournal(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def is_loopback(address: str) -> bool:
    """Returns whether an IP address is this machine's own, such as 127.0.0.1 or ::1."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"

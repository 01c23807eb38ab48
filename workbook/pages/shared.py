"""Keeps the pages that are the same for everyone who is signed out.

They are drawn once per edition of the content, compressed once, kept in memory, and answered with
an ETag, so that a phone that has the page asks for it again with a few bytes. They hold no token
and set no cookie.
"""

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps

import brotli
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from workbook.chapters.book import Library
from workbook.chapters.loader import library

MOST_PAGES = 500
"""Pages kept in memory: those of a few workbooks, at some 40 KB each, compressed and not."""

View = Callable[..., HttpResponse]

_ETAG = re.compile(r'"([0-9a-f]{32})"')


@dataclass(frozen=True)
class Kept:
    """A page as it was drawn from one state of the content, ``stock``."""

    stock: Library
    body: bytes

    @cached_property
    def digest(self) -> str:
        """The first 32 hexadecimal digits of the SHA-256 of the page."""
        return hashlib.sha256(self.body).hexdigest()[:32]

    @cached_property
    def packed(self) -> dict[str, bytes]:
        """The compressed page by its content encoding, the smallest first.

        Nothing of anybody's is in it, so its length needs no disguise.
        """
        return {
            "br": brotli.compress(self.body, mode=brotli.MODE_TEXT),
            "gzip": gzip.compress(self.body, mtime=0),
        }

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Returns the page, compressed if the browser takes that; 304 if the browser has it."""
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "").replace(" ", "").split(",")
        encoding = next((name for name in self.packed if name in accepted), "")
        # Compressed it is the same page in other bytes, which is what a weak tag says.
        etag = f'W/"{self.digest}"' if encoding else f'"{self.digest}"'
        headers = {"Cache-Control": "no-cache", "ETag": etag, "Vary": "Accept-Encoding, Cookie"}
        if self.digest in _ETAG.findall(request.META.get("HTTP_IF_NONE_MATCH", "")):
            return HttpResponseNotModified(headers=headers)
        body = self.body
        if encoding:
            headers["Content-Encoding"] = encoding
            body = self.packed[encoding]
        headers["Content-Length"] = str(len(body))
        return HttpResponse(body, headers=headers)


_kept: dict[str, Kept] = {}


class SharedPagesMiddleware:
    """Answers most visits of the signed out with a kept page, before anything else is asked.

    Stands right below the safety headers. A browser that somebody has signed in with goes on to
    the view, and so does everything that isn't plainly one of these pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        kept = _kept.get(request.path)
        if kept is None or not _may_have(request, kept):
            return self.get_response(request)
        return kept.answer(request)


def _may_have(request: HttpRequest, kept: Kept) -> bool:
    if settings.DEBUG or request.method not in {"GET", "HEAD"} or kept.stock is not library():
        return False
    if "HTTP_COOKIE" in request.META and settings.SESSION_COOKIE_NAME in request.COOKIES:
        return False
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


def shared_when_signed_out(view: View) -> Callable[..., HttpResponseBase]:
    """Keeps what a view shows to the signed out; what a person sees is never kept anywhere.

    With another state of the content the page is drawn again. Only a page that was found is kept,
    by its path alone: a query changes nothing on these pages.
    """

    @wraps(view)
    def shared(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            response = view(request, *args, **kwargs)
            response["Cache-Control"] = "no-store, private"
            return response
        stock = library()
        kept = _kept.get(request.path)
        if kept is None or kept.stock is not stock or settings.DEBUG:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            if len(_kept) >= MOST_PAGES:
                _kept.clear()
            kept = _kept[request.path] = Kept(stock, response.content)
        return kept.answer(request)

    return shared

"""Pages that are the same for everyone who has not entered.

They are drawn once per edition of the content, kept in memory, and answered with an ETag, so that a
phone that has the page asks for it again with a few bytes. They hold no token and set no cookie.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

MOST_PAGES = 500
"""Kept in memory: every page of a few workbooks, at some 20 KB each."""

View = Callable[..., HttpResponse]


class Kept(NamedTuple):
    edition: str
    body: bytes
    etag: str


_kept: dict[str, Kept] = {}


def shared_when_signed_out(
    edition: Callable[[], str],
) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Keep what a view shows to the signed out; what a person sees is never kept anywhere.

    ``edition`` names the content's state; with another one the page is drawn anew. Only a page that
    was found is kept, by its path alone: a query changes nothing on these pages.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def shared(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
                response = view(request, *args, **kwargs)
                response["Cache-Control"] = "no-store, private"
                return response
            kept = _kept.get(request.path)
            if kept is None or kept.edition != edition() or settings.DEBUG:
                response = view(request, *args, **kwargs)
                if response.status_code != 200:
                    return response
                kept = _keep(request.path, edition(), response.content)
            response = HttpResponse(kept.body, headers={"ETag": kept.etag})
            response["Cache-Control"] = "no-cache"
            patch_vary_headers(response, ["Cookie"])
            conditional = get_conditional_response(request, etag=kept.etag, response=response)
            return conditional or response

        return shared

    return decorate


def _keep(path: str, edition: str, body: bytes) -> Kept:
    if len(_kept) >= MOST_PAGES:
        _kept.clear()
    kept = Kept(edition, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
    _kept[path] = kept
    return kept

"""Pages leave compressed: on a bad network a chapter's 30 KB are five seconds, its 7 KB are one."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

KINDS = ("text/html", "application/json", "application/manifest+json")


class CompressPagesMiddleware(GZipMiddleware):
    """Compresses pages and nothing else: static files, pictures and fonts are compressed already.

    Stands outside everything that reads what a page says. Django adds a few random bytes to each,
    so that a page's length tells nobody what is in it (BREACH).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compresses the response, if it is a page."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in KINDS:
            return response
        return super().process_response(request, response)

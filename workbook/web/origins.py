"""Where a request that changes something was made: on a page of this site, or on another one."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_own_page(request: HttpRequest) -> bool | None:
    """Returns whether a request was made by a page of this site; None where the browser doesn't
    say.

    ``Sec-Fetch-Site`` decides where it is sent, which is by https or to this machine alone; then
    ``Origin``, then ``Referer``. No page can forge any of them.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        # "none": somebody acted on the browser itself, such as by reloading.
        return site in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return None
    # Not by scheme: behind a proxy that isn't listed as trusted, https arrives as http.
    ours = {request.get_host(), urlsplit(settings.SITE_URL).netloc}
    return urlsplit(source).netloc in ours

"""Which page a person is sent to after signing in: the one they asked for, if it is on this site.

That page travels in the parameter ``next``, in an address or in a form.
"""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def asked_for(request: HttpRequest) -> str:
    """Returns the path that the request's ``next`` names, or "" when that leads to another site.

    A posted form is asked before the address.
    """
    return _ours(request, request.POST.get("next") or request.GET.get("next") or "")


def onward(request: HttpRequest) -> str:
    """Returns the path that the request's ``next`` names, or else that of the home page."""
    return asked_for(request) or reverse("home")


def address_with_next(request: HttpRequest, name: str) -> str:
    """Returns the path of the page called ``name``, with the request's ``next`` handed on to it.

    Used where something, such as a second step, still stands between a person and that page.
    """
    return with_next(name, asked_for(request))


def with_next(name: str, wanted: str) -> str:
    """Returns the path of the page called ``name``, with ``wanted`` as its ``next`` unless "".

    ``name`` is that of a URL pattern; ``wanted`` is a path.
    """
    return f"{reverse(name)}?{urlencode({'next': wanted})}" if wanted else reverse(name)


def page_behind(request: HttpRequest) -> str:
    """Returns the path and query of the page that a request was made from, or "".

    It is "" where the browser doesn't say, or names a page of another site.
    """
    source = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if source.netloc != request.get_host():
        return ""
    return _ours(request, f"{source.path}?{source.query}" if source.query else source.path)


def _ours(request: HttpRequest, target: str) -> str:
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts=None, require_https=request.is_secure()
    )
    return target if is_ours else ""

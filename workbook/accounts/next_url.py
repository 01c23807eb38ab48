"""Where to go once someone has signed in: only ever back into this site."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def asked_for(request: HttpRequest) -> str:
    """Returns the page that ``next`` names, in the form or in the address; "" when it leads
    elsewhere.
    """
    return _ours(request, request.POST.get("next") or request.GET.get("next") or "")


def onward(request: HttpRequest) -> str:
    """Returns the page that ``next`` names, or else the first one."""
    return asked_for(request) or reverse("home")


def address_with_next(request: HttpRequest, name: str) -> str:
    """Returns the address of a step that is still between, with the page that was asked for."""
    return with_next(name, asked_for(request))


def with_next(name: str, wanted: str) -> str:
    """Returns the address of a page that leads on to ``wanted``; "": to wherever it leads."""
    return f"{reverse(name)}?{urlencode({'next': wanted})}" if wanted else reverse(name)


def page_behind(request: HttpRequest) -> str:
    """Returns the page of ours that a request was made from, path and query, for coming back; or
    "".
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

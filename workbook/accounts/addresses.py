"""Where a request comes from, as far as it can be believed. Never stored, never logged."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def network_of(request: HttpRequest) -> str:
    """The sender's IPv4 address or IPv6 /64 network; "" when it can't be told.

    A whole /64 usually belongs to one home, and its addresses change by themselves.
    """
    address = _client(request)
    if address is None:
        return ""
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _client(request: HttpRequest) -> IPAddress | None:
    """The nearest sender that is not one of our own proxies.

    Each proxy appends to X-Forwarded-For whom it heard from, so only the right end can be believed,
    and only as far as the proxies are ours (``settings.TRUSTED_PROXIES``).
    """
    claimed = request.headers.get("X-Forwarded-For", "").split(",")
    address = _read(request.META.get("REMOTE_ADDR", ""))
    while address is not None and _is_ours(address) and claimed:
        nearer = _read(claimed.pop())
        if nearer is None:
            break
        address = nearer
    return address


def _is_ours(address: IPAddress) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def _read(text: str) -> IPAddress | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address

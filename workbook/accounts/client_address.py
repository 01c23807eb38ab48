"""Where a request comes from, as far as it can be believed. Never stored, never logged."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


PREFIXES = {4: (32, 24), 6: (64, 56, 48)}
"""Bits of the networks that a sender is counted in, by version, the nearest first.

A whole /64 usually belongs to one home, and its addresses change by themselves; a /56 or a /48 is
what a provider hands to one customer, who can send from each /64 in it.
"""


def networks_of(request: HttpRequest) -> tuple[str, ...]:
    """Returns the sender's own network and the larger ones around it, such as ``192.0.2.1/32`` and
    ``192.0.2.0/24``; ``("",)`` when the sender can't be told.
    """
    address = _client(request)
    if address is None:
        return ("",)
    prefixes = PREFIXES[address.version]
    return tuple(str(ipaddress.ip_network((address, bits), strict=False)) for bits in prefixes)


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

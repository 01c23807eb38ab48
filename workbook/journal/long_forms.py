"""Reading a form that may hold the longest answer, in little more memory than its words take.

The library's way takes a hundred bytes for each percent sign, and the widest scripts need four of
them a letter. It is left to all other forms, which are held to a fraction of this size.
"""

import re

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, QueryDict

MOST_BYTES = 1_500_000
"""An answer may hold 100,000 characters; the widest script takes four bytes a character, and
percent-encoding triples them: 1.2 MB. Some more is read, so that what is too long can be shown
again instead of being lost with an error page.
"""
PIECE = 32 * 1024
"""Bytes of a value that are decoded at a time."""
_ENCODED = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


def read_long_form(request: HttpRequest) -> QueryDict:
    """Returns the fields of a posted form, as ``request.POST`` does from then on.

    Raises:
        RequestDataTooBig: for more than :data:`MOST_BYTES`, unread.
        TooManyFieldsSent: for more than ``settings.DATA_UPLOAD_MAX_NUMBER_FIELDS``.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        return request.POST  # No page of ours sends words like that: it is held to what others are.
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise RequestDataTooBig
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    fields = request.read().split(b"&", most + 1)
    if len(fields) > most:
        raise TooManyFieldsSent
    data = QueryDict(mutable=True)
    for field in filter(None, fields):
        name, _sign, value = field.partition(b"=")
        data.appendlist(_decoded(name), _decoded(value))
    request.POST = data  # type: ignore[assignment]  # Django lets it be set
    return data


def _decoded(value: bytes) -> str:
    value = value.replace(b"+", b" ")
    if b"%" not in value:
        return value.decode("utf-8", "replace")
    pieces, start = [], 0
    while start < len(value):
        end = start + PIECE
        # A percent sign and its two digits stay together.
        end -= next((back for back in (1, 2) if value[end - back : end - back + 1] == b"%"), 0)
        pieces.append(_ENCODED.sub(_bytes_of, value[start:end]))
        start = end
    return b"".join(pieces).decode("utf-8", "replace")


def _bytes_of(encoded: re.Match[bytes]) -> bytes:
    return bytes.fromhex(encoded[0].replace(b"%", b"").decode("ascii"))

"""What machines that watch a site ask: is this process alive, and should readers be sent to it."""

import shutil
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from workbook.chapters.loader import library
from workbook.crisis.contact import contact_of_site
from workbook.operations import schema

SECURITY_TXT_LASTS = timedelta(days=90)
"""How long somebody who has read it may go by it; the standard wants less than a year."""

# Below this a write-ahead log or a sort may fail in the middle of somebody's sentence.
LEAST_FREE_BYTES = 100 * 1024 * 1024


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers 200 while this process answers at all; touches nothing else, the database least of
    all.
    """
    return HttpResponse(
        "alive\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Answers 200 where all parts are fit to serve readers, else 503; names each part and how it
    is.
    """
    parts = {name: check() for name, check in CHECKS.items()}
    return JsonResponse(
        parts,
        status=200 if set(parts.values()) == {"ok"} else 503,
        headers={"Cache-Control": "no-store"},
    )


@require_safe
@login_not_required
def security_txt(request: HttpRequest) -> HttpResponse:
    """Says whom to tell of a weakness, in the form of RFC 9116; 404 where site.toml names no
    contact.
    """
    if not settings.SITE.contact.strip():
        raise Http404
    contact = contact_of_site()
    # A sentence can't be a contact here: it stands at the foot of each page.
    told = f"mailto:{contact.email}" if contact.email else contact.address
    expires = (timezone.now() + SECURITY_TXT_LASTS).date()
    lines = (
        f"Contact: {told or f'{settings.SITE_URL}/about/#contact'}",
        f"Expires: {expires.isoformat()}T00:00:00Z",
        f"Preferred-Languages: {settings.LANGUAGE_CODE.partition('-')[0]}",
        f"Canonical: {settings.SITE_URL}{request.path}",
    )
    return HttpResponse(
        "".join(f"{line}\n" for line in lines),
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=86400"},
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def _migrations() -> str:
    try:
        standing = schema.standing()
    except DatabaseError:
        return "unknown"
    if standing.is_unfinished:
        return "a restore was cut off"
    if standing.unknown:
        return "made by a newer Alongside"
    return "wanting" if standing.wanting else "ok"


def _content() -> str:
    return "ok" if library().books else "nothing to read"


def _disk() -> str:
    return "ok" if shutil.disk_usage(settings.DATA_DIR).free >= LEAST_FREE_BYTES else "nearly full"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "content": _content,
    "disk": _disk,
}

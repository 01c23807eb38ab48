"""The machine: disk, clock, and the way people come in."""

import http.client
import shutil
import socket
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from workbook.operations.doctor.finding import SiteFinding, look, ok, wrong
from workbook.operations.views import LEAST_FREE_BYTES

ROOM = 1024 * 1024 * 1024
"""Bytes to have free: for backups beside the database, and for a log that grows overnight."""
CERTIFICATE_LEFT = timedelta(days=14)
"""Certificates are renewed a month before they end; one with less has missed it."""
AHEAD = timedelta(minutes=5)


def disk() -> SiteFinding:
    """Looks how much room is left on the disk."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    said = f"{usage.free / 1024**3:.1f} GiB free in {settings.DATA_DIR}."
    if usage.free < LEAST_FREE_BYTES:
        return wrong(said, "Make room now: soon nothing can be saved.")
    if usage.free < max(ROOM, 3 * _database_bytes()):
        return look(said, "Make room, or get a larger disk, while there is time.")
    return ok(said)


def _database_bytes() -> int:
    if connection.vendor != "sqlite":
        return 0
    path = Path(str(connection.settings_dict["NAME"]))
    return path.stat().st_size if path.exists() else 0


def clock() -> SiteFinding:
    """Looks at the machine's clock, on which throttles, locks and days rest."""
    files = [path for path in settings.DATA_DIR.iterdir() if path.is_file()]
    newest = max((path.stat().st_mtime for path in files), default=0.0)
    now = timezone.now()
    if datetime.fromtimestamp(newest, UTC) - now > AHEAD:
        return wrong(
            f"It says {now:%Y-%m-%d %H:%M} UTC, and files here are newer.",
            "Set it, and have it follow the network: timedatectl set-ntp true",
        )
    synchronized = _follows_the_network()
    if synchronized == "no":
        return wrong("It does not follow the network's time.", "timedatectl set-ntp true")
    if synchronized != "yes":
        return look(
            f"It says {now:%Y-%m-%d %H:%M} UTC; whether it follows the network can't be seen here.",
            "Compare it with another clock.",
        )
    return ok("It follows the network's time.")


def _follows_the_network() -> str:
    program = shutil.which("timedatectl")
    if program is None:
        return ""
    asked = [program, "show", "--property=NTPSynchronized", "--value"]
    try:
        run = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return ""
    return run.stdout.strip()


def address() -> SiteFinding:
    """Looks whether people come by https."""
    if settings.SITE_IS_HTTPS:
        return ok(f"People come to {settings.SITE_URL}, over https.")
    if urlsplit(settings.SITE_URL).hostname in {"127.0.0.1", "localhost", "::1"}:
        return look(
            f"{settings.SITE_URL}: plain http, on this machine only.",
            "For trying out that is enough. For others: https, and SITE_URL that says so.",
        )
    return wrong(
        f"{settings.SITE_URL} is plain http: others can read along.",
        "Put Caddy or nginx in front and set SITE_URL=https://...: docs/keeping-a-site.md",
    )


def proxy() -> SiteFinding:
    """Looks whether the proxy in front is trusted to say who asks."""
    if settings.SITE_IS_HTTPS and not settings.TRUSTED_PROXIES:
        return wrong(
            "https comes from a proxy, and none is trusted: "
            "everybody seems to come from one place, and slows down everybody else's tries.",
            "Set TRUSTED_PROXIES to the proxy's address, 127.0.0.1 on this machine.",
        )
    return ok("Proxies are as SITE_URL wants them.")


def debug() -> SiteFinding:
    """Looks whether DEBUG is off."""
    if settings.DEBUG:
        return wrong(
            "DEBUG is on: error pages show code, and pages are slow.",
            "Take DEBUG out of the environment and .env, and restart.",
        )
    return ok("It is off.")


def reached() -> SiteFinding:
    """Looks whether SITE_URL leads here, with a certificate that browsers believe."""
    parts = urlsplit(settings.SITE_URL)
    try:
        status, ends = _ask(parts.scheme, parts.hostname or "", parts.port)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or ""
        return wrong(
            f"{settings.SITE_URL} can't be reached from here: {reason or type(error).__name__}.",
            "See that site and proxy run, and where the name points. --no-network leaves this out.",
        )
    if status != 200:
        return wrong(
            f"{settings.SITE_URL}/healthz answers {status}.",
            "See that the proxy hands requests on to HOST:PORT with the Host header.",
        )
    if ends and ends - timezone.now() < CERTIFICATE_LEFT:
        return wrong(
            f"The certificate ends on {ends:%Y-%m-%d}.",
            "See why it isn't renewed (Caddy does it itself; certbot: certbot renew).",
        )
    until = f", with a certificate until {ends:%Y-%m-%d}" if ends else ""
    return ok(f"{settings.SITE_URL} leads to this site{until}.")


def _ask(scheme: str, host: str, port: int | None) -> tuple[int, datetime | None]:
    """The status of /healthz, and when the certificate ends. Raises OSError, HTTPException."""
    ends = None
    if scheme == "https":
        context = ssl.create_default_context()
        with (
            socket.create_connection((host, port or 443), 5) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            text = str((secure.getpeercert() or {}).get("notAfter", ""))
            ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=5, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status, ends
    finally:
        connection.close()

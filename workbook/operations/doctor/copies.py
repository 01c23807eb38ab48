"""Backups: how old, seen on another machine, and when they forget."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from workbook.operations import backups, records
from workbook.operations.doctor.finding import SiteFinding, look, ok, wrong

FRESH = timedelta(hours=36)
"""A timer makes one a day; this leaves room for one that came late."""
SEEN = timedelta(days=8)
"""Once a week, and a day for whoever was away."""


def backups_here() -> SiteFinding:
    """Looks how old the newest backup here is."""
    made = [datetime.fromisoformat(backup["made_at"]) for backup in backups.remembered()]
    if not made:
        return wrong(
            "None has been made.", "manage.py backup, and a timer for it: docs/keeping-a-site.md"
        )
    age = timezone.now() - max(made)
    said = f"The newest is of {max(made):%Y-%m-%d %H:%M} UTC."
    if age > FRESH:
        return wrong(said, "See why the timer made none: manage.py backup")
    return ok(said)


def elsewhere() -> SiteFinding:
    """Looks when a backup was last seen on another machine."""
    remedy = (
        "Copy the backups to another machine, and show that they arrived: "
        "ssh THERE sha256sum FILE | manage.py backup --seen -"
    )
    seen = records.read().get("seen_elsewhere")
    if not seen:
        return wrong("No backup has been seen on another machine.", remedy)
    made_at = datetime.fromisoformat(seen["made_at"])
    said = f"The newest that was seen elsewhere is of {made_at:%Y-%m-%d}."
    if timezone.now() - made_at > SEEN:
        return wrong(said, remedy)
    return ok(said)


def forgetting() -> SiteFinding:
    """Looks whether somebody has said how long backups are kept."""
    if days := settings.SITE.backups_forget_days:
        return ok(f"Backups are thrown away after {days} days.")
    return look(
        "Nobody has said how long backups are kept, and readers are told so.",
        "Set backups_forget_days in site.toml; manage.py backup then removes older ones. "
        "Keep copies elsewhere no longer than that, too.",
    )

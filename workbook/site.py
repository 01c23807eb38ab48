"""The keeper's own file, ``site.toml`` in the data folder. Upgrades never touch it.

Its ``[[line]]`` tables (local crisis lines) are read by :mod:`workbook.safety.lines`.
"""

import tomllib
import zoneinfo
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

FILE_NAME = "site.toml"


@dataclass(frozen=True)
class Site:
    """What a keeper may say about their site.

    Attributes:
        name: of the site, in its header.
        organization: who runs it; ``organisation``, as earlier releases had it, is still read.
        contact: how to reach them, also for "this page harmed me": an address or a sentence.
        responsible: the person who answers for it.
        exit_url: where "leave quickly" goes; something that anybody might look at.
        time_zone: an IANA name, for people who have not chosen one.
        backups_forget_days: after how many days nothing of what was deleted is left in any backup;
            0 where nobody has said.
        closing_notice: what each page says below the crisis banner while the site is about to close
            for good, with the day and how to download one's journal; usually empty.
    """

    name: str = "Alongside"
    organization: str = ""
    contact: str = ""
    responsible: str = ""
    exit_url: str = "https://www.weather.gov/"
    time_zone: str = "UTC"
    backups_forget_days: int = 0
    closing_notice: str = ""


def read(path: Path) -> Site:
    """The keeper's choices, the usual ones where there is no file.

    Raises:
        ImproperlyConfigured: with file and remedy, for anything it can't mean.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Site()
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{path} can't be read: {error}") from None
    if "organisation" in values:
        values.setdefault("organization", values.pop("organisation"))
    known = {field.name for field in fields(Site)}
    given = {name: value for name, value in values.items() if name in known}
    if unknown := set(values) - known - {"line"}:
        raise ImproperlyConfigured(
            f"{path}: unknown {', '.join(sorted(unknown))}. Known are {', '.join(sorted(known))}."
        )
    days = given.pop("backups_forget_days", 0)
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        raise ImproperlyConfigured(f"{path}: backups_forget_days must be a number of days.")
    if wrong := [name for name, value in given.items() if not isinstance(value, str)]:
        raise ImproperlyConfigured(f"{path}: {', '.join(wrong)} must be text in quotes.")
    site = Site(**given, backups_forget_days=days)
    exit_to = urlsplit(site.exit_url)
    if exit_to.scheme not in {"https", "http"} or not exit_to.hostname:
        raise ImproperlyConfigured(f"{path}: exit_url must start with https://.")
    if site.time_zone not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(
            f"{path}: time_zone '{site.time_zone}' is unknown. Give a name such as America/Chicago."
        )
    return site

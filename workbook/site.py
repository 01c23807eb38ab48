"""The operator's own file, ``site.toml`` in the data folder. Upgrades never touch it.

Its ``[[line]]`` tables (local crisis lines) are read by :mod:`workbook.crisis.lines`.
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
    """What an operator may say about their site.

    Attributes:
        name: of the site, in its header.
        organization: who runs it; ``organisation``, as earlier releases had it, is still read.
        contact: how to reach them, also for "this page harmed me": an address or a sentence.
        responsible: the person who answers for it.
        exit_url: where "leave quickly" goes; something that anybody might look at.
        time_zone: an IANA name, for people who have not chosen one.
        backups_forget_days: after how many days nothing of what was deleted is left in any backup;
            0 where nobody has said.
        account_megabytes: how many megabytes of sealed words one account may hold, with all their
            versions.
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
    account_megabytes: int = 200
    closing_notice: str = ""


NUMBERS = {"backups_forget_days": ("days", 0), "account_megabytes": ("megabytes", 1)}
"""What is a whole number: by name, its unit and the least it can be."""


def read(path: Path) -> Site:
    """Returns the operator's choices, the usual ones where there is no file.

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
    for name, (unit, least) in NUMBERS.items():
        number = given.get(name, least)
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            raise ImproperlyConfigured(
                f"{path}: {name} must be a number of {unit}, {least} or more."
            )
    if wrong := [name for name in given.keys() - NUMBERS if not isinstance(given[name], str)]:
        raise ImproperlyConfigured(f"{path}: {', '.join(sorted(wrong))} must be text in quotes.")
    site = Site(**given)
    exit_to = urlsplit(site.exit_url)
    if exit_to.scheme not in {"https", "http"} or not exit_to.hostname:
        raise ImproperlyConfigured(f"{path}: exit_url must start with https://.")
    if site.time_zone not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(
            f"{path}: time_zone '{site.time_zone}' is unknown. Give a name such as America/Chicago."
        )
    return site

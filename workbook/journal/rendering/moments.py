"""Writes days and times in words, fast enough for pages and files that name thousands of them.

How each language writes them stands in ``workbook/formats`` or in Django's own formats.
"""

import datetime
from functools import lru_cache

from django.utils.formats import date_format, time_format
from django.utils.translation import get_language


def day_in_words(day: datetime.date) -> str:
    """Returns a day in the active language, such as November 27, 2026."""
    return _formatted(day, "DATE_FORMAT", get_language())


def weekday_in_words(day: datetime.date) -> str:
    """Returns a day with its weekday in the active language, such as Friday, November 27, 2026."""
    weekday = _formatted(day, "l", get_language())
    return f"{weekday[:1].upper()}{weekday[1:]}, {day_in_words(day)}"


def time_in_words(moment: datetime.datetime) -> str:
    """Returns the time of day of a moment, in its own time zone, such as 3:44 PM."""
    return _formatted(moment.time().replace(second=0, microsecond=0), "TIME_FORMAT", get_language())


def moment_in_words(moment: datetime.datetime, zone: datetime.tzinfo) -> str:
    """Returns a moment in the time zone ``zone``, such as November 27, 2026, 3:44 PM."""
    local = moment.astimezone(zone)
    return f"{day_in_words(local.date())}, {time_in_words(local)}"


@lru_cache(maxsize=4096)
def _formatted(value: datetime.date | datetime.time, form: str, language: str | None) -> str:
    # Formatting one day or time takes a tenth of a millisecond, and most are asked for repeatedly.
    if isinstance(value, datetime.time):
        return time_format(value, form)
    return date_format(value, form)

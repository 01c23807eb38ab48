"""Days and times in words, for files that name thousands of them."""

import datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language


def day_in_words(day: datetime.date) -> str:
    return _day(day, "l, j F Y", get_language())


def moment_in_words(moment: datetime.datetime, zone: datetime.tzinfo) -> str:
    """The day and the minute, on the clock of ``zone``."""
    local = moment.astimezone(zone)
    return f"{_day(local.date(), 'j F Y', get_language())}, {local:%H:%M}"


@lru_cache(maxsize=4096)
def _day(day: datetime.date, form: str, language: str | None) -> str:
    """Formatting one takes a tenth of a millisecond, and most come several times."""
    return date_format(day, form)

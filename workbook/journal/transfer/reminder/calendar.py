"""A reminder as a calendar file: neutral words at a time of the reader's choice, and nothing else.

The site keeps none of it, and the file names neither the site nor what it is for (RFC 5545).
"""

import datetime
import re
import uuid
from dataclasses import dataclass

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAILY, ONCE, WORKDAYS = "daily", "once", "workdays"
RULES = {
    DAILY: ("FREQ=DAILY", WEEKDAYS),
    WORKDAYS: ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", WEEKDAYS[:5]),
    ONCE: ("", WEEKDAYS),
}
"""How each choice but a single weekday repeats, and the days it may begin on."""
LONGEST_LINE = 75
"""Bytes of a line before it is folded."""


@dataclass(frozen=True)
class Reminder:
    """When to be reminded, and with which words.

    Attributes:
        days: "daily", "workdays", "once", or one of :data:`WEEKDAYS`.
        weeks: how long it goes on; 0: until it is removed from the calendar.
    """

    words: str
    time: datetime.time
    days: str = DAILY
    weeks: int = 0

    def first_day(self, today: datetime.date) -> datetime.date:
        """Returns tomorrow, or the first day after it that is meant."""
        wanted = RULES[self.days][1] if self.days in RULES else (self.days,)
        coming = (today + datetime.timedelta(days=days) for days in range(1, 8))
        return next(day for day in coming if WEEKDAYS[day.weekday()] in wanted)

    def rule(self, first: datetime.date) -> str:
        """Returns the RRULE's value; "" for a single time."""
        rule = RULES[self.days][0] if self.days in RULES else f"FREQ=WEEKLY;BYDAY={self.days}"
        last = first + datetime.timedelta(weeks=self.weeks, days=-1)
        return f"{rule};UNTIL={last:%Y%m%d}T235959" if rule and self.weeks else rule


def calendar_file(reminder: Reminder, now: datetime.datetime, today: datetime.date) -> bytes:
    """Returns the calendar file (iCalendar) of a reminder.

    Its times name no zone: seven is seven wherever the calendar is.
    """
    first = reminder.first_day(today)
    rule = reminder.rule(first)
    words = _text(reminder.words)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Calendar//EN",
        "BEGIN:VEVENT",
        f"UID:{uuid.uuid4()}",
        f"DTSTAMP:{now.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{first:%Y%m%d}T{reminder.time:%H%M}00",
        "DURATION:PT15M",
        f"SUMMARY:{words}",
        *([f"RRULE:{rule}"] if rule else []),
        "CLASS:PRIVATE",
        # Others who see the calendar's free hours see nothing of it.
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{words}",
        "TRIGGER:PT0S",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(b"%b\r\n" % _folded(line) for line in lines)


def _text(words: str) -> str:
    """One line of text with the signs escaped that would end it or begin something else."""
    words = " ".join(re.sub(r"[\x00-\x1f\x7f\u2028\u2029]", " ", words).split())
    return re.sub(r"([\\;,])", r"\\\1", words)


def _folded(line: str) -> bytes:
    """A long line in several, the following ones led by a blank; no letter is cut in two."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        encoded = letter.encode("utf-8", "replace")
        if len(part) + len(encoded) > LONGEST_LINE - (1 if parts else 0):
            parts.append(part)
            part = b""
        part += encoded
    return b"\r\n ".join([*parts, part])

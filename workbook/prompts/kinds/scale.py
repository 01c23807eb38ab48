"""A number from 0 to 10 between two named ends, unset at first.

The answer: ``{"value": int | None, "low": str, "high": str}``; the ends as they were named then.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workbook.prompts import chart
from workbook.prompts.answers import Answer, plain, same, trimmed
from workbook.prompts.author_form import QUESTION, AuthorField
from workbook.prompts.base import COMMON_KEYS, Dated, Prompt, Recalled
from workbook.prompts.display import NO_TEXT, Display, Text
from workbook.prompts.examples import ExampleSource
from workbook.prompts.source import Source

LEAST, MOST = 0, 10
RANGE = re.compile(r"if (\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?")
AS_BEFORE = "before"
"""Posted in place of a number that was given between other ends: it goes on meaning those."""


class Reply(NamedTuple):
    """What the author says to an answer from ``first`` to ``last``."""

    first: int
    last: int
    html: SafeString


@dataclass(frozen=True, kw_only=True)
class Scale(Prompt):
    """A number between two named ends."""

    kind = "scale"
    keys = {
        **COMMON_KEYS,
        str(LEAST): "words for the low end",
        str(MOST): "words for the high end",
        "falls from": "an earlier scale's id",
        "if lower": "what to say to a number below the one that was given there on the same day",
    }
    key_patterns = {RANGE.pattern: "what to say to answers in that range, such as 'if 0-3'"}

    shows = {"falls_from": ("scale",)}
    read_keys = {**Prompt.read_keys, str(LEAST): "", str(MOST): ""}
    about = "A number from 0 to 10, with words for both ends."
    asked_by = (
        QUESTION,
        AuthorField(str(LEAST), "What 0 means", "Such as: Not steady at all", needed=True),
        AuthorField(str(MOST), "What 10 means", "Such as: Steady", needed=True),
        AuthorField(
            "if 0-3",
            "What to say to an answer from 0 to 3, if anything",
            "Such as: That's a lot to hold. {{lifeline}}. You can stop here, too.",
        ),
        AuthorField("falls from", "An earlier scale to look back at, if any", "Its id."),
        AuthorField(
            "if lower",
            "Then: what to say to a number below the one given there that day",
            "Such as: It can go down before it goes up. You can {{lifeline}}, or stop here.",
        ),
    )
    low: str
    high: str
    replies: tuple[Reply, ...] = ()
    falls_from: str = ""
    if_lower: Text = NO_TEXT
    speaks_of_earlier = True
    then_and_now = "prompts/_chart.html"

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Reads both ends and what is said to which numbers."""
        low, high = source.key(str(LEAST)), source.key(str(MOST))
        if not (low and high):
            source.problem(
                "B221",
                "Name both ends, such as '0: Not at all' and '10: Very much', "
                "on lines directly under the opening one.",
            )
        replies = []
        for name, value in source.keys.items():
            if match := RANGE.fullmatch(name):
                first, last = int(match[1]), int(match[2] or match[1])
                if not LEAST <= first <= last <= MOST:
                    message = (
                        f"'{name}' is outside 0 to 10, or runs backward. "
                        "Write the smaller number first, such as 'if 0-3: …'."
                    )
                    source.problem("B222", message, key=name)
                replies.append(Reply(first, last, source.markdown(value).html))
        if bool(source.key("falls from")) != bool(source.key("if lower")):
            source.problem(
                "B223",
                "'falls from' names an earlier scale, "
                "and 'if lower' says what to say to a smaller number than was given there. "
                "Write both, or neither.",
                key="falls from" if source.key("falls from") else "if lower",
            )
        return {
            "low": low,
            "high": high,
            "replies": tuple(replies),
            "falls_from": source.key("falls from"),
            "if_lower": source.markdown(source.keys.get("if lower")),
        }

    def read(self, data: QueryDict) -> Answer:
        """Returns the number with the ends as they stood."""
        # The ends as they stood on the reader's page, which may be older than the chapter.
        low, high = trimmed(data.get("low")) or self.low, trimmed(data.get("high")) or self.high
        posted = trimmed(data.get("answer"))
        if posted == AS_BEFORE:
            posted = trimmed(data.get("before-value"))
            low, high = trimmed(data.get("before-low")), trimmed(data.get("before-high"))
        valid = posted.isascii() and posted.isdigit() and LEAST <= int(posted[:3]) <= MOST
        return {"value": int(posted[:3]) if valid else None, "low": low, "high": high}

    def example_fields(self, source: ExampleSource) -> Mapping[str, Sequence[str]]:
        """Returns the field of the one number."""
        items = source.listed("- 4")
        numbers = [str(number) for number in range(LEAST, MOST + 1)]
        for place, item in enumerate(items):
            if place:
                source.one_too_many(item)
            elif item.text not in numbers:
                source.in_form(item, "- 4")
        return {"answer": [item.text for item in items[:1]]}

    def offer(self) -> Display:
        """Returns both ends in a sentence."""
        ends = {"low": self.low, "high": self.high}
        return Display(paragraphs=(_("From 0 (%(low)s) to 10 (%(high)s).") % ends,))

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        """Returns whether no number was chosen."""
        return value_of(answer) is None

    def is_between_these_ends(self, answer: Answer) -> bool:
        """Returns whether a number was given between the ends that are named today."""
        return [same(end) for end in ends_of(answer).values()] == [same(self.low), same(self.high)]

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns the numbers, the chosen one, and one that was given between other ends."""
        value = value_of(answer)
        before = None
        if value is not None and not self.is_between_these_ends(answer):
            # Under other ends the same number would say something the reader never said.
            before = {"value": value, **ends_of(answer)}
            value = None
        return {"values": range(LEAST, MOST + 1), "value": value, "before": before}

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns the number between its ends in a sentence."""
        given = {"value": value_of(answer), **ends_of(answer)}
        sentence = _("%(value)s on a scale from 0 (%(low)s) to 10 (%(high)s)") % given
        return Display(paragraphs=(sentence,))

    def follow_up(
        self, answer: Answer, earlier: Mapping[str, Recalled], day: datetime.date | None
    ) -> list[SafeString]:
        """Returns what is said to a number, or else to its being lower than one before."""
        value = value_of(answer)
        if value is None or not self.is_between_these_ends(answer):
            return []
        replies = [reply.html for reply in self.replies if reply.first <= value <= reply.last]
        before = earlier.get(self.falls_from)
        if replies or before is None or day is None or before.day != day:
            return replies
        value_before = value_of(before.answer)
        has_fallen = value_before is not None and value < value_before
        # Between other ends the numbers would say something else.
        is_the_same = self.is_between_these_ends(before.answer)
        return [self.if_lower.html] if has_fallen and is_the_same else []

    def look_back(self, entries: Sequence[Dated]) -> chart.Chart | None:
        """Returns the numbers over days. Those given between other ends mean something else."""
        given = [
            (entry.day, value)
            for entry in entries
            if (value := value_of(entry.answer)) is not None
            and self.is_between_these_ends(entry.answer)
        ]
        return chart.draw(given)


def ends_of(answer: Answer) -> dict[str, str]:
    """Returns the words for both ends, ``low`` and ``high``, of a stored answer."""
    return {end: plain(answer.get(end)) for end in ("low", "high")}


def value_of(answer: Answer) -> int | None:
    """Returns the number of a stored answer, if it is one."""
    value = answer.get("value")
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if LEAST <= value <= MOST else None

"""A number from 0 to 10 between two named ends, unset at first.

The answer: ``{"value": int | None, "low": str, "high": str}``; the ends as they were named then.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workbook.prompts.base import COMMON_KEYS, Answer, Display, Prompt, plain

if TYPE_CHECKING:
    from workbook.prompts.source import Source

LEAST, MOST = 0, 10
RANGE = re.compile(r"if (\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?")


class Reply(NamedTuple):
    """What the author says to an answer from ``first`` to ``last``."""

    first: int
    last: int
    html: SafeString


@dataclass(frozen=True, kw_only=True)
class Scale(Prompt):
    kind = "scale"
    keys = {
        **COMMON_KEYS,
        str(LEAST): "words for the low end",
        str(MOST): "words for the high end",
    }
    key_patterns = {RANGE.pattern: "what to say to answers in that range, such as 'if 0-3'"}

    low: str
    high: str
    replies: tuple[Reply, ...] = ()

    @classmethod
    def parse_own(cls, source: "Source") -> dict[str, Any] | None:
        low, high = source.key(str(LEAST)), source.key(str(MOST))
        if not (low and high):
            source.problem(
                "B221", "Name both ends, such as '0: Not at all' and '10: Very much', on lines "
                "directly under the opening one.",
            )  # fmt: skip
        replies = []
        for name, value in source.keys.items():
            if match := RANGE.fullmatch(name):
                first, last = int(match[1]), int(match[2] or match[1])
                if not LEAST <= first <= last <= MOST:
                    source.problem(
                        "B222", f"'{name}' is outside 0 to 10, or runs backwards.", line=value.line
                    )
                replies.append(Reply(first, last, source.markdown(value).html))
        return {"low": low, "high": high, "replies": tuple(replies)}

    def read(self, data: QueryDict) -> Answer:
        posted = plain(data.get("answer")).strip()
        valid = posted.isascii() and posted.isdigit() and LEAST <= int(posted[:3]) <= MOST
        value = int(posted[:3]) if valid else None
        return {"value": value, "low": self.low, "high": self.high}

    def offer(self) -> Display:
        ends = {"low": self.low, "high": self.high}
        return Display(paragraphs=(_("From 0 (%(low)s) to 10 (%(high)s).") % ends,))

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        return answer.get("value") is None

    def fields(self, answer: Answer) -> dict[str, Any]:
        return {"values": range(LEAST, MOST + 1), "value": answer.get("value")}

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        sentence = _("%(value)s on a scale from 0 (%(low)s) to 10 (%(high)s)") % {
            "value": answer.get("value"),
            "low": plain(answer.get("low")),
            "high": plain(answer.get("high")),
        }
        return Display(paragraphs=(sentence,))

    def follow_up(self, answer: Answer) -> list[SafeString]:
        value = answer.get("value")
        if not isinstance(value, int):
            return []
        return [reply.html for reply in self.replies if reply.first <= value <= reply.last]

"""A line of the reader's own words.

The answer: ``{"text": str}``, with ``"ask_later": True`` where its reader wants to be asked once
how the small step in it went.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict

from workbook.prompts.answers import Answer, plain
from workbook.prompts.author_form import QUESTION, TICK, AuthorField
from workbook.prompts.base import COMMON_KEYS, Prompt
from workbook.prompts.display import Display
from workbook.prompts.source import Source

ASK_LATER = "ask_later"


@dataclass(frozen=True, kw_only=True)
class ShortAnswer(Prompt):
    """A prompt that is answered with a line in the reader's own words."""

    kind = "short answer"
    about = "A line or two in their own words."
    keys: ClassVar[Mapping[str, str]] = {
        **COMMON_KEYS,
        "follow up": "yes: a small step, whose reader can ask to be asked once how it went",
    }
    asked_by = (
        QUESTION,
        AuthorField(
            "follow up",
            "It is a small step, and they can ask to be asked once how it went",
            shape=TICK,
        ),
    )
    is_joinable = True

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Reads whether it asks for a small step."""
        return {"follows_up": source.yes("follow up")}

    def read(self, data: QueryDict) -> Answer:
        """Returns the words as they were typed."""
        text = plain(data.get("answer"))
        answer: Answer = {"text": text if text.strip() else ""}
        if answer["text"] and self.follows_up and data.get("ask-later"):
            answer[ASK_LATER] = True
        return answer

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        """Returns whether no words were written."""
        return not plain(answer.get("text"))

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns the words, and whether they need more than a line."""
        text = plain(answer.get("text"))
        # A one-line field would drop the ends of lines that were written when there was room.
        return {"text": text, "has_lines": "\n" in text, "asks_later": self.asks_later(answer)}

    def can_hold(self, kind: str, answer: Answer) -> bool:
        """Returns whether an answer fits: one in words."""
        return kind in {"short answer", "long answer"}

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns the words as one paragraph."""
        return Display(paragraphs=(plain(answer.get("text")),))

    @classmethod
    def as_text(cls, answer: Answer) -> str:
        """Returns the words, without what reading them back takes."""
        # The same, and a search over years of writing asks for it thousands of times.
        if answer.keys() <= {"text", ASK_LATER}:
            return plain(answer.get("text"))
        return super().as_text(answer)

    @classmethod
    def asks_later(cls, answer: Answer) -> bool:
        """Returns whether a reader wants to be asked once how the step in their answer went."""
        return answer.get(ASK_LATER) is True

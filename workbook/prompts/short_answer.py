"""A line of the reader's own words. The answer: ``{"text": str}``."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict

from workbook.prompts.answers import Answer, plain
from workbook.prompts.base import Prompt
from workbook.prompts.display import Display


@dataclass(frozen=True, kw_only=True)
class ShortAnswer(Prompt):
    kind = "short answer"
    holds: ClassVar[tuple[str, ...]] = ("short answer", "long answer")

    def read(self, data: QueryDict) -> Answer:
        text = plain(data.get("answer"))
        return {"text": text if text.strip() else ""}

    def fields(self, answer: Answer) -> dict[str, Any]:
        text = plain(answer.get("text"))
        # A one-line field would drop the ends of lines that were written when there was room.
        return {"text": text, "has_lines": "\n" in text}

    def can_hold(self, kind: str, answer: Answer) -> bool:
        return kind in self.holds

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        return Display(paragraphs=(plain(answer.get("text")),))

    @classmethod
    def as_text(cls, answer: Answer) -> str:
        # The same, and a search over years of writing asks for it thousands of times.
        return plain(answer.get("text")) if answer.keys() == {"text"} else super().as_text(answer)

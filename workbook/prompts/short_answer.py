"""A line of the reader's own words. The answer: ``{"text": str}``."""

from dataclasses import dataclass
from typing import Any, Self

from django.http import QueryDict

from workbook.prompts.base import Answer, Display, Prompt, plain


@dataclass(frozen=True, kw_only=True)
class ShortAnswer(Prompt):
    kind = "short answer"

    def read(self, data: QueryDict) -> Answer:
        text = plain(data.get("answer"))
        return {"text": text if text.strip() else ""}

    def fields(self, answer: Answer) -> dict[str, Any]:
        return {"text": plain(answer.get("text"))}

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        return Display(paragraphs=(plain(answer.get("text")),))

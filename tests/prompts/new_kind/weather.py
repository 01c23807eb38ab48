"""How the day felt, as weather: a kind that the site doesn't have. The answer: ``{"sky": str}``.

With its template beside it and one line in the registry it is whole; the test adds those two.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

from django.http import QueryDict

from workbook.prompts.answers import Answer, plain, trimmed
from workbook.prompts.author_form import OPTIONS, QUESTION
from workbook.prompts.base import Prompt
from workbook.prompts.display import Display
from workbook.prompts.source import Source


@dataclass(frozen=True, kw_only=True)
class Weather(Prompt):
    kind = "inner weather"
    about = "What the weather is like inside."
    asked_by = (QUESTION, replace(OPTIONS, label="The skies, one a line"))

    skies: tuple[str, ...] = ()

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        question, options = source.options(least=2)
        return {"question_lines": question, "skies": tuple(option.text for option in options)}

    def read(self, data: QueryDict) -> Answer:
        return {"sky": trimmed(data.get("answer"))}

    def fields(self, answer: Answer) -> dict[str, Any]:
        return {"sky": plain(answer.get("sky"))}

    def offer(self) -> Display:
        return Display(paragraphs=(", ".join(self.skies),))

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        return Display(paragraphs=(f"It felt like {plain(answer.get('sky'))}.",))

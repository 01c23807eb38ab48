"""A list that stays checked: the author's items and the reader's own.

The answer: ``{"ticked": [label, …], "own": [{"text": str, "ticked": bool}, …]}``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbook.prompts import rows
from workbook.prompts.answers import Answer, plain, records, texts, trimmed
from workbook.prompts.author_form import OPTIONS, QUESTION
from workbook.prompts.base import Prompt
from workbook.prompts.display import Display, Item
from workbook.prompts.examples import ExampleSource
from workbook.prompts.kinds.pick_any import as_offered, choices
from workbook.prompts.source import Source


def own_items(value: Any) -> list[dict[str, Any]]:
    """Returns the reader's own items in a stored answer; none for a value of another shape."""
    found = [
        {"text": plain(item.get("text")), "ticked": item.get("ticked") is True}
        for item in records(value)
    ]
    return [item for item in found if item["text"]]


@dataclass(frozen=True, kw_only=True)
class TickList(Prompt):
    """A prompt whose answer is items checked off: the author's, and the reader's own."""

    kind = "tick list"
    about = "Things to check off that stay checked. They can add their own."
    asked_by = (QUESTION, OPTIONS)
    is_joinable = True

    options: tuple[str, ...] = ()

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Returns the author's question and items, as values for fields."""
        question, options = source.options()
        return {"question_lines": question, "options": tuple(option.text for option in options)}

    def read(self, data: QueryDict) -> Answer:
        """Returns what was checked, and the own items."""
        own_ticked = set(data.getlist("own-ticked"))
        own = [
            {"text": trimmed(text), "ticked": str(index) in own_ticked}
            for index, text in enumerate(data.getlist("own"))
        ]
        own = [item for item in rows.rearrange(own, data) if item["text"]]
        ticked = as_offered(data.getlist("answer"), self.options)
        return rows.bounded("own", own, {"ticked": ticked})

    def example_fields(self, source: ExampleSource) -> Mapping[str, Sequence[str]]:
        """Returns the fields of the items that the lines name or add."""
        ticked: set[str] = set()
        own: list[str] = []
        for item in source.listed("- An item in its own words"):
            if option := source.known_or_own(item, item.text, self.options, "option"):
                ticked.add(option)
            else:
                own.append(item.text)
        return {
            "answer": [option for option in self.options if option in ticked],
            "own": own,
            "own-ticked": [str(number) for number in range(len(own))],
        }

    def offer(self) -> Display:
        """Returns the items, unchecked."""
        return Display(items=tuple(Item(label, ticked=False) for label in self.options))

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns the items with their state, and the own ones."""
        return {
            "choices": choices(self.options, texts(answer.get("ticked"))),
            "own": own_items(answer.get("own")),
        }

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns the items, checked or not, the reader's own last."""
        offered = prompt.options if prompt else ()
        items = [
            Item(
                choice.label,
                ticked=choice.chosen,
                note="" if choice.offered or not prompt else _("no longer offered"),
            )
            for choice in choices(offered, texts(answer.get("ticked")))
        ]
        items += [
            Item(item["text"], ticked=item["ticked"]) for item in own_items(answer.get("own"))
        ]
        return Display(items=tuple(items))

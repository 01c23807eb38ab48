"""A list that stays ticked: the author's items and the reader's own.

The answer: ``{"ticked": [label, …], "own": [{"text": str, "ticked": bool}, …]}``.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbook.prompts.base import Answer, Display, Item, Prompt, plain, same, texts
from workbook.prompts.pick_any import choices

if TYPE_CHECKING:
    from workbook.prompts.source import Source

MAX_OWN = 200


def own_items(value: Any) -> list[dict[str, Any]]:
    """Stored own items, whatever the value really is."""
    if not isinstance(value, list):
        return []
    return [
        {"text": plain(item.get("text")), "ticked": item.get("ticked") is True}
        for item in value
        if isinstance(item, dict)
    ]


@dataclass(frozen=True, kw_only=True)
class TickList(Prompt):
    kind = "tick list"

    options: tuple[str, ...] = ()

    @classmethod
    def parse_own(cls, source: "Source") -> dict[str, Any] | None:
        question, options = source.options()
        return {"question_lines": question, "options": tuple(option.text for option in options)}

    def read(self, data: QueryDict) -> Answer:
        offered = {same(label): label for label in self.options}
        ticked = {same(plain(label)): plain(label).strip() for label in data.getlist("answer")}
        ticked.pop("", None)
        own_ticked = set(data.getlist("own-ticked"))
        own = [
            {"text": plain(text).strip(), "ticked": str(index) in own_ticked}
            for index, text in enumerate(data.getlist("own")[:MAX_OWN])
            if plain(text).strip()
        ]
        return {"ticked": [offered.get(key, label) for key, label in ticked.items()], "own": own}

    def offer(self) -> Display:
        return Display(items=tuple(Item(label, ticked=False) for label in self.options))

    def fields(self, answer: Answer) -> dict[str, Any]:
        return {
            "choices": choices(self.options, texts(answer.get("ticked"))),
            "own": own_items(answer.get("own")),
        }

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        offered = prompt.options if prompt else ()
        ticked = texts(answer.get("ticked"))
        items = [
            Item(
                choice.label,
                ticked=choice.chosen,
                note="" if choice.offered or not prompt else _("no longer offered"),
            )
            for choice in choices(offered, ticked)
        ]
        items += [
            Item(item["text"], ticked=item["ticked"]) for item in own_items(answer.get("own"))
        ]
        return Display(items=tuple(items))

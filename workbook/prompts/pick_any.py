"""Options to pick from, any number of them.

The answer: ``{"chosen": [label, …], "own": str}``, where ``own`` is what the reader wrote beside
the option that ends in ``___``. Options are kept by their words, so an answer stays true when the
author rewords them: what is no longer offered stays chosen and is marked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbook.prompts.base import Answer, Display, Item, Prompt, plain, same, texts

if TYPE_CHECKING:
    from workbook.prompts.source import Source

OWN_WORDS = re.compile(r"(?P<label>.*?)[:\s]*_{2,}\s*")


class Choice(NamedTuple):
    """One control: its label, whether it is chosen, and whether the author still offers it."""

    label: str
    chosen: bool
    offered: bool = True


def choices(offered: Sequence[str], chosen: Sequence[str]) -> list[Choice]:
    """What the author offers, then what was chosen once and is no longer offered."""
    wanted = {same(label) for label in chosen}
    known = {same(label) for label in offered}
    return [Choice(label, same(label) in wanted) for label in offered] + [
        Choice(label, True, offered=False) for label in chosen if same(label) not in known
    ]


@dataclass(frozen=True, kw_only=True)
class PickAny(Prompt):
    kind = "pick any"
    single = False

    options: tuple[str, ...] = ()
    own_label: str = ""

    @classmethod
    def parse_own(cls, source: "Source") -> dict[str, Any] | None:
        question, options = source.options(least=2 if cls.single else 1)
        own = [option for option in options if OWN_WORDS.fullmatch(option.text)]
        if len(own) > 1:
            source.problem(
                "B212", "Only one option can have a line '___' for own words.", line=own[1].line
            )
        match = OWN_WORDS.fullmatch(own[0].text) if own else None
        return {
            "question_lines": question,
            "options": tuple(option.text for option in options if option not in own),
            "own_label": (match["label"].strip() or _("Something else")) if match else "",
        }

    def read(self, data: QueryDict) -> Answer:
        chosen: dict[str, str] = {}
        offered = {same(label): label for label in self.options}
        for label in data.getlist("answer"):
            label = plain(label).strip()
            # An unknown label is one that an earlier edition offered: it stays as it is.
            if label:
                chosen.setdefault(same(label), offered.get(same(label), label))
        own = plain(data.get("own"))
        return {"chosen": list(chosen.values()), "own": own if own.strip() else ""}

    def offer(self) -> Display:
        labels = [*self.options, *([f"{self.own_label}: …"] if self.own_label else [])]
        return Display(items=tuple(Item(label, ticked=False) for label in labels))

    def fields(self, answer: Answer) -> dict[str, Any]:
        chosen = texts(answer.get("chosen"))
        return {
            "choices": choices(self.options, chosen),
            "own": plain(answer.get("own")),
            "has_own": bool(self.own_label or answer.get("own")),
        }

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        items = [Item(label) for label in texts(answer.get("chosen"))]
        if prompt:
            gone = {
                c.label
                for c in choices(prompt.options, texts(answer.get("chosen")))
                if not c.offered
            }
            items = [
                replace(item, note=_("no longer offered")) if item.text in gone else item
                for item in items
            ]
        if own := plain(answer.get("own")):
            items.append(Item(own))
        return Display(items=tuple(items))

"""Options to pick from, any number of them.

The answer: ``{"chosen": [label, …], "own": str, "own_label": str}``, where ``own`` is what the
reader wrote beside the option that ends in ``___`` and ``own_label`` what that option said then
(both empty if nothing was written). Options are kept by their words, so an answer stays true when
the author rewords them: what is no longer offered stays chosen and is marked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbook.prompts.answers import Answer, plain, same, texts, trimmed
from workbook.prompts.author_form import OPTIONS, OWN, QUESTION
from workbook.prompts.base import Prompt
from workbook.prompts.display import Display, Item
from workbook.prompts.examples import ExampleSource
from workbook.prompts.source import Source

OWN_WORDS = re.compile(r"(?P<label>.*?)[:\s]*_{2,}\s*")


class OptionControl(NamedTuple):
    """An option on the form: its label, whether it is chosen, and whether it is still offered."""

    label: str
    chosen: bool
    offered: bool = True


def choices(offered: Sequence[str], chosen: Sequence[str]) -> list[OptionControl]:
    """Returns what the author offers, then what was chosen once and is no longer offered."""
    wanted = {same(label) for label in chosen}
    known = {same(label) for label in offered}
    return [OptionControl(label, same(label) in wanted) for label in offered] + [
        OptionControl(label, True, offered=False) for label in chosen if same(label) not in known
    ]


def as_offered(posted: Sequence[Any], offered: Sequence[str]) -> list[str]:
    """Returns posted labels, each once, in today's spelling.

    An unknown label is one that an earlier edition offered: it stays as it is.
    """
    labels = {same(label): label for label in map(trimmed, posted) if label}
    known = {same(label): label for label in offered}
    return [known.get(key, label) for key, label in labels.items()]


@dataclass(frozen=True, kw_only=True)
class PickAny(Prompt):
    """Options, of which any number can be picked."""

    kind = "pick any"
    about = "Any number of answers, or none."
    asked_by = (QUESTION, OPTIONS, OWN)
    is_joinable = True
    single = False

    options: tuple[str, ...] = ()
    own_label: str = ""

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Reads the options and the line for own words."""
        question, options = source.options(least=2 if cls.single else 1)
        own = [option for option in options if OWN_WORDS.fullmatch(option.text)]
        if len(own) > 1:
            message = "Only one option can have a line '___' for own words."
            source.problem("B212", message, line=own[1].line)
        match = OWN_WORDS.fullmatch(own[0].text) if own else None
        return {
            "question_lines": question,
            "options": tuple(option.text for option in options if option not in own),
            "own_label": (match["label"].strip() or _("Something else")) if match else "",
        }

    def read(self, data: QueryDict) -> Answer:
        """Returns what was picked and the own words."""
        answer: Answer = {"chosen": as_offered(data.getlist("answer"), self.options)}
        own = plain(data.get("own"))
        if not own.strip():
            return {**answer, "own": "", "own_label": ""}
        # The label as it stood on the reader's page, which may be older than the chapter.
        return {**answer, "own": own, "own_label": trimmed(data.get("own-label")) or self.own_label}

    def example_fields(self, source: ExampleSource) -> Mapping[str, Sequence[str]]:
        """Returns the fields of the options that the lines name."""
        chosen: set[str] = set()
        own = ""
        for item in source.listed("- An option in its own words"):
            label, colon, words = item.text.partition(":")
            if self.own_label and colon and same(label) == same(self.own_label):
                own = words.strip()
            elif option := source.known(item, item.text, self.options, "option"):
                chosen.add(option)
            if self.single and len(chosen) + bool(own) > 1:
                source.one_too_many(item)
        # As a form sends them: in the order in which they are offered.
        in_order = [option for option in self.options if option in chosen]
        return {"answer": in_order, "own": [own], "own-label": [self.own_label]}

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        """Returns whether nothing was picked or written."""
        return not (texts(answer.get("chosen")) or plain(answer.get("own")))

    def can_hold(self, kind: str, answer: Answer) -> bool:
        """Returns whether an answer fits: one of picking, with no more than can be picked."""
        if self.single and len(texts(answer.get("chosen"))) > 1:
            return False
        return kind in {"pick one", "pick any"}

    def offer(self) -> Display:
        """Returns the options, unpicked."""
        labels = [*self.options, *([f"{self.own_label}: …"] if self.own_label else [])]
        return Display(items=tuple(Item(label, ticked=False) for label in labels))

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns the options with their state, and the own words."""
        asked = plain(answer.get("own_label"))
        return {
            "choices": choices(self.options, texts(answer.get("chosen"))),
            "own": plain(answer.get("own")),
            # Own words stay under what they were written for, even when that is asked no more.
            "own_label": asked or self.own_label,
            "own_is_offered": not asked or same(asked) == same(self.own_label),
            "has_own": bool(self.own_label or answer.get("own")),
        }

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns what was picked, and marks what is no longer offered."""
        chosen = texts(answer.get("chosen"))
        offered = {same(label) for label in (prompt.options if prompt else chosen)}
        items = [
            Item(label, note="" if same(label) in offered else _("no longer offered"))
            for label in chosen
        ]
        if own := plain(answer.get("own")):
            label = plain(answer.get("own_label"))
            items.append(Item(f"{label}: {own}" if label else own))
        return Display(items=tuple(items))

"""The registry: every kind an author can write. A new kind is a module, a template, a line here."""

from typing import Any

from workbook.prompts.answers import Answer, parts
from workbook.prompts.base import Block, Prompt, display
from workbook.prompts.display import Display
from workbook.prompts.kinds.card import Card
from workbook.prompts.kinds.check import Check
from workbook.prompts.kinds.diagram import Diagram
from workbook.prompts.kinds.example import Example
from workbook.prompts.kinds.guide import Guide
from workbook.prompts.kinds.help import Help
from workbook.prompts.kinds.idea import Idea
from workbook.prompts.kinds.long_answer import LongAnswer
from workbook.prompts.kinds.map import Map
from workbook.prompts.kinds.note import Note
from workbook.prompts.kinds.pause import Pause
from workbook.prompts.kinds.people import People
from workbook.prompts.kinds.pick_any import PickAny
from workbook.prompts.kinds.pick_one import PickOne
from workbook.prompts.kinds.plan import Plan
from workbook.prompts.kinds.recall import Recall
from workbook.prompts.kinds.scale import Scale
from workbook.prompts.kinds.short_answer import ShortAnswer
from workbook.prompts.kinds.story import Story
from workbook.prompts.kinds.table import Table
from workbook.prompts.kinds.tick_list import TickList
from workbook.prompts.kinds.tool import Tool

KINDS: dict[str, type[Block]] = {
    kind.kind: kind
    for kind in (
        ShortAnswer,
        LongAnswer,
        PickOne,
        PickAny,
        Scale,
        TickList,
        Table,
        People,
        Check,
        Plan,
        Guide,
        Story,
        Idea,
        Tool,
        Example,
        Diagram,
        Pause,
        Note,
        Help,
        Map,
        Recall,
        Card,
    )
}


def answered_kinds() -> dict[str, type[Prompt]]:
    """Returns the kinds that take an answer, by their names."""
    return {name: kind for name, kind in KINDS.items() if issubclass(kind, Prompt)}


def answered_kind(name: str) -> type[Prompt] | None:
    """Returns a kind that takes an answer; None where this release knows none of this name."""
    kind = KINDS.get(name)
    return kind if kind and issubclass(kind, Prompt) else None


def show(kind: str, answer: Answer, prompt: Prompt | None) -> Display:
    """Returns an answer of a stored kind, to be read.

    ``prompt`` is the one it belongs to today, if any.

    A prompt whose kind has changed since can't mark what it no longer offers, and a kind that this
    release doesn't know shows its words as a plain list: nothing written becomes unreadable.
    """
    known = answered_kind(kind)
    if known is None:
        return Display(paragraphs=tuple(words(answer)))
    return display(known, answer, prompt if type(prompt) is known else None)


def as_text(kind: str, answer: Answer) -> str:
    """Returns an answer of a stored kind as plain text."""
    known = answered_kind(kind)
    return known.as_text(answer) if known else "\n".join(words(answer))


def words(value: Any) -> list[str]:
    """Returns every text in a stored answer, in order; numbers as they are written."""
    return [str(part) for part in parts(value) if part not in ("", None, [], {})]

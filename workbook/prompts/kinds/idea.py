"""A thought to take along."""

from dataclasses import dataclass, replace
from typing import Self

from workbook.prompts.folding import Folding
from workbook.prompts.source import Source


@dataclass(frozen=True, kw_only=True)
class Idea(Folding):
    """One thought; a book's core lines are set apart, large and without a title."""

    kind = "idea"
    role = "idea"
    keys = {**Folding.keys, "set apart": "yes: a core line, drawn large in a box of its own"}

    set_apart: bool = False

    @classmethod
    def parse(cls, source: Source) -> Self | None:
        """Reads the thought, and whether it is set apart."""
        idea = super().parse(source)
        set_apart = source.yes("set apart")
        if set_apart and (source.key("title") or source.yes("folded")):
            message = (
                "A line that is set apart stands by itself: no title, and nothing to unfold. "
                "Take 'title' and 'folded' away, or 'set apart'."
            )
            source.problem("B214", message, key="set apart")
        return replace(idea, set_apart=set_apart) if idea else None

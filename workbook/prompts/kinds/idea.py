"""A thought to take along."""

from dataclasses import dataclass
from typing import Any

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
    def parse_own(cls, source: Source) -> dict[str, Any]:
        """Reads whether the thought is set apart."""
        set_apart = source.yes("set apart")
        if set_apart and (source.key("title") or source.yes("folded")):
            message = (
                "A line that is set apart stands by itself: no title, and nothing to unfold. "
                "Take 'title' and 'folded' away, or 'set apart'."
            )
            source.problem("B214", message, key="set apart")
        return {**super().parse_own(source), "set_apart": set_apart}

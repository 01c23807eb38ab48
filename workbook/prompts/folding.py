"""A titled box that may fold under its title, for what is long and not for everyone."""

from dataclasses import dataclass
from typing import Any

from workbook.prompts.base import Shown
from workbook.prompts.source import Source


@dataclass(frozen=True, kw_only=True)
class Folding(Shown):
    """A titled box of markdown that may fold: what the kinds idea, tool and note share."""

    keys = {**Shown.keys, "folded": "yes: the box folds under its title; on paper it is open"}

    folded: bool = False

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any]:
        """Reads whether it folds; a box that does without a title is a problem, and stays open."""
        folded = source.yes("folded")
        if folded and not source.key("title"):
            message = (
                "A box that folds is opened by its title. "
                "Write 'title: …' under the opening line, such as 'title: The whole list', "
                "or leave 'folded' out."
            )
            source.problem("B213", message, key="folded")
        return {"folded": folded and bool(source.key("title"))}

"""Somebody's story: told by a named person, or invented and called so."""

from dataclasses import dataclass
from typing import Any

from workbook.prompts.base import Shown
from workbook.prompts.source import Source


@dataclass(frozen=True, kw_only=True)
class Story(Shown):
    """A story, with who tells it."""

    kind = "story"
    role = "story"
    keys = {
        "title": "words above the story",
        "by": "who tells it, with their consent",
        "invented": "yes, if nobody lived it",
    }

    by: str = ""
    invented: bool = False

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any]:
        """Reads whose story it is."""
        by, invented = source.key("by"), source.yes("invented")
        if bool(by) == invented:
            source.problem(
                "B231",
                "Say whose story this is: 'by: Name' if a person told it, "
                "or 'invented: yes' if nobody lived it; one of the two.",
            )
        return {"by": by, "invented": invented}

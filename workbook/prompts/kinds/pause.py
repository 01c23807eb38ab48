"""A moment of grounding between two parts."""

from dataclasses import dataclass

from workbook.prompts.base import Shown


@dataclass(frozen=True, kw_only=True)
class Pause(Shown):
    """A titled box for a moment of rest."""

    kind = "pause"
    role = "tool"

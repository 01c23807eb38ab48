"""A thought to take along."""

from dataclasses import dataclass

from workbook.prompts.base import Shown


@dataclass(frozen=True, kw_only=True)
class Idea(Shown):
    kind = "idea"

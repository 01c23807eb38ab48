"""Something to do, step by step."""

from dataclasses import dataclass

from workbook.prompts.base import Shown


@dataclass(frozen=True, kw_only=True)
class Tool(Shown):
    kind = "tool"

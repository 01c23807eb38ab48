"""Something to do, step by step."""

from dataclasses import dataclass

from workbook.prompts.folding import Folding


@dataclass(frozen=True, kw_only=True)
class Tool(Folding):
    kind = "tool"
    role = "tool"

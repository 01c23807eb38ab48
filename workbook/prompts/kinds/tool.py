"""Something to do, step by step."""

from dataclasses import dataclass

from workbook.prompts.folding import Folding


@dataclass(frozen=True, kw_only=True)
class Tool(Folding):
    """A box with something to do, which may fold."""

    kind = "tool"
    role = "tool"

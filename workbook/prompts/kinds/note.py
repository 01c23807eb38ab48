"""A quiet remark beside the text."""

from dataclasses import dataclass

from workbook.prompts.folding import Folding


@dataclass(frozen=True, kw_only=True)
class Note(Folding):
    """A box beside the text, which may fold."""

    kind = "note"
    role = "note"

"""A quiet remark beside the text."""

from dataclasses import dataclass

from workbook.prompts.base import Shown


@dataclass(frozen=True, kw_only=True)
class Note(Shown):
    kind = "note"

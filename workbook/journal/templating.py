"""Entries in templates."""

from workbook.journal.entries.content import Written
from workbook.prompts.base import Prompt
from workbook.prompts.display import Display
from workbook.prompts.registry import show


def shown_answer(written: Written, prompt: Prompt | None = None) -> Display:
    """Returns an entry as it was answered, with what its prompt no longer offers marked."""
    return show(written.kind, written.answer, prompt)


FUNCTIONS = (shown_answer,)
"""What templates may call."""

"""Entries in templates."""

from django.utils.safestring import SafeString

from workbook.journal.entries.content import Written
from workbook.prompts.base import Prompt
from workbook.prompts.registry import show
from workbook.prompts.templating import display


def written_answer(written: Written, prompt: Prompt | None = None) -> SafeString:
    """Returns an entry as it was answered, with what its prompt no longer offers marked."""
    return display(show(written.kind, written.answer, prompt))


FUNCTIONS = (written_answer,)
"""What templates may call."""

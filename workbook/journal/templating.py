"""Entries in templates, and when they were written."""

from workbook.journal.entries.content import EntryContent
from workbook.journal.rendering.moments import (
    day_in_words,
    moment_in_words,
    time_in_words,
    weekday_in_words,
)
from workbook.prompts.base import Prompt
from workbook.prompts.display import Display
from workbook.prompts.registry import show


def shown_answer(written: EntryContent, prompt: Prompt | None = None) -> Display:
    """Returns an entry as it was answered, with what its prompt no longer offers marked."""
    return show(written.kind, written.answer, prompt)


FUNCTIONS = (day_in_words, moment_in_words, shown_answer, time_in_words, weekday_in_words)
"""What templates may call."""

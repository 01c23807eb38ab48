"""Entries in templates."""

from django import template

from workbook.journal.entries.content import Written
from workbook.prompts.base import Prompt
from workbook.prompts.display import Display
from workbook.prompts.registry import show

register = template.Library()


@register.inclusion_tag("prompts/_display.html")
def written_answer(written: Written, prompt: Prompt | None = None) -> dict[str, Display]:
    """An entry as it was answered, with what its prompt no longer offers marked."""
    return {"shown": show(written.kind, written.answer, prompt)}

"""Blocks in templates."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from workbook.pages.parts import Part

register = template.Library()


@register.simple_tag
def shown(part: Part, book_slug: str = "") -> SafeString:
    """A block that is read, through its kind's template."""
    return render_to_string(
        part.block.template,
        {
            "block": part.block,
            "number": part.number,
            "level": part.level,
            "book_slug": book_slug,
            **part.context,
        },
    )

"""Blocks in templates."""

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from workbook.chapters.loader import library
from workbook.pages.parts import Part
from workbook.prompts.card import Card

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


@register.simple_tag
def card_address() -> str:
    """Where the first workbook's card is; empty where no workbook has one."""
    for book in library().books:
        for chapter in book.chapters:
            for block in chapter.blocks:
                if isinstance(block, Card):
                    return reverse("card", args=[book.slug, block.id])
    return ""

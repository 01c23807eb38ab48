"""Blocks in templates, and the way to the contents."""

import logging

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from workbook.chapters.loader import library
from workbook.pages.parts import Part
from workbook.prompts.card import Card

logger = logging.getLogger(__name__)

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


@register.simple_tag
def contents_address() -> str:
    """Of the workbook's contents; of the first page where there are several workbooks, or none."""
    try:
        books = library().books
    except Exception:
        # The help and error pages have this link too, and stand when everything else has fallen.
        logger.exception("The workbooks can't be read; Contents leads to the first page.")
        books = ()
    return reverse("book", args=[books[0].slug]) if len(books) == 1 else reverse("home")

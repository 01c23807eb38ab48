"""Blocks in templates, and the way to the contents."""

import logging

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from workbook.chapters.book import Book, Library
from workbook.chapters.loader import library
from workbook.pages.parts import PagePart, draw_block
from workbook.prompts.base import Block
from workbook.prompts.kinds.card import Card

logger = logging.getLogger(__name__)

register = template.Library()

_card: tuple[Library, tuple[Book, Card] | None] | None = None


@register.simple_tag
def shown(part: PagePart, book_slug: str = "") -> SafeString:
    """A block that is read, through its kind's template."""
    return draw_block(part.block, part.number, part.level, book_slug, part.context)


@register.simple_tag
def shown_to_all(block: Block, number: int, level: int, book_slug: str) -> SafeString:
    """The same without anybody's answers: ``part.is_constant``."""
    return draw_block(block, number, level, book_slug, {})


@register.simple_tag
def card_address() -> str:
    """Where the first workbook's card is; empty where no workbook has one."""
    global _card
    stock = library()
    if _card is None or _card[0] is not stock:
        cards = (
            (book, block)
            for book in stock.books
            for chapter in book.chapters
            for block in chapter.blocks
            if isinstance(block, Card)
        )
        _card = (stock, next(cards, None))
    found = _card[1]
    return reverse("card", args=[found[0].slug, found[1].id]) if found else ""


@register.simple_tag
def contents_address() -> str:
    """Of the workbook's contents; of the first page where there are several workbooks, or none.

    Single pages without an order stand beside a workbook and are no second one.
    """
    try:
        books = library().in_order or list(library().books)
    except Exception:
        # The help and error pages have this link too, and stand when everything else has fallen.
        logger.exception("The workbooks can't be read; Contents leads to the first page.")
        books = []
    return reverse("book", args=[books[0].slug]) if len(books) == 1 else reverse("home")

"""Texts of content/pages that other pages take in."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from workbook.chapters.book import Prose
from workbook.chapters.loader import library

HELP_NOW = "help-now"
NEXT_HOUR = "next-hour"
FIRST_THINGS = "first-things"


def page_html(slug: str) -> SafeString:
    """The prose of one page, compiled and cleaned; empty where there is no such page."""
    blocks = [block for page in library().pages if page.slug == slug for block in page.blocks]
    # Each is the sanitizer's own output, so what joins them is as safe as they are.
    return mark_safe("".join(block.html for block in blocks if isinstance(block, Prose)))


def help_prose() -> SafeString:
    """What stands on /help-now/ around its lines."""
    heading = "".join(page.title for page in library().pages if page.slug == NEXT_HOUR)
    return format_html(
        '{}<h2 id="s-next-hour">{}</h2>{}', page_html(HELP_NOW), heading, page_html(NEXT_HOUR)
    )

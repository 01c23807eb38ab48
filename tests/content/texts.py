"""The shipped texts, as tests of what they say read them."""

import html
import re

from django.conf import settings
from django.template.defaultfilters import striptags

from tests import elements
from workbook.chapters.loader import library
from workbook.crisis.loader import help_lines
from workbook.prompts.base import Prompt

BOOK = "alongside"
CONTENT = settings.CONTENT_DIR
TEXTS = sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*.md"))
CHAPTERS = [chapter for book in library().books for chapter in book.chapters]


def chapter(slug):
    return library().book(BOOK).chapter(slug)


def page(slug):
    return next(page for page in library().pages if page.slug == slug)


def source(text):
    return (CONTENT / text).read_text(encoding="utf-8")


def words(markup):
    return " ".join(html.unescape(striptags(markup)).split())


def markup_of(block):
    """What the author wrote in a block, without what the reader is asked."""
    if block.kind == "prose":
        return block.html
    return str(getattr(getattr(block, "body", None), "html", ""))


def all_of(blocks):
    return "".join(markup_of(block) for block in blocks)


def before_the_first_question(blocks):
    first = next(number for number, block in enumerate(blocks) if isinstance(block, Prompt))
    return blocks[:first]


def name_of(key):
    entries = (*help_lines().lines, *help_lines().resources)
    return next(entry for entry in entries if entry.key == key)


def leads_to(key, markup):
    """Whether the way to a line or a resource stands there, to be pressed."""
    entry = name_of(key)
    call = getattr(entry, "call", "")
    address = f"tel:{call}" if call else entry.link
    return any(link.attributes["href"] == address for link in elements.page(markup).all("a"))


def places(markup, *parts):
    """Where each of them begins. Fails where one isn't there."""
    found = [re.search(part, markup) for part in parts]
    assert None not in found, [part for part, match in zip(parts, found, strict=True) if not match]
    return [match.start() for match in found]

"""Blocks in templates, on a screen and on paper, and the way to the contents."""

import logging

from django.urls import reverse
from django.utils.safestring import SafeString

from workbook.chapters.book import Book, Library, NoSuchChapter, NoSuchPrompt
from workbook.chapters.loader import library
from workbook.pages.parts import PagePart, show_block
from workbook.prompts.kinds.card import Card
from workbook.prompts.kinds.guide import Guide
from workbook.web.fragments import fragment

logger = logging.getLogger(__name__)

_card: tuple[Library, tuple[Book, Card] | None] | None = None


def show_on_paper(part: PagePart, book_slug: str) -> SafeString:
    """Returns a block that is read, in its kind's paper form where it has one."""
    own = f"pages/paper/{part.block.slug()}.html"
    about = {"block": part.block, "number": part.number, "level": part.level}
    # Nothing folds on paper.
    context = {**about, "book_slug": book_slug, "on_paper": True, **part.context}
    return fragment([own, part.block.template], context)


def step_number(guide: Guide, ident: str) -> int:
    """Returns the number a step carries in a printed list; the first one's for one that is gone."""
    return next((n for n, step in enumerate(guide.steps, 1) if step.id == ident), 1)


def chapter_title(book: Book, slug: str) -> str:
    """Returns a chapter's title; its slug where the book has no such chapter."""
    try:
        return book.chapter(slug).title
    except NoSuchChapter:
        return slug


def question_of(book: Book, ident: str) -> str:
    """Returns a prompt's question in plain words; its id where the book has no such prompt."""
    try:
        return book.prompt(ident).prompt.question.plain
    except NoSuchPrompt:
        return ident


def card_address() -> str:
    """Returns the address of the first workbook's card; "" where no workbook has one."""
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


def contents_address() -> str:
    """Returns the address of the workbook's contents; of the first page where there isn't just one.

    Single pages without an order stand beside a workbook and are no second one.
    """
    try:
        books = library().in_order or list(library().books)
    except Exception:
        # The help and error pages have this link too, and stand when everything else has fallen.
        logger.exception("The workbooks can't be read; Contents leads to the first page.")
        books = []
    return reverse("book", args=[books[0].slug]) if len(books) == 1 else reverse("home")


FUNCTIONS = (
    card_address,
    chapter_title,
    contents_address,
    question_of,
    show_block,
    show_on_paper,
    step_number,
)
"""What templates may call."""

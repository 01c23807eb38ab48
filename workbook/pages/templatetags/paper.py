"""What only paper needs: paper forms of blocks, and where a link leads, in words."""

from django import template
from django.template.loader import select_template
from django.utils.safestring import SafeString

from workbook.chapters.book import Book, NoSuchChapter, NoSuchPrompt
from workbook.pages.parts import PagePart
from workbook.prompts.kinds.guide import Guide

register = template.Library()


@register.simple_tag
def shown_on_paper(part: PagePart, book_slug: str) -> SafeString:
    """A block that is read: in its kind's paper form where it has one, else as on the page."""
    own = f"pages/paper/{part.block.slug()}.html"
    about = {"block": part.block, "number": part.number, "level": part.level}
    # Nothing folds on paper.
    context = {**about, "book_slug": book_slug, "on_paper": True, **part.context}
    return SafeString(select_template([own, part.block.template]).render(context))


@register.simple_tag
def step_number(guide: Guide, ident: str) -> int:
    """The number a step carries in the printed list; the first one's for a step that is gone."""
    return next((n for n, step in enumerate(guide.steps, 1) if step.id == ident), 1)


@register.simple_tag
def chapter_title(book: Book, slug: str) -> str:
    try:
        return book.chapter(slug).title
    except NoSuchChapter:
        return slug


@register.simple_tag
def question_of(book: Book, ident: str) -> str:
    try:
        return book.prompt(ident).prompt.question.plain
    except NoSuchPrompt:
        return ident

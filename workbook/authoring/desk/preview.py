"""A text as a reader will see it, whatever is still wrong with it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbook.authoring.desk.content import ContentFile, TextFolder
from workbook.chapters import compiler
from workbook.chapters.book import Book
from workbook.chapters.files import PAGES
from workbook.journal.rendering.prompt_form import PromptForm
from workbook.pages.parts import PagePart, signed_out_parts
from workbook.prompts.base import Block, Prompt


def template_and_context(folder: TextFolder, text: ContentFile) -> tuple[str, dict[str, Any]]:
    """Returns the page that the site would draw, with forms that keep nothing."""
    if text.kind == "page":
        page = compiler.page_of(text.sheet.draft, folder.compiled(text))
        page = replace(page, title=text.title)
        return "pages/page.html", {"page": page, "parts": signed_out_parts(page.blocks)}
    book = folder.book()
    if text.kind == "book":
        listed = [{"chapter": chapter} for chapter in book.chapters]
        context = {"book": book, "parts": parts(book, book.introduction), "listed": listed}
        return "pages/book.html", context
    at = [other.name for other in folder.chapters].index(text.name)
    chapter = book.chapters[at]
    return "pages/chapter.html", {
        "book": book,
        "chapter": chapter,
        "parts": parts(book, chapter.blocks),
        "previous": book.chapters[at - 1] if at else None,
        "next": book.chapters[at + 1] if at + 1 < len(book.chapters) else None,
    }


def plain_text(path: Path) -> tuple[Block, ...]:
    """Returns the blocks of a text that has a heading for its title and no front matter."""
    heading, _, body = path.read_text(encoding="utf-8").partition("\n")
    text = f"---\ntitle: {heading.lstrip('# ')}\n---\n{body}"
    draft = compiler.read(text, f"{PAGES}/{path.name}")
    return compiler.render(draft).blocks


def parts(book: Book, blocks: Iterable[Block]) -> list[PagePart]:
    """Returns the blocks with every prompt as a form that nobody is behind."""
    return [
        replace(part, form=PromptForm(book, part.block)) if isinstance(part.block, Prompt) else part
        for part in signed_out_parts(blocks)
    ]

"""A text as a reader will see it, whatever is still wrong with it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbook.authoring.desk.shelf import ContentFile, ContentFolder, Shelved
from workbook.chapters import compiler, frontmatter
from workbook.chapters.book import Book, Page
from workbook.chapters.files import PAGES
from workbook.journal.rendering.prompt_form import PromptForm
from workbook.pages.parts import PagePart, signed_out_parts
from workbook.prompts.base import Block, Prompt


def template_and_context(
    shelf: ContentFolder, folder: Shelved, text: ContentFile
) -> tuple[str, dict[str, Any]]:
    """The page that the site would draw, with forms that keep nothing."""
    if text.kind == "page":
        page = Page(
            slug=text.slug,
            path=text.sheet.path,
            title=text.title,
            summary=str(text.sheet.draft.front.values.get("summary", "")),
            blocks=shelf.compiled(folder, text).blocks,
        )
        return "pages/page.html", {"page": page, "parts": signed_out_parts(page.blocks)}
    book = shelf.book(folder)
    if text.kind == "book":
        context = {"book": book, "parts": parts(book, book.introduction), "listed": listed(book)}
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
    """The blocks of a text that has a heading for its title and no front matter."""
    heading, _, body = path.read_text(encoding="utf-8").partition("\n")
    text = f"---\ntitle: {heading.lstrip('# ')}\n---\n{body}"
    draft = compiler.read(text, f"{PAGES}/{path.name}", frontmatter.PAGE)
    return compiler.render(draft).blocks


def parts(book: Book, blocks: Iterable[Block]) -> list[PagePart]:
    """Every prompt as a form, as for someone who has joined; nobody is behind it."""
    return [
        replace(part, form=PromptForm(book, part.block)) if isinstance(part.block, Prompt) else part
        for part in signed_out_parts(blocks)
    ]


def listed(book: Book) -> list[dict[str, Any]]:
    return [{"chapter": chapter} for chapter in book.chapters]

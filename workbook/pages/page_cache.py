"""A chapter's page, drawn once for all who see it alike, with places for what is a reader's own."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.template.context import Context

from workbook.accounts.access import Request
from workbook.accounts.page_cache import framed
from workbook.chapters.book import Book, Chapter
from workbook.pages.parts import PagePart, framed_parts, signed_out_parts
from workbook.pages.sections import sections
from workbook.prompts.base import Block
from workbook.prompts.kinds.guide import Guide
from workbook.web.fragments import Stencil

MOST = 200
"""Frames kept, at some 30 KB each: a workbook's chapters as a few kinds of readers see them."""
TEMPLATE = "pages/chapter.html"


class Frame(NamedTuple):
    """A chapter of a book, for somebody whose journal is open, or isn't."""

    book: Book
    chapter: Chapter
    is_open: bool = False
    has_check_in: bool = False

    def blocks(self) -> tuple[Block, ...]:
        """The book's "how are you right now" where this visit has not been asked yet, and all."""
        asked = (self.book.prompt(self.book.check_in).prompt,) if self.has_check_in else ()
        return (*asked, *self.chapter.blocks)

    def context(self) -> dict[str, Any]:
        """What the template wants to know."""
        index = self.book.chapters.index(self.chapter)
        chapters, has_order = self.book.chapters, self.book.order != "any"
        parts = framed_parts(self.blocks()) if self.is_open else signed_out_parts(self.blocks())
        asked = 1 if self.has_check_in else 0
        return {
            "book": self.book,
            "chapter": self.chapter,
            "check_in": parts[:asked],
            "parts": parts[asked:],
            "sections": sections(self.chapter.blocks),
            "has_guide": has_guide(self.chapter.blocks),
            "previous": chapters[index - 1] if index and has_order else None,
            "next": chapters[index + 1] if has_order and index + 1 < len(chapters) else None,
            "keyring_is_open": self.is_open,
        }


def chapter_page(request: Request, frame: Frame, parts: list[PagePart]) -> HttpResponse:
    """The page, with those of ``parts`` in it that are a reader's own."""
    if not request.user.is_authenticated:
        # Kept as it is for everyone who has not entered; see shared.py.
        return render(request, TEMPLATE, frame.context())
    own = {part.name: part.drawn(frame.book.slug) for part in parts if part.is_own}
    return framed(request, _stencil, {"frame": frame}, own, _context)


def _context(constants: Mapping[str, Any]) -> Context:
    return Context({**constants, **constants["frame"].context()})


_stencil = Stencil.of(TEMPLATE, most=MOST)


def has_guide(blocks: tuple[Block, ...]) -> bool:
    """Whether a page needs the guide's script; most don't, and a request takes time."""
    return any(isinstance(block, Guide) for block in blocks)

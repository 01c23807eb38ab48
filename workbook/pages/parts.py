"""A chapter's blocks joined with what this reader has written: the parts of a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from workbook.accounts.models import User
from workbook.chapters.book import Book, Library, Prose
from workbook.chapters.loader import library
from workbook.journal.entries.queries import answers_for
from workbook.journal.rendering.prompt_form import PromptForm, prompt_form
from workbook.journal.review.recall import prompts_of, recalled_in
from workbook.prompts.base import Block, Prompt
from workbook.vault.keyring import Keyring
from workbook.web.fragments import fragment

MOST_DRAWN = 2000
"""Blocks whose drawing is kept, at some 2 KB each."""

_drawn: tuple[Library | None, dict[tuple[object, ...], tuple[Block, SafeString]]] = (None, {})


@dataclass(frozen=True)
class PagePart:
    """One block as a page shows it. ``form`` is there for a prompt whose reader may write."""

    block: Block
    number: int
    level: int
    """Heading level for a block's title: 3 below a section's heading, 2 before the first."""
    form: PromptForm | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_prompt(self) -> bool:
        """Whether the part is a prompt, which asks something."""
        return isinstance(self.block, Prompt)


def show_block(part: PagePart, book_slug: str = "") -> SafeString:
    """Returns a block that is read, drawn by its kind's template.

    One that shows nobody's answers is drawn once an edition of the library: it is the same for all.
    """
    block = part.block
    about = {"block": block, "number": part.number, "level": part.level, "book_slug": book_slug}
    if part.context or block.needs() or settings.DEBUG:
        return fragment(block.template, {**about, **part.context})
    global _drawn
    stock = library()
    if _drawn[0] is not stock or len(_drawn[1]) > MOST_DRAWN:
        _drawn = (stock, {})
    key = (id(block), part.number, part.level, book_slug, get_language())
    # With the block itself: while it is kept, nothing else gets its identity.
    found = _drawn[1].get(key)
    if found is None:
        found = _drawn[1][key] = (block, fragment(block.template, about))
    return found[1]


def signed_out_parts(blocks: Iterable[Block]) -> list[PagePart]:
    """Returns the parts that anyone may see: no answers, no forms."""
    return [
        PagePart(block, number, level, context=block.context({}))
        for number, level, block in _numbered(blocks)
    ]


def parts_for(
    person: User, keyring: Keyring, book: Book, blocks: tuple[Block, ...], entry: str = ""
) -> list[PagePart]:
    """Returns the parts with the reader's own answers. One query, however many prompts there are.

    ``entry`` is the occurrence of a repeated prompt's entry that its form is to show.
    """
    wanted = prompts_of(book, blocks).values()
    answers = answers_for(person, keyring, book, wanted, with_afterward=True)
    recalled = recalled_in(book, blocks, answers)
    return [
        PagePart(
            block,
            number,
            level,
            form=prompt_form(person, book, block, answers.get(block.id, []), entry, recalled)
            if isinstance(block, Prompt)
            else None,
            context=block.context(recalled),
        )
        for number, level, block in _numbered(blocks)
    ]


def _numbered(blocks: Iterable[Block]) -> Iterable[tuple[int, int, Block]]:
    level = 2
    for number, block in enumerate(blocks):
        yield number, level, block
        if isinstance(block, Prose) and "<h2" in block.html:
            level = 3

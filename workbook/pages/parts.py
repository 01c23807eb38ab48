"""A chapter's blocks joined with what this reader has written: the parts of a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from workbook.accounts.models import User
from workbook.chapters.book import Book, Prose
from workbook.journal.entries.queries import answers_for
from workbook.journal.rendering import outlines
from workbook.journal.rendering.prompt_form import PromptForm, prompt_form
from workbook.journal.review.recall import prompts_of, recalled_in
from workbook.prompts.base import Block, Prompt
from workbook.vault.keyring import Keyring
from workbook.web.fragments import Placeholder


@dataclass(frozen=True)
class PagePart:
    """One block as a page shows it. ``form`` is there for a prompt whose reader may write."""

    block: Block
    number: int
    level: int
    """Heading level for a block's title: 3 below a section's heading, 2 before the first."""
    form: PromptForm | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    """In a page that is drawn for many, what stands there for a part that is each reader's own."""

    @property
    def name(self) -> str:
        """Of that place."""
        return f"part_{self.number}"

    @property
    def is_own(self) -> bool:
        """Whether it is another for each reader: it takes answers, or shows some."""
        return self.is_prompt or bool(self.block.needs())

    def drawn(self, book_slug: str) -> SafeString:
        """What a reader sees of it whose journal is open."""
        if self.form:
            return outlines.drawn(self.form, self.context)
        return draw_block(self.block, self.number, self.level, book_slug, self.context)

    @property
    def is_constant(self) -> bool:
        """Whether it is the same for every reader: nobody's answers are in it."""
        return not self.context and not self.is_own

    @property
    def is_prompt(self) -> bool:
        return isinstance(self.block, Prompt)


def draw_block(
    block: Block, number: int, level: int, book_slug: str, context: Mapping[str, Any]
) -> SafeString:
    """A block that is read, through its kind's template."""
    about = {"block": block, "number": number, "level": level, "book_slug": book_slug}
    return render_to_string(block.template, {**about, **context})


def signed_out_parts(blocks: Iterable[Block]) -> list[PagePart]:
    """What anyone may see: no answers, no forms."""
    return [
        PagePart(block, number, level, context=block.context({}))
        for number, level, block in _numbered(blocks)
    ]


def framed_parts(blocks: Iterable[Block]) -> list[PagePart]:
    """The same with a place for each part that is a reader's own."""
    return [
        replace(part, place=Placeholder(part.name)) if part.is_own else part
        for part in signed_out_parts(blocks)
    ]


def parts_for(
    person: User, keyring: Keyring, book: Book, blocks: tuple[Block, ...], entry: str = ""
) -> list[PagePart]:
    """The same with the reader's own answers. One query, whatever the number of prompts.

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

"""A chapter's blocks joined with what this reader has written: the parts of a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbook.accounts.models import User
from workbook.chapters.book import Book, Prose
from workbook.journal.forms import PromptForm, prompt_form
from workbook.journal.reading import answers_for
from workbook.journal.recalling import prompts_of, recalled_in
from workbook.prompts.base import Block, Prompt
from workbook.vault.keyring import Keyring


@dataclass(frozen=True)
class Part:
    """One block as a page shows it. ``form`` is there for a prompt whose reader may write."""

    block: Block
    number: int
    level: int
    """Heading level for a block's title: 3 below a section's heading, 2 before the first."""
    form: PromptForm | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_constant(self) -> bool:
        """Whether it is the same for every reader: nobody's answers are in it."""
        return not self.context and not self.block.needs() and not self.is_prompt

    @property
    def is_prompt(self) -> bool:
        return isinstance(self.block, Prompt)


def signed_out_parts(blocks: Iterable[Block]) -> list[Part]:
    """What anyone may see: no answers, no forms."""
    return [
        Part(block, number, level, context=block.context({}))
        for number, level, block in _numbered(blocks)
    ]


def parts_for(
    person: User, keyring: Keyring, book: Book, blocks: tuple[Block, ...], entry: str = ""
) -> list[Part]:
    """The same with the reader's own answers. One query, whatever the number of prompts.

    ``entry`` is the occurrence of a repeated prompt's entry that its form is to show.
    """
    answers = answers_for(person, keyring, book, prompts_of(book, blocks).values())
    recalled = recalled_in(book, blocks, answers)
    return [
        Part(
            block,
            number,
            level,
            form=prompt_form(person, book, block, answers.get(block.id, []), entry)
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

"""A chapter's blocks joined with what this reader has written: the parts of a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbook.accounts.models import User
from workbook.chapters.book import Book, NoSuchPrompt, Placed, Prose
from workbook.journal.forms import PromptForm, prompt_form
from workbook.journal.reading import Written, answers_for
from workbook.prompts.base import Block, Prompt, Recalled
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
    def is_prompt(self) -> bool:
        return isinstance(self.block, Prompt)


def signed_out_parts(blocks: Iterable[Block]) -> list[Part]:
    """What anyone may see: no answers, no forms."""
    return [
        Part(block, number, level, context=block.context({}))
        for number, level, block in _numbered(blocks)
    ]


def parts_for(person: User, keyring: Keyring, book: Book, blocks: tuple[Block, ...]) -> list[Part]:
    """The same with the reader's own answers. One query, whatever the number of prompts."""
    prompts = {block.id: block for block in blocks if isinstance(block, Prompt)}
    needed = {ident for block in blocks for ident in block.needs()}
    placed = {ident: found for ident in needed if (found := _placed(book, ident))}
    wanted = {**{p.prompt.id: p.prompt for p in placed.values()}, **prompts}
    answers = answers_for(person, keyring, book, wanted.values())
    recalled = {
        ident: Recalled(found.prompt, latest.answer)
        for ident, found in placed.items()
        if (latest := _latest(answers.get(found.prompt.id, []), found.prompt))
    }
    return [
        Part(
            block,
            number,
            level,
            form=prompt_form(person, book, block, answers.get(block.id, []))
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


def _placed(book: Book, ident: str) -> Placed | None:
    try:
        return book.prompt(ident)
    except NoSuchPrompt:
        return None  # The chapter it stands in could not be compiled, so it is left out for now.


def _latest(entries: list[Written], prompt: Prompt) -> Written | None:
    """The newest sound entry of the prompt's own kind that says something."""
    return next(
        (
            written
            for written in entries
            if not written.is_damaged
            and written.kind == prompt.kind
            and not prompt.is_empty(written.answer)
        ),
        None,
    )

"""Earlier answers that a block shows again: a map's people, a guide's, a card's, a recall's."""

from collections.abc import Iterable, Mapping, Sequence

from workbook.chapters.book import Book, NoSuchPrompt, Placed
from workbook.journal.entries.content import Written
from workbook.prompts.base import Block, Prompt, Recalled

Answers = Mapping[str, Sequence[Written]]
"""Entries, newest first, by their prompt's id today; see ``reading.answers_for``."""


def prompts_of(book: Book, blocks: Iterable[Block]) -> dict[str, Prompt]:
    """Returns every prompt whose answers the blocks take or show, by its id today."""
    blocks = tuple(blocks)
    own = [block for block in blocks if isinstance(block, Prompt)]
    needed = [found.prompt for found in _needed(book, blocks).values()]
    return {prompt.id: prompt for prompt in (*own, *needed)}


def recalled_in(book: Book, blocks: Iterable[Block], answers: Answers) -> dict[str, Recalled]:
    """Returns the latest answer to each prompt that the blocks show again, by the id they know."""
    return {
        ident: Recalled(found.prompt, latest.bare_answer, latest.entry.day)
        for ident, found in _needed(book, blocks).items()
        if (latest := _latest(answers.get(found.prompt.id, ()), found.prompt))
    }


def _needed(book: Book, blocks: Iterable[Block]) -> dict[str, Placed]:
    idents = {ident for block in blocks for ident in block.needs()}
    return {ident: found for ident in idents if (found := _placed(book, ident))}


def _placed(book: Book, ident: str) -> Placed | None:
    try:
        return book.prompt(ident)
    except NoSuchPrompt:
        return None  # The chapter it stands in could not be compiled, so it is left out for now.


def _latest(entries: Sequence[Written], prompt: Prompt) -> Written | None:
    """The newest sound entry that the prompt can still read and that says something."""
    return next(
        (
            written
            for written in entries
            if not written.is_damaged
            and prompt.can_hold(written.kind, written.answer)
            and not prompt.is_empty(written.bare_answer)
        ),
        None,
    )

"""Finds the earlier answers that a block shows again, such as the people on a map.

Such blocks are maps, guides, hard-day cards and recalls.
"""

from collections.abc import Iterable, Mapping, Sequence

from workbook.chapters.book import Book, NoSuchPrompt, Placed
from workbook.journal.entries.content import Written
from workbook.prompts.base import Block, Prompt, Recalled

Answers = Mapping[str, Sequence[Written]]
"""A person's entries, newest first, by the current id of their prompt (``queries.answers_for``)."""


def prompts_of(book: Book, blocks: Iterable[Block]) -> dict[str, Prompt]:
    """Returns the prompts whose answers the blocks take or show, by their current ids."""
    blocks = tuple(blocks)
    own = [block for block in blocks if isinstance(block, Prompt)]
    needed = [found.prompt for found in _needed(book, blocks).values()]
    return {prompt.id: prompt for prompt in (*own, *needed)}


def recalled_in(book: Book, blocks: Iterable[Block], answers: Answers) -> dict[str, Recalled]:
    """Returns the latest answer to each prompt whose answers the blocks show again.

    The keys are ids as the blocks name them, which may be former ones. Prompts without an answer
    are left out.
    """
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
        return None  # The prompt's chapter could not be compiled: it is left out for now.


def _latest(entries: Sequence[Written], prompt: Prompt) -> Written | None:
    """Returns the newest undamaged entry that the prompt can read and that isn't empty."""
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

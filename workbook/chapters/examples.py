"""Joins each example with the question it fills in, wherever in the book that stands."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from workbook.chapters.book import Book
from workbook.prompts.base import Block, Prompt
from workbook.prompts.kinds.example import Example
from workbook.prompts.problems import Problem

Prompts = Mapping[str, Prompt]
"""Questions by their ids, former ones too."""


def prompts_in(blocks: Iterable[Block]) -> dict[str, Prompt]:
    """Returns the questions among some blocks, by their ids."""
    return {
        ident: block
        for block in blocks
        if isinstance(block, Prompt)
        for ident in (*block.was, block.id)
    }


def filled_here(
    blocks: tuple[Block, ...], path: str, report: Callable[[Problem], None]
) -> tuple[Block, ...]:
    """Returns the blocks of one text with its examples of its own questions filled in."""
    prompts = prompts_in(blocks)
    return tuple(
        replace(_filled(block, prompts, path, report), is_near=True)
        if isinstance(block, Example) and block.target in prompts
        else block
        for block in blocks
    )


def filled_across(
    blocks: tuple[Block, ...], prompts: Prompts, path: str, report: Callable[[Problem], None]
) -> tuple[Block, ...]:
    """Returns the blocks of one text with its examples of other texts' questions filled in."""
    return tuple(
        _filled(block, prompts, path, report)
        if isinstance(block, Example) and not block.is_near
        else block
        for block in blocks
    )


def in_book(book: Book) -> Book:
    """Returns the book with every example filled in whose question is there."""
    prompts = prompts_in(placed.prompt for placed in book.prompts)

    def across(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        # What doesn't fit was told when the parts were checked against each other.
        return filled_across(blocks, prompts, "", lambda _problem: None)

    return replace(
        book,
        introduction=across(book.introduction),
        chapters=tuple(
            replace(chapter, blocks=across(chapter.blocks)) for chapter in book.chapters
        ),
    )


def _filled(
    example: Example, prompts: Prompts, path: str, report: Callable[[Problem], None]
) -> Example:
    prompt = prompts.get(example.target)
    if prompt is None:
        return replace(example, prompt=None, answer={})

    def tell(line: int, code: str, message: str) -> None:
        report(Problem(path, line, 1, code, message))

    return example.filled(prompt, tell)

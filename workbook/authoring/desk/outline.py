"""A book at a glance: its questions, and what becomes of each answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbook.authoring.desk.shelf import ContentFile, ContentFolder, Shelved
from workbook.prompts.base import Block, Prompt
from workbook.prompts.kinds.guide import Guide, Step


@dataclass(frozen=True)
class Use:
    """A place where an answer is shown again: a recall, a map, a card, a guide."""

    text: ContentFile
    kind: str
    line: int


@dataclass(frozen=True)
class Asked:
    """A question of the book and every place that shows its answer."""

    text: ContentFile
    prompt: Prompt
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Flow:
    """A guide of the book."""

    text: ContentFile
    guide: Guide

    @property
    def steps(self) -> Sequence[Step]:
        return self.guide.steps


@dataclass(frozen=True)
class BookOutline:
    """Everything the map of a book shows, in reading order."""

    asked: tuple[Asked, ...]
    flows: tuple[Flow, ...]

    def of(self, text: ContentFile) -> list[Asked]:
        return [asked for asked in self.asked if asked.text.path == text.path]

    @property
    def feeding(self) -> list[Asked]:
        """Questions whose answers come back somewhere."""
        return [asked for asked in self.asked if asked.uses]


def outline(shelf: ContentFolder, folder: Shelved) -> BookOutline:
    blocks = [
        (text, block) for text in folder.texts for block in shelf.compiled(folder, text).blocks
    ]
    uses: dict[str, list[Use]] = {}
    for text, block in blocks:
        for ident in dict.fromkeys(_needed(block)):
            uses.setdefault(ident, []).append(Use(text, block.kind, block.line))
    asked = tuple(
        Asked(
            text, block, tuple(use for name in (block.id, *block.was) for use in uses.get(name, ()))
        )
        for text, block in blocks
        if isinstance(block, Prompt) and block.role == "question"
    )
    flows = tuple(Flow(text, block) for text, block in blocks if isinstance(block, Guide))
    return BookOutline(asked, flows)


def _needed(block: Block) -> Iterator[str]:
    """Ids of the prompts that a block leads to or shows; an example shows nobody's answer."""
    if block.role != "example":
        yield from (found.target for found in block.references() if found.what == "prompt")

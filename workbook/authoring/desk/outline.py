"""A book at a glance: its questions, and what becomes of each answer."""

from dataclasses import dataclass
from typing import NamedTuple

from workbook.authoring.desk.content import ContentFile, TextFolder
from workbook.prompts.base import Prompt
from workbook.prompts.kinds.guide import Guide


class Use(NamedTuple):
    """A place where an answer is shown again: a recall, a map, a card, a guide."""

    text: ContentFile
    kind: str
    line: int


class Asked(NamedTuple):
    """A question of the book and every place that shows its answer."""

    text: ContentFile
    prompt: Prompt
    uses: tuple[Use, ...]


class Flow(NamedTuple):
    """A guide of the book."""

    text: ContentFile
    guide: Guide


@dataclass(frozen=True)
class BookOutline:
    """Everything the map of a book shows, in reading order."""

    asked: tuple[Asked, ...]
    flows: tuple[Flow, ...]

    def of(self, text: ContentFile) -> list[Asked]:
        """Returns the questions of one text."""
        return [asked for asked in self.asked if asked.text.path == text.path]

    @property
    def feeding(self) -> list[Asked]:
        """Questions whose answers come back somewhere."""
        return [asked for asked in self.asked if asked.uses]


def outline(folder: TextFolder) -> BookOutline:
    """Returns the outline of a book, as far as its texts compile."""
    blocks = [(text, block) for text in folder.texts for block in folder.compiled(text).blocks]
    uses: dict[str, list[Use]] = {}
    for text, block in blocks:
        # An example shows nobody's answer.
        found = () if block.role == "example" else block.references()
        for ident in dict.fromkeys(one.target for one in found if one.what == "prompt"):
            uses.setdefault(ident, []).append(Use(text, block.kind, block.line))
    asked = tuple(
        Asked(
            text, block, tuple(use for id_ in (block.id, *block.was) for use in uses.get(id_, ()))
        )
        for text, block in blocks
        if isinstance(block, Prompt) and block.role == "question"
    )
    flows = tuple(Flow(text, block) for text, block in blocks if isinstance(block, Guide))
    return BookOutline(asked, flows)

"""The registry: every kind an author can write. A new kind is a module, a template and a line here."""

from workbook.prompts.base import Block, Prompt
from workbook.prompts.choices import PickAny, PickOne
from workbook.prompts.help import Help
from workbook.prompts.idea import Idea
from workbook.prompts.note import Note
from workbook.prompts.pause import Pause
from workbook.prompts.scale import Scale
from workbook.prompts.story import Story
from workbook.prompts.tick_list import TickList
from workbook.prompts.tool import Tool
from workbook.prompts.writing import LongAnswer, ShortAnswer

KINDS: dict[str, type[Block]] = {}


def register(*kinds: type[Block]) -> None:
    """Make kinds known to the compiler, the pages, the journal and the linter."""
    for kind in kinds:
        KINDS[kind.kind] = kind


register(ShortAnswer, LongAnswer, PickOne, PickAny, Scale, TickList)
register(Story, Idea, Tool, Pause, Note, Help)


def answered_kinds() -> dict[str, type[Prompt]]:
    return {name: kind for name, kind in KINDS.items() if issubclass(kind, Prompt)}

"""One file as the rules see it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from workbook.authoring.lint.codes import RULES
from workbook.authoring.lint.edges import Edge, edges
from workbook.authoring.lint.finding import WARNING, Finding
from workbook.authoring.lint.text import Passage, passages
from workbook.chapters.blocks import RawBlock
from workbook.chapters.compiler import UnrenderedText
from workbook.chapters.files import BOOK_FILE, PAGES

OURS = "alongside"
"""Key of the workbook whose shape and length the rules 15 to 17 insist on."""
ASKS_LENGTH = 160
BLANK = re.compile(r"_{3,}")


@dataclass(frozen=True)
class Sheet:
    """A draft with its pieces and passages.

    Attributes:
        book_key: of the book it belongs to; "" for a page.
        is_draft: nothing in it stops anything yet: a chapter that isn't published, or the
            introduction of a book without a published chapter. Pages are served as they are.
        in_any_order: its book is one of single pages (``order: any``), of which none has to have a
            chapter's parts.
    """

    draft: UnrenderedText
    book_key: str = ""
    is_draft: bool = False
    in_any_order: bool = False

    @property
    def path(self) -> str:
        """The text's path, from the content folder."""
        return self.draft.path

    @property
    def folder(self) -> str:
        """The name of the book's folder, or of that of the pages."""
        return PurePosixPath(self.path).parent.name

    @property
    def kind(self) -> str:
        """ "chapter", "book" (its introduction) or "page"."""
        if self.folder == PAGES:
            return "page"
        return "book" if self.path.endswith(f"/{BOOK_FILE}") else "chapter"

    @property
    def is_heavy(self) -> bool:
        """Whether the text's author marked it as heavy."""
        return bool(self.draft.front.values.get("heavy"))

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The text's passages in reading order; none where it can't be read."""
        return tuple(passages(self.draft)) if self.draft.is_readable else ()

    @cached_property
    def blocks(self) -> tuple[RawBlock, ...]:
        """The text's colon blocks, in reading order."""
        return self.draft.blocks

    @cached_property
    def prompts(self) -> tuple[RawBlock, ...]:
        """Blocks that ask a question; guides are ways, not questions."""
        return tuple(block for block in self.blocks if block.role == "question")

    def question(self, block: RawBlock) -> Iterator[Passage]:
        """Returns the passages of a prompt's body: its question and options."""
        return (p for p in self.passages if p.block is block and not p.key)

    def asks(self, block: RawBlock) -> str:
        """Returns what a prompt asks, in a line."""
        question = [p for p in self.question(block) if p.what == "text"]
        title = [p for p in self.passages if p.block is block and p.key == "title"]
        return _as_asked((question or title)[0])[:ASKS_LENGTH] if question or title else ""

    def edges(self) -> tuple[Edge, Edge]:
        """Returns how the text's prose begins and how it ends."""
        return edges(self.passages)

    def front_line(self, name: str) -> int:
        """Returns the line of a name in the front matter; 1 where it isn't there."""
        return self.draft.front.lines.get(name, 1)

    def finding(
        self,
        code: str,
        line: int,
        col: int = 1,
        *,
        message: str = "",
        whole: bool = False,
        **values: object,
    ) -> Finding:
        """Returns a finding of a rule, in the rule's words with ``values`` filled in.

        Args:
            message: what is said in place of the rule's words.
            whole: it is about the whole file, wherever it points.
        """
        rule = RULES[code]
        said = message or rule.message.format(**values)
        severity = WARNING if rule.ours and self.book_key != OURS else rule.severity
        return Finding(self.path, line, col, code, said, severity, self.is_draft, whole=whole)

    def at(self, code: str, passage: Passage, offset: int, **values: object) -> Finding:
        """Returns a finding at a place in a passage; see :meth:`finding`."""
        return self.finding(code, *passage.place(offset), **values)  # type: ignore[arg-type]

    def whole(self, code: str, name: str, **values: object) -> Finding:
        """Returns a finding about the whole file, shown where its front matter has ``name``."""
        return self.finding(code, self.front_line(name), whole=True, **values)  # type: ignore[arg-type]


def _as_asked(passage: Passage) -> str:
    """The words in one line, with … where the reader is to finish a sentence."""
    text = list(passage.text)
    if len(passage.source) == len(text):
        for blank in BLANK.finditer(passage.source):
            text[blank.start()] = "…"
    return " ".join("".join(text).split())

"""Compiles and examines a book's chapters in one go, on every core where there are many.

The compiler's own way would read each text a second time for the rules, and clean its HTML, which
takes longer than all the rest and is of no use to who serves nothing.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.texts import in_one_folder
from workbook.chapters import compiler
from workbook.chapters.binding import Binding
from workbook.chapters.book import Chapter
from workbook.chapters.compiler import Draft
from workbook.chapters.links import Index
from workbook.chapters.tokens import Tokens
from workbook.prompts.problems import Problem

FEW = 60
"""Texts up to which starting more processes costs more time than it saves."""

Examine = Callable[[Sheet], list[Finding]]
Each = Callable[[Callable[[Sheet], Any], Iterable[Sheet]], Iterable[Any]]
"""Calls a function for each sheet, in order."""


@contextmanager
def cores(count: int) -> Iterator[Each]:
    """A way to go through ``count`` texts: one after the other, or on every core."""
    if count <= FEW or (os.cpu_count() or 1) < 2:
        yield map
        return
    with ProcessPoolExecutor() as pool:
        yield partial(pool.map, chunksize=4)


class Done(NamedTuple):
    """What became of one chapter."""

    chapter: Chapter | None
    problems: list[Problem]
    findings: list[Finding]


def as_it_is(html: str) -> SafeString:
    """In place of cleaning: nothing of this is ever served."""
    return mark_safe(html)


def do(sheet: Sheet, examine: Examine, index: Index, tokens: Tokens) -> Done:
    chapter, problems = compiler.chapter_from(sheet.draft, index, tokens, as_it_is)
    return Done(chapter, problems, examine(sheet))


class Books:
    """Gathers what binding the books finds out.

    Attributes:
        sheets: every text that was read, each book's introduction first.
        findings: of the rules, in no order.
    """

    def __init__(self, examine: Examine, each: Each) -> None:
        self.examine = examine
        self.each = each
        self.sheets: list[Sheet] = []
        self.findings: list[Finding] = []

    def bind(self, slug: str, front: Draft, drafts: Iterable[Draft], **rest: Any) -> Binding:
        """Stands in for Binding where books are loaded."""
        drafts = list(drafts)
        sheets = list(in_one_folder([front, *drafts]))
        self.sheets += sheets
        return _ExaminingBinding(self, sheets, slug, front, drafts, **rest)


class _ExaminingBinding(Binding):
    def __init__(self, books: Books, read: list[Sheet], *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.books = books
        self.read = {sheet.path: sheet for sheet in read}

    def compiled(self) -> Iterator[tuple[Chapter | None, list[Problem]]]:
        named = [self.read.pop(sheet.draft.path) for sheet in self.sheets]
        work = partial(do, examine=self.books.examine, index=self.index, tokens=self.tokens)
        for done in self.books.each(work, named):
            self.books.findings += done.findings
            yield done.chapter, done.problems
        # The introduction, and files whose names make no chapter of them.
        for sheet in self.read.values():
            self.books.findings += self.books.examine(sheet)

"""Compiles and examines a book's chapters in one go, on every core where there are many.

The compiler's own way would read each text a second time for the rules, and clean its HTML, which
takes longer than all the rest and is of no use to who serves nothing.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.memory import Memory, Record, found_in, record_of, unread
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.texts import in_one_folder
from workbook.chapters import binding, compiler, crosscheck, frontmatter
from workbook.chapters.binding import Binding
from workbook.chapters.book import Chapter
from workbook.chapters.compiler import Compiled, UnrenderedText
from workbook.chapters.links import Index
from workbook.chapters.tokens import Tokens
from workbook.prompts.base import Block
from workbook.prompts.kinds.example import Example
from workbook.prompts.problems import Problem

FEW = 60
"""Texts up to which starting more processes costs more time than it saves."""

Examine = Callable[[Sheet], list[Finding]]
Task = tuple[Sheet, str]
"""A chapter and its slug."""
Each = Callable[[Callable[[Task], Record], list[Task]], Iterable[Record]]
"""Calls a function for each chapter, in order."""


def cores() -> Each:
    """A way to go through chapters: a few one after the other, many on every core."""
    done = 0

    def each(work: Callable[[Task], Record], tasks: list[Task]) -> Iterable[Record]:
        nonlocal done
        done += len(tasks)
        if done <= FEW or (os.cpu_count() or 1) < 2:
            return map(work, tasks)
        return on_every_core(work, tasks)

    return each


def on_every_core(work: Callable[[Task], Record], tasks: list[Task]) -> list[Record]:
    # Forked processes have the texts already; sending them would take a tenth of the time.
    _waiting[:] = tasks
    fork = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork") if fork else None
    try:
        with ProcessPoolExecutor(mp_context=context) as pool:
            if fork:
                return list(pool.map(partial(_nth, work), range(len(tasks)), chunksize=8))
            return list(pool.map(work, tasks, chunksize=8))
    finally:
        _waiting.clear()


_waiting: list[Task] = []


def _nth(work: Callable[[Task], Record], number: int) -> Record:
    return work(_waiting[number])


def as_it_is(html: str) -> SafeString:
    """In place of cleaning: nothing of this is ever served."""
    return mark_safe(html)


def do(task: Task, examine: Examine, index: Index, tokens: Tokens) -> Record:
    """Everything that there is to find in one chapter."""
    sheet, slug = unread(task[0]), task[1]
    chapter, problems = compiler.chapter_from(sheet.draft, index, tokens, as_it_is)
    return record_of(sheet, slug, index, chapter, problems, examine(sheet))


class Books:
    """Gathers what binding the books finds out.

    Attributes:
        sheets: every text that was read, each book's introduction first.
        findings: of the rules, in no order.
    """

    def __init__(self, examine: Examine, each: Each, memory: Memory) -> None:
        self.examine = examine
        self.each = each
        self.memory = memory
        self.sheets: list[Sheet] = []
        self.findings: list[Finding] = []

    def bind(
        self, index: Index, front: UnrenderedText, drafts: Iterable[UnrenderedText], **rest: Any
    ) -> Binding:
        """Stands in for Binding where books are loaded."""
        drafts = list(drafts)
        sheets = [self.memory.sheet(sheet) for sheet in in_one_folder([front, *drafts])]
        self.sheets += sheets
        return _ExaminingBinding(self, sheets, index, front, drafts, **rest)


class _ExaminingBinding(Binding):
    def __init__(self, gathering: Books, read: list[Sheet], *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.gathering = gathering
        self.read = {sheet.path: sheet for sheet in read}

    def compiled(self) -> Iterator[tuple[Chapter | None, list[Problem]]]:
        memory = self.gathering.memory
        named = [(self.read.pop(place.draft.path), place) for place in self.sheets]
        known = [memory.recall(sheet, p.slug, p.number, self.index) for sheet, p in named]
        work = partial(do, examine=self.gathering.examine, index=self.index, tokens=self.tokens)
        fresh = [
            (sheet, place.slug)
            for (sheet, place), found in zip(named, known, strict=True)
            if found is None
        ]
        records = iter(self.gathering.each(work, fresh))
        for (sheet, place), found in zip(named, known, strict=True):
            if found is None:
                found = self.found(sheet, place, next(records))
            self.gathering.findings += found.findings
            yield found.chapter, found.problems
        # The introduction, and files whose names make no chapter of them.
        for sheet in self.read.values():
            self.gathering.findings += self.gathering.examine(unread(sheet))

    def cross_problems(self, introduction: Compiled) -> list[Problem]:
        return [*super().cross_problems(introduction), *self.unfit_examples(introduction)]

    def unfit_examples(self, introduction: Compiled) -> list[Problem]:
        """What doesn't fit in examples of questions of other texts.

        What is known of a chapter is too little to tell, so those that have such an example, or
        such a question, are compiled once more. They are few.
        """
        blocks = {place.slug: place.chapter.blocks for place in self.sheets if place.chapter}
        known = self.index.chapters or {}
        homes = {ident: slug for slug, ids in known.items() for ident in ids}
        reaching = {
            slug: targets
            for slug, some in {"": introduction.blocks, **blocks}.items()
            if (targets := {target for target in _filled_in(some) if homes.get(target) != slug})
        }
        wanted = {*reaching, *(homes.get(t, "") for targets in reaching.values() for t in targets)}
        parts = [crosscheck.BookFile("", self.front.path, introduction.blocks)] if wanted else []
        parts += [
            crosscheck.BookFile(place.slug, place.draft.path, self.whole(place).blocks)
            for place in self.sheets
            if place.chapter and place.slug in wanted
        ]
        return crosscheck.unfit_examples(parts)

    def whole(self, place: binding.UnboundChapter) -> Compiled:
        draft = compiler.read(place.draft.text, place.draft.path, frontmatter.CHAPTER)
        return compiler.render(
            draft, self.index, here=place.slug, tokens=self.tokens, clean=as_it_is
        )

    def found(self, sheet: Sheet, place: binding.UnboundChapter, record: Record) -> Any:
        self.gathering.memory.remember(sheet, record)
        return found_in(record, sheet, place.slug, place.number)


def _filled_in(blocks: Iterable[Block]) -> Iterator[str]:
    """The questions that a text's examples fill in, as far as anything is known of its blocks."""
    for block in blocks:
        if block.kind == Example.kind:
            yield from (reference.target for reference in block.references())

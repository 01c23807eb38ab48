"""Binds the files of one folder into a book, leaving out what doesn't compile."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from workbook.chapters import compiler, crosscheck, examples, frontmatter
from workbook.chapters.book import Book, Chapter, Door
from workbook.chapters.codes import HARMLESS, any_fatal
from workbook.chapters.compiler import Compiled, UnrenderedText
from workbook.chapters.crosscheck import BookFile
from workbook.chapters.links import BadLink, Chapters, Index, address
from workbook.chapters.rendering import Clean
from workbook.chapters.tokens import Tokens
from workbook.prompts.base import Block
from workbook.prompts.kinds.short_answer import ShortAnswer
from workbook.prompts.problems import Problem

NOT_ASKED = {
    "check_in": "The check-in '{}' is none of the questions below. "
    "Write one there, or empty 'check_in'.",
    "call_me": "The question for a name, '{}', is in none of the chapters. "
    "Write one there, or empty 'call_me'.",
}
"""The problem with a key of ``book.md`` whose question isn't where it belongs, by the key.

``{}`` is the id that the key gives.
"""


@dataclass
class UnboundChapter:
    """A chapter that is read and not yet bound into its book.

    ``chapter`` is what the draft compiled to; None before that, and where there is none to serve.
    """

    draft: UnrenderedText
    slug: str
    chapter: Chapter | None = None


@dataclass(kw_only=True)
class Binding:
    """Makes a book of the texts in one folder: compiles each of them, knowing all the others.

    Attributes:
        index: what links in this book may lead to.
        front: the text of ``book.md``.
        drafts: the texts of the chapters, in any order.
        former: the book as it was last served, whose parts stand in for those that don't compile.
        problems: what is wrong with each file, and with the files taken together.
        left_out: paths of the files that are not in the book, or are in it in their former state.
    """

    index: Index
    front: UnrenderedText
    drafts: Iterable[UnrenderedText]
    tokens: Tokens
    former: Book | None
    clean: Clean
    problems: list[Problem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @cached_property
    def sheets(self) -> list[UnboundChapter]:
        """The chapters to be bound, in reading order.

        A draft whose file is badly named is left out, and so is the second of two with one slug.
        """
        sheets: dict[str, UnboundChapter] = {}
        numbers: dict[int, str] = {}
        for draft in sorted(self.drafts, key=_reading_order):
            if not draft.number_and_slug:
                self.leave_out(draft.path, compiler.wrong_name(draft.path))
                continue
            number, slug = draft.number_and_slug
            if slug in sheets:
                message = (
                    f"'{slug}' is the address of {sheets[slug].draft.path} already. "
                    "Rename this file, or remove one of them."
                )
                self.leave_out(draft.path, Problem(draft.path, 1, 1, "K103", message))
                continue
            if number in numbers:
                message = (
                    f"{numbers[number]} begins with {number} too. "
                    "Give each its own number, so that their order is sure."
                )
                self.problems.append(Problem(draft.path, 1, 1, "K104", message))
            numbers.setdefault(number, draft.path)
            sheets[slug] = UnboundChapter(draft, slug)
        return list(sheets.values())

    def leave_out(self, path: str, problem: Problem) -> None:
        """Notes that a file is not in the book, with the problem that is the reason."""
        self.problems.append(problem)
        self.left_out.append(path)

    def book(self) -> Book | None:
        """Returns the book; None when neither ``book.md`` nor a former book gives key and title.

        Without the key nobody knows under which name its answers are kept.
        """
        introduction = self.introduction()
        for sheet in self.sheets:
            sheet.chapter, problems = compiler.chapter_from(
                sheet.draft, self.index, self.tokens, self.clean
            )
            self.problems += problems
            if sheet.chapter is None:
                self.fall_back(sheet)
        introduction = self.settled(introduction)
        values = dict(self.front.front.values)
        if not (values["key"] and values["title"]):
            if self.former is None:
                return None
            values = {name: getattr(self.former, name) for name in values}
        chapters = tuple(sheet.chapter for sheet in self.sheets if sheet.chapter)
        editions = [introduction.edition, *(chapter.edition for chapter in chapters)]
        edition = hashlib.sha256(repr((values, editions)).encode()).hexdigest()[:32]
        short_answers = [
            prompt
            for chapter in chapters
            for prompt in chapter.prompts
            if isinstance(prompt, ShortAnswer)
        ]
        values["check_in"] = self.asked("check_in", values["check_in"], introduction.blocks)
        values["call_me"] = self.asked("call_me", values["call_me"], short_answers)
        values["doors"] = self.doors(values["doors"])
        book = Book(
            slug=self.index.book,
            introduction=introduction.blocks,
            chapters=chapters,
            edition=edition,
            **values,
        )
        return examples.in_book(book)

    def introduction(self) -> Compiled:
        """Returns the introduction compiled from ``book.md``, or else the former one."""
        compiled = compiler.render(
            self.front, self.index, tokens=self.tokens, may_be_empty=True, clean=self.clean
        )
        self.problems += compiled.problems
        if any_fatal(compiled.problems, draft=False):
            self.left_out.append(self.front.path)
            return self.former_introduction()
        return compiled

    def former_introduction(self) -> Compiled:
        """Returns the introduction of the former book; an empty one where there is no such book."""
        if self.former is None:
            return Compiled((), "", [])
        return Compiled(self.former.introduction, f"former {self.former.edition}", [])

    def fall_back(self, sheet: UnboundChapter) -> None:
        """Puts the former book's chapter in the place of one that doesn't compile or doesn't fit.

        Where the former book had none, or just the one that doesn't fit, the chapter is left out.
        """
        self.left_out.append(sheet.draft.path)
        former = [c for c in (self.former.chapters if self.former else ()) if c.slug == sheet.slug]
        sheet.chapter = former[0] if former and former[0] != sheet.chapter else None

    def settled(self, introduction: Compiled) -> Compiled:
        """Replaces parts of the book that don't fit the others, and returns the introduction then.

        A chapter or an introduction that doesn't fit is put back as it was in the former book. If
        that doesn't fit either, it is left out.
        """
        for is_last in (False, True):
            problems = self.cross_problems(introduction)
            paths = {problem.path for problem in problems if problem.code not in HARMLESS}
            if not is_last:
                self.problems += problems
            for sheet in self.sheets:
                if sheet.draft.path in paths:
                    if is_last:
                        sheet.chapter = None
                    else:
                        self.fall_back(sheet)
            if self.front.path in paths:
                self.left_out.append(self.front.path)
                introduction = Compiled((), "", []) if is_last else self.former_introduction()
        return introduction

    def cross_problems(self, introduction: Compiled) -> list[Problem]:
        """Returns the problems of the introduction and the chapters taken together."""
        parts = [BookFile("", self.front.path, introduction.blocks)]
        missing = {"": self.front.ids}
        for sheet in self.sheets:
            if sheet.chapter:
                parts.append(BookFile(sheet.slug, sheet.chapter.path, sheet.chapter.blocks))
            else:
                missing[sheet.slug] = sheet.draft.ids
        return crosscheck.problems_of(parts, missing)

    def asked(self, key: str, ident: str, blocks: Iterable[Block]) -> str:
        """Returns the id that ``book.md`` gives for a key if one of ``blocks`` has it, else "".

        ``key`` is "check_in" or "call_me". An id that isn't where it belongs is noted as a problem.
        """
        own = {"check_in": [self.front], "call_me": [sheet.draft for sheet in self.sheets]}[key]
        if ident and not any(ident in draft.ids for draft in own):
            line = self.front.front.lines.get(key, 1)
            message = NOT_ASKED[key].format(ident)
            self.problems.append(Problem(self.front.path, line, 1, "K109", message))
        return ident if any(ident == getattr(block, "id", "") for block in blocks) else ""

    def doors(self, written: Iterable[tuple[str, str] | Door]) -> tuple[Door, ...]:
        """Returns the doors of ``book.md`` that lead somewhere; notes a problem for the others.

        ``written`` has pairs of a sentence and a link, or doors of the former book.
        """
        found = []
        for door in written:
            if isinstance(door, Door):  # As they were, where the top of the file is broken.
                found.append(door)
                continue
            words, target = door
            try:
                found.append(Door(words, address(target, self.index)))
            except BadLink as bad:
                front = self.front
                line = frontmatter.line_of(front.text, "doors", words, front.front)
                message = f"“{words}”: {bad.message}"
                self.problems.append(Problem(front.path, line, 1, bad.code, message))
        return tuple(found)


def _reading_order(draft: UnrenderedText) -> tuple[int, str]:
    return draft.number_and_slug or (1000, draft.path)


def chapters_of(front: UnrenderedText, drafts: Iterable[UnrenderedText]) -> Chapters:
    """Returns the places in a book that links may lead to, by the slug of their chapter.

    Those in the introduction are under "".
    """
    places = {"": front.places}
    for draft in sorted(drafts, key=_reading_order):
        if draft.number_and_slug:
            places.setdefault(draft.number_and_slug[1], draft.places)
    return places

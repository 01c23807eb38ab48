"""Binds the files of one folder into a book, leaving out what doesn't compile."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from workbook.chapters import compiler, crosscheck, examples, frontmatter
from workbook.chapters.book import Book, Chapter, Door
from workbook.chapters.codes import HARMLESS, any_fatal
from workbook.chapters.compiler import CHAPTER_FILE, Compiled, UnrenderedText
from workbook.chapters.links import BadLink, Chapters, Index, address
from workbook.chapters.rendering import Clean
from workbook.chapters.sanitize import sanitize
from workbook.chapters.tokens import Tokens
from workbook.prompts.kinds.short_answer import ShortAnswer
from workbook.prompts.problems import Problem

BOOK_FILE = "book.md"


@dataclass
class UnboundChapter:
    """One chapter on its way: what was read, and what became of it."""

    draft: UnrenderedText
    slug: str
    number: int
    chapter: Chapter | None = None


class Binding:
    """Reads every draft of a folder, then compiles each knowing all.

    Attributes:
        problems: of every file, and of the files together.
        left_out: paths of what is not in the book, or is there in its former state.
    """

    def __init__(
        self,
        slug: str,
        front: UnrenderedText,
        drafts: Iterable[UnrenderedText],
        *,
        pages: frozenset[str],
        images: frozenset[str],
        tokens: Tokens,
        clean: Clean = sanitize,
        former: Book | None = None,
        books: Mapping[str, Chapters] | None = None,
        page_places: Chapters | None = None,
    ) -> None:
        self.slug = slug
        self.front = front
        self.former = former
        self.tokens = tokens
        self.clean = clean
        self.problems: list[Problem] = []
        self.left_out: list[str] = []
        self.sheets = self.sorted_sheets(drafts)
        self.index = Index(
            book=slug,
            chapters=chapters_of(front, (sheet.draft for sheet in self.sheets)),
            pages=pages,
            images=images,
            books=books,
            page_places=page_places,
        )

    def sorted_sheets(self, drafts: Iterable[UnrenderedText]) -> list[UnboundChapter]:
        """The well-named drafts in reading order; of two with one slug, the first."""
        sheets: dict[str, UnboundChapter] = {}
        numbers: dict[int, str] = {}
        for draft in sorted(drafts, key=lambda draft: _place(draft.path)):
            match = CHAPTER_FILE.fullmatch(PurePosixPath(draft.path).name)
            if not match:
                self.leave_out(draft.path, compiler.wrong_name(draft.path))
                continue
            slug, number = match["slug"], int(match["number"])
            if slug in sheets:
                message = (
                    f"'{slug}' is the address of {sheets[slug].draft.path} already. Rename this "
                    "file, or remove one of them."
                )
                self.leave_out(draft.path, Problem(draft.path, 1, 1, "K103", message))
                continue
            if number in numbers:
                message = (
                    f"{numbers[number]} begins with {number} too. Give each its own number, so "
                    "that their order is sure."
                )
                self.problems.append(Problem(draft.path, 1, 1, "K104", message))
            numbers.setdefault(number, draft.path)
            sheets[slug] = UnboundChapter(draft, slug, number)
        return list(sheets.values())

    def leave_out(self, path: str, *problems: Problem) -> None:
        self.problems += problems
        self.left_out.append(path)

    def book(self) -> Book | None:
        """None when nothing says under which key its answers are kept."""
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
        book = Book(
            slug=self.slug,
            introduction=introduction.blocks,
            chapters=chapters,
            edition=hashlib.sha256(repr((values, editions)).encode()).hexdigest()[:32],
            **{
                **values,
                "check_in": self.check_in(values["check_in"], introduction),
                "call_me": self.call_me(values["call_me"], chapters),
                "doors": self.doors(values["doors"]),
            },
        )
        return examples.in_book(book)

    def introduction(self) -> Compiled:
        compiled = compiler.render(
            self.front, self.index, tokens=self.tokens, may_be_empty=True, clean=self.clean
        )
        self.problems += compiled.problems
        if any_fatal(compiled.problems, draft=False):
            self.left_out.append(self.front.path)
            return self.former_introduction()
        return compiled

    def former_introduction(self) -> Compiled:
        if self.former is None:
            return Compiled((), "", [])
        return Compiled(self.former.introduction, f"former {self.former.edition}", [])

    def fall_back(self, sheet: UnboundChapter) -> None:
        """A chapter that compiled before stays as it was."""
        self.left_out.append(sheet.draft.path)
        former = [c for c in (self.former.chapters if self.former else ()) if c.slug == sheet.slug]
        sheet.chapter = former[0] if former and former[0] != sheet.chapter else None

    def settled(self, introduction: Compiled) -> Compiled:
        """Leaves out, or puts back as they were, the parts that don't fit the others.

        A part that was put back may not fit either; then it goes too.
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
        chapters = [sheet.chapter for sheet in self.sheets if sheet.chapter]
        parts = crosscheck.parts_of(introduction.blocks, self.front.path, chapters)
        missing: dict[str, frozenset[str]] = {
            sheet.slug: sheet.draft.ids for sheet in self.sheets if not sheet.chapter
        }
        missing[""] = self.front.ids
        return [
            *crosscheck.doubled_ids(parts),
            *crosscheck.broken_references(parts, missing),
            *crosscheck.unfit_examples(parts),
        ]

    def check_in(self, ident: str, introduction: Compiled) -> str:
        """The check-in's id if the introduction as served asks it, else ""."""
        if ident and ident not in self.front.ids:
            message = (
                f"The check-in '{ident}' is none of the questions below. Write one there, or empty "
                "'check_in'."
            )
            line = self.front.front.lines.get("check_in", 1)
            self.problems.append(Problem(self.front.path, line, 1, "K109", message))
        asked = {getattr(block, "id", "") for block in introduction.blocks}
        return ident if ident in asked else ""

    def call_me(self, ident: str, chapters: Iterable[Chapter]) -> str:
        """The id of the question for a name, if a chapter as served asks it, else ""."""
        if ident and not any(ident in sheet.draft.ids for sheet in self.sheets):
            message = (
                f"The question for a name, '{ident}', is in none of the chapters. Write one there, "
                "or empty 'call_me'."
            )
            line = self.front.front.lines.get("call_me", 1)
            self.problems.append(Problem(self.front.path, line, 1, "K109", message))
        asked = {
            prompt.id
            for chapter in chapters
            for prompt in chapter.prompts
            if isinstance(prompt, ShortAnswer)
        }
        return ident if ident in asked else ""

    def doors(self, written: Iterable[tuple[str, str] | Door]) -> tuple[Door, ...]:
        """Returns the doors that lead somewhere; each of the others is a problem."""
        found = []
        for door in written:
            if isinstance(door, Door):  # As they were, where the top of the file is broken.
                found.append(door)
                continue
            try:
                found.append(Door(door[0], address(door[1], self.index)))
            except BadLink as bad:
                self.problems.append(
                    Problem(
                        self.front.path,
                        frontmatter.line_of(self.front.text, "doors", door[0], self.front.front),
                        1,
                        bad.code,
                        f"“{door[0]}”: {bad.message}",
                    )
                )
        return tuple(found)


def _place(path: str) -> tuple[int, str]:
    name = PurePosixPath(path).name
    match = CHAPTER_FILE.fullmatch(name)
    return (int(match["number"]), match["slug"]) if match else (1000, name)


def chapters_of(front: UnrenderedText, drafts: Iterable[UnrenderedText]) -> Chapters:
    """Returns what links may lead to in a book: its introduction under "", chapters by slug."""
    named = ((CHAPTER_FILE.fullmatch(PurePosixPath(draft.path).name), draft) for draft in drafts)
    return {"": front.places, **{match["slug"]: draft.places for match, draft in named if match}}

"""The examples of docs/authoring.md as a workbook of their own: a chapter a kind."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "authoring.md"
SLUG = "dialect"
BOOK = "---\nkey: dialect\ntitle: The dialect\nsummary: Every kind of block.\n---\n\nEvery kind.\n"
TOP = "---\ntitle: {title}\nsummary: The examples of the reference.\nminutes: 1\n---\n\n"
SECTION = re.compile(r"^### (?P<title>.+)\n(?P<text>(?:(?!##).*\n)*)", re.MULTILINE)
FENCE = re.compile(r"^```text\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)


class Section(NamedTuple):
    """What stands under one small heading."""

    title: str
    text: str

    @property
    def kind(self) -> str:
        """The kind of block it is about, or "" ."""
        return self.title.strip("`") if self.title.startswith("`") else ""

    @property
    def slug(self) -> str:
        return self.kind.replace(" ", "-")

    @property
    def examples(self) -> str:
        """Its code, all pieces of it."""
        return "\n".join(match["code"] for match in FENCE.finditer(self.text))


def sections(text: str) -> list[Section]:
    """Every section under a heading of the third level."""
    return [Section(match["title"], match["text"]) for match in SECTION.finditer(text)]


def chapters(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of each chapter; the last holds what any question can say."""
    kinds = [section for section in sections(text) if section.kind]
    for number, section in enumerate(kinds, start=1):
        title = section.kind.capitalize()
        yield f"{number:02d}-{section.slug}.md", TOP.format(title=title) + section.examples
    common = text.partition("\n## Keys of every question\n")[2].partition("\n## ")[0]
    code = "\n".join(match["code"] for match in FENCE.finditer(common))
    yield f"{len(kinds) + 1:02d}-every-question.md", TOP.format(title="Every question") + code


def write_book(content: Path) -> None:
    """Writes the workbook into a content folder."""
    folder = content / SLUG
    folder.mkdir(parents=True)
    (folder / "book.md").write_text(BOOK, encoding="utf-8")
    for name, text in chapters(REFERENCE.read_text(encoding="utf-8")):
        (folder / name).write_text(text, encoding="utf-8")

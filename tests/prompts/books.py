"""Small workbooks, written into a content folder of their own and read by the real compiler."""

from pathlib import Path
from typing import Any

from workbook.chapters.book import Book
from workbook.chapters.loader import library

FRONT = "---\ntitle: {title}\nsummary: For the tests.\nminutes: 1\nstatus: draft\n---\n\n"
BOOK = "---\nkey: small\ntitle: Small\nsummary: For the tests.\nlanguage: en\n---\n\nWelcome.\n"


def write_book(settings: Any, folder: Path, *chapters: str) -> Book:
    """A book of these chapters (slugs ``one``, ``two``, …), served by this site from now on.

    Called again it is the next edition of the same book.
    """
    count = len(list(folder.glob("edition-*"))) if folder.exists() else 0
    root = folder / f"edition-{count}"
    (root / "small").mkdir(parents=True)
    (root / "small" / "book.md").write_text(BOOK, encoding="utf-8")
    slugs = ("one", "two", "three")
    for number, (slug, text) in enumerate(zip(slugs, chapters, strict=False), start=1):
        path = root / "small" / f"{number:02}-{slug}.md"
        path.write_text(FRONT.format(title=slug.title()) + text, encoding="utf-8")
    settings.CONTENT_DIR = root
    made = library()
    assert not made.problems, "\n".join(map(str, made.problems))
    return made.book("small")

"""Makes a new chapter or workbook out of a starter: a text that explains itself to its author."""

import json
import re
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.text import slugify

from workbook.authoring.files import create
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.texts import read_sheets
from workbook.authoring.stamping import ids_of, new_id, stamped
from workbook.chapters import compiler, files
from workbook.chapters.compiler import CHAPTER_FILE
from workbook.chapters.files import BOOK_FILE
from workbook.prompts.problems import did_you_mean

STARTERS = Path(__file__).with_name("starters")
PLAIN_TITLE = re.compile(r"[^\W_][\w ,.'’()-]*")
MOST_CHAPTERS = 999


class CantMake(CommandError):
    """A chapter or workbook can't be made. Nothing was written; the message says what to do."""


def new_workbook(root: Path, title: str, slug: str = "") -> Path:
    """Makes a workbook in a content folder and returns the path of its ``book.md``.

    Without a slug, the folder is named after the title. Raises CantMake.
    """
    slug = slug or _slug(title)
    if not files.is_book_slug(slug):
        raise CantMake(
            f"'{slug}' can't be a workbook's folder: it takes small letters, digits and hyphens."
        )
    folder = root / slug
    if (folder / BOOK_FILE).exists():
        raise CantMake(
            f"There is a workbook in {folder} already. Choose another name for this one."
        )
    folder.mkdir(parents=True, exist_ok=True)
    text = (STARTERS / BOOK_FILE).read_text(encoding="utf-8")
    return _create(folder / BOOK_FILE, text.replace("KEY", slug).replace("TITLE", _value(title)))


def new_chapter(root: Path, title: str, book: str = "") -> Path:
    """Makes a chapter after the last one of a book and returns the path of its file.

    ``book`` is the book's slug; "" is enough where there is only one. Each question in the chapter
    has an id that no other has. Raises CantMake.
    """
    folder = root / _book(root, book)
    slug = _slug(title)
    numbers = []
    for path in files.texts(folder):
        if match := CHAPTER_FILE.fullmatch(path.name):
            numbers.append(int(match["number"]))
            if match["slug"] == slug:
                raise CantMake(
                    f"{path.name} has this address already. "
                    "Choose another title, or write in that file."
                )
    number = max(numbers, default=0) + 1
    if number > MOST_CHAPTERS:
        raise CantMake(f"Chapters are numbered up to {MOST_CHAPTERS}. Rename some first.")
    path = folder / f"{number:02d}-{slug}.md"
    text = (STARTERS / "chapter.md").read_text(encoding="utf-8").replace("TITLE", _value(title))
    taken = ids_of(read_sheets(root, folder.name))
    text = text.replace("FIRST_ID", new_id(slug, taken))
    draft = compiler.read(text, f"{folder.name}/{path.name}")
    return _create(path, stamped(Sheet(draft), taken) or text)


def _book(root: Path, book: str) -> str:
    """Returns the slug of the named book, or that of the only one. Raises CantMake."""
    books = sorted(path.parent.name for path in root.glob(f"*/{BOOK_FILE}"))
    if book in books or (not book and len(books) == 1):
        return book or books[0]
    if not books:
        raise CantMake(
            'There is no workbook yet. Make one first: manage.py new_workbook "Its title"'
        )
    names = ", ".join(books)
    if not book:
        raise CantMake(f"There are several workbooks ({names}). Say which, with --book.")
    raise CantMake(f"There is no workbook '{book}' ({names}).{did_you_mean(book, books)}")


def _slug(title: str) -> str:
    slug = slugify(title)[:64].strip("-")
    if not slug:
        raise CantMake("Give it a title with some letters in it: its address is made from them.")
    return slug


def _value(title: str) -> str:
    """Returns a title as front matter takes it: quoted unless every character in it is harmless."""
    title = " ".join(title.split())
    return title if PLAIN_TITLE.fullmatch(title) else json.dumps(title, ensure_ascii=False)


def _create(path: Path, text: str) -> Path:
    try:
        create(path, text)
    except FileExistsError:
        raise CantMake(f"{path} is there already, and was left as it is.") from None
    except OSError as error:
        raise CantMake(f"{path} can't be written: {error.strerror}.") from None
    return path

"""Reads the texts of a content folder into sheets."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from workbook.authoring.lint.sheet import Sheet
from workbook.chapters import compiler, files
from workbook.chapters.compiler import UnrenderedText
from workbook.prompts.problems import Problem


def read_sheets(root: Path, only: str = "") -> list[Sheet]:
    """Returns a sheet for each text of a content folder that can be read, folder by folder.

    In each folder ``book.md`` comes first. ``only`` is the name of the one folder to read, "" for
    all of them.
    """
    # The compiler reports the texts that can't be read, so their problems are dropped here.
    unread: list[Problem] = []
    sheets: list[Sheet] = []
    for folder in files.folders(root, unread):
        if only in {"", folder.name}:
            read = (compiler.read_file(path, root, unread) for path in in_order(folder))
            sheets += in_one_folder([draft for draft in read if draft])
    return sheets


def is_under(path: str, paths: Iterable[str]) -> bool:
    """Returns whether a path is one of ``paths`` or lies in a folder among them.

    Without any paths, or with "" or "." alone, it returns true.
    """
    wanted = [one.rstrip("/") for one in paths if one not in {"", "."}]
    return not wanted or any(path == one or path.startswith(f"{one}/") for one in wanted)


def in_order(folder: Path) -> list[Path]:
    """Returns the paths of a folder's texts: ``book.md`` first, the others by their names."""
    return sorted(files.texts(folder), key=lambda path: (path.name != files.BOOK_FILE, path.name))


def in_one_folder(drafts: Sequence[UnrenderedText]) -> Iterator[Sheet]:
    """Yields the sheets of one folder's texts: those of a book, or those of the site's pages.

    A sheet knows the book's key, whether its text is a draft, and whether the book's chapters may
    be read in any order.
    """
    fronts = [draft.front.values for draft in drafts]
    key = next((front["key"] for front in fronts if "key" in front), "")
    any_order = any(front.get("order") == "any" for front in fronts)
    is_published = any(front.get("status") == "published" for front in fronts)
    for draft, front in zip(drafts, fronts, strict=True):
        if "status" in front:
            yield Sheet(draft, key, front["status"] != "published", any_order)
        else:
            yield Sheet(draft, key, "key" in front and not is_published, any_order)

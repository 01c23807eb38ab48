"""Files of the content folder, read with suspicion: links, sizes and encodings are checked."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from workbook.chapters.bounds import MAX_BYTES
from workbook.prompts.problems import Problem
from workbook.prompts.source import ID

MISNAMED = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".txt"})
"""Endings of files that an author will think are chapters."""
PAGES = "pages"
IMAGES = "images"


class Folder(NamedTuple):
    """A folder of markdown files: a book, or the pages."""

    name: str
    path: Path


def folders(root: Path, problems: list[Problem]) -> list[Folder]:
    """The folders with markdown in them, by name; those that lead elsewhere are reported."""
    found: list[Folder] = []
    if not root.is_dir():
        return found
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or not path.is_dir():
            continue
        if not stays_inside(path, root):
            problems.append(outside(path.name))
        elif any(is_text(file) for file in path.iterdir()):
            found.append(Folder(path.name, path))
    return found


def texts(folder: Folder) -> Iterator[Path]:
    """The markdown files of a folder, and what looks like one."""
    return (path for path in sorted(folder.path.iterdir()) if is_text(path))


def is_text(path: Path) -> bool:
    name = path.name.casefold()
    return not name.startswith(".") and Path(name).suffix in MISNAMED


def images(folder: Folder, root: Path) -> frozenset[str]:
    """Names of the pictures that may be shown."""
    place = folder.path / IMAGES
    if not place.is_dir() or not stays_inside(place, root):
        return frozenset()
    return frozenset(
        path.name for path in place.iterdir() if path.is_file() and stays_inside(path, root)
    )


def stays_inside(path: Path, root: Path) -> bool:
    """Whether a path, all links followed, still lies in the content folder."""
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def outside(name: str) -> Problem:
    return Problem(
        name, 1, 1, "F104",
        "This leads out of the content folder, or nowhere. Put the file itself here.",
    )  # fmt: skip


def read(path: Path, name: str, root: Path, problems: list[Problem]) -> str | None:
    """The text of one file; None, with a problem, when it can't be had."""
    if not stays_inside(path, root):
        problems.append(outside(name))
        return None
    try:
        # A pipe or a device would be waited for.
        if not stat.S_ISREG(path.stat().st_mode):
            raise IsADirectoryError
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        problems.append(
            Problem(name, 1, 1, "F106", "This can't be read. Check its rights, or copy it again.")
        )
        return None
    if len(data) > MAX_BYTES:
        problems.append(
            Problem(name, 1, 1, "F101", "This is larger than 128 KiB. Make two chapters of it.")
        )
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(name, line, 1, "F102", "This file is not UTF-8 text. Save it again as UTF-8.")
        )
        return None


def is_book_slug(name: str) -> bool:
    return bool(ID.fullmatch(name)) and name != PAGES


Stamp = tuple[tuple[str, int, int], ...]


def stamp(root: Path) -> Stamp:
    """Name, time and size of every file that a library is made from."""
    found = []
    for path in sorted(root.glob("*/*")) + sorted(root.glob("*/images/*")):
        try:
            state = path.stat()
        except OSError:
            continue
        found.append((str(path), state.st_mtime_ns, state.st_size))
    return tuple(found)

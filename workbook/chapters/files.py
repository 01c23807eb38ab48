"""Files of the content folder, read with suspicion: links, sizes and encodings are checked."""

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from workbook.chapters.bounds import MAX_BYTES
from workbook.chapters.codes import reporter
from workbook.prompts.problems import Problem
from workbook.prompts.source import ID

MISNAMED = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".txt"})
"""Endings of files that an author will think are chapters."""
BOOK_FILE = "book.md"
PAGES = "pages"
IMAGES = "images"


def folders(root: Path, problems: list[Problem]) -> list[Path]:
    """Returns the folders with markdown in them, by name; one that leads elsewhere is a problem."""
    found: list[Path] = []
    if not root.is_dir():
        return found
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or not path.is_dir():
            continue
        if not stays_inside(path, root):
            problems.append(outside(path.name))
        elif any(is_text(file) for file in path.iterdir()):
            found.append(path)
    return found


def texts(folder: Path) -> Iterator[Path]:
    """Returns the markdown files of a folder, and what looks like one."""
    return (path for path in sorted(folder.iterdir()) if is_text(path))


def is_text(path: Path) -> bool:
    """Says whether an author will think that this file is a text of the site."""
    name = path.name.casefold()
    return not name.startswith(".") and Path(name).suffix in MISNAMED


def images(folder: Path, root: Path) -> frozenset[str]:
    """Returns the names of the pictures that texts of a folder may show."""
    place = folder / IMAGES
    if not place.is_dir() or not stays_inside(place, root):
        return frozenset()
    return frozenset(
        path.name for path in place.iterdir() if path.is_file() and stays_inside(path, root)
    )


def stays_inside(path: Path, root: Path) -> bool:
    """Says whether a path, all links followed, still lies in the content folder."""
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def outside(name: str) -> Problem:
    """Returns the problem of a file or folder that is a link to somewhere else."""
    message = "This leads out of the content folder, or nowhere. Put the file itself here."
    return Problem(name, 1, 1, "F104", message)


def read(path: Path, name: str, root: Path, problems: list[Problem]) -> str | None:
    """Reads one file; None, with a problem under its ``name``, when it can't be had."""
    if not stays_inside(path, root):
        problems.append(outside(name))
        return None
    report = reporter(name, problems)
    try:
        # A pipe or a device would be waited for.
        if not stat.S_ISREG(path.stat().st_mode):
            raise IsADirectoryError
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) <= MAX_BYTES:
            return data.decode("utf-8-sig")
        report(1, 1, "F101", "This is larger than 128 KiB. Make two chapters of it.")
    except OSError:
        report(1, 1, "F106", "This can't be read. Check its rights, or copy it again.")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report(line, 1, "F102", "This file is not UTF-8 text. Save it again as UTF-8.")
    return None


def is_book_slug(name: str) -> bool:
    """Says whether a book's folder can have this name."""
    return bool(ID.fullmatch(name)) and name != PAGES


Stamp = tuple[tuple[str, int, int], ...]
"""Path, time of the last change in nanoseconds, and bytes of each file."""


def stamp(root: Path) -> Stamp:
    """Returns the state of every file that a library is made from."""
    found = []
    for path in sorted(root.glob("*/*")) + sorted(root.glob("*/images/*")):
        with suppress(OSError):
            state = path.stat()
            found.append((str(path), state.st_mtime_ns, state.st_size))
    return tuple(found)

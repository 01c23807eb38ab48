"""Content folders for one test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chapters.authored import BOOK, LINES
from workbook.chapters.book import Library
from workbook.chapters.loading import load

Folder = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """``folder({"quiet/book.md": "…"})`` → a content folder with these files."""

    def _folder(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "content"
        root.mkdir(exist_ok=True)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return _folder


Load = Callable[..., Library]


@pytest.fixture
def loaded(folder: Folder) -> Load:
    """``loaded({"quiet/01-one.md": "…"})`` → the library of such a folder."""

    def _loaded(files: dict[str, str | bytes], former: Library | None = None) -> Library:
        return load(folder({"quiet/book.md": BOOK, **files}), LINES, former)

    return _loaded

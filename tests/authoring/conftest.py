"""Texts as an author leaves them, and what the linter says of each."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    """A content folder with the real crisis lines and one empty book."""
    root = tmp_path / "content"
    (root / "book").mkdir(parents=True)
    shutil.copy(settings.CONTENT_DIR / "help.toml", root)
    (root / "book" / "book.md").write_text(
        "---\nkey: book\ntitle: A Book\nlanguage: en\n---\n\nWelcome. Start anywhere.\n"
    )
    settings.CONTENT_DIR = root
    return root


@pytest.fixture
def write(content: Path) -> Callable[[str, str], Path]:
    """``write("01-a-door.md", text)`` puts a chapter into the book."""

    def _write(name: str, text: str) -> Path:
        path = content / "book" / name
        path.write_text(text)
        return path

    return _write

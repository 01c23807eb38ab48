"""What ``manage.py check`` says about texts."""

from typing import Any

import pytest
from django.core.checks import Error
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from tests.chapters.authored import BOOK, text
from tests.chapters.conftest import Folder
from workbook.chapters.checks import content

UNSTAMPED = "::: short answer\nWhat?\n:::"


def test_good_texts_pass(folder: Folder, settings: Any) -> None:
    settings.CONTENT_DIR = folder({"quiet/book.md": BOOK, "quiet/01-one.md": text()})
    assert content() == []


def test_every_problem_is_an_error_with_its_place(folder: Folder, settings: Any) -> None:
    settings.CONTENT_DIR = folder(
        {"quiet/book.md": BOOK, "quiet/01-one.md": text("<b>\n\n:::", status="draft")}
    )
    first, second = content()
    assert isinstance(first, Error)
    assert first.msg.startswith("quiet/01-one.md:5:1: H101 HTML is not understood here")
    assert (first.id, second.id) == ("content.H101", "content.B103")
    with pytest.raises(SystemCheckError, match=r"quiet/01-one\.md:5:1: H101"):
        call_command("check", tags=["content"])


def test_a_missing_id_is_an_error_once_a_chapter_is_published(
    folder: Folder, settings: Any
) -> None:
    settings.CONTENT_DIR = folder({
        "quiet/book.md": BOOK,
        "quiet/01-one.md": text(UNSTAMPED, status="draft"),
        "quiet/02-two.md": text(UNSTAMPED, status="published"),
    })  # fmt: skip
    draft, published = content()
    assert (draft.id, draft.is_serious()) == ("content.B204", False)
    assert (published.id, published.is_serious()) == ("content.B204", True)

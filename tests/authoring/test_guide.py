"""The authors' guide teaches nothing that doesn't work."""

import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.elements import page
from workbook.authoring.guide import CODE, pieces, the_page
from workbook.chapters.book import Prose
from workbook.chapters.loader import library
from workbook.chapters.loading import load
from workbook.prompts.registry import KINDS

TOP = "---\ntitle: Examples\nsummary: All of them.\nminutes: 1\n---\n\n"


def examples() -> list[str]:
    """Every piece of code in the guide that holds a block."""
    prose = "".join(b.html for b in the_page().blocks if isinstance(b, Prose))
    found = [unescape(match["code"]) for match in CODE.finditer(prose)]
    return [code for code in found if code.startswith(":::")]


def test_all_examples_together_make_a_chapter_of_the_workbook(
    settings: Any, tmp_path: Path
) -> None:
    root = tmp_path / "content"
    shutil.copytree(settings.BASE_DIR / "content", root)
    before = load(root)
    (root / "alongside" / "99-examples.md").write_text(TOP + "\n".join(examples()))
    after = load(root)
    assert after.problems == before.problems
    kinds = {block.kind for block in after.book("alongside").chapter("examples").blocks}
    assert kinds - {Prose.kind} == set(KINDS)


def test_nothing_is_taught_twice() -> None:
    prose = "".join(b.html for b in the_page().blocks if isinstance(b, Prose))
    headings = [heading.words for level in ("h2", "h3") for heading in page(prose).all(level)]
    assert len(headings) > 20
    assert len(set(headings)) == len(headings)


def test_every_example_is_followed_by_what_comes_of_it() -> None:
    shown = [piece for piece in pieces(the_page().blocks) if piece.code]
    assert [piece.code for piece in shown] == [code.strip("\n") for code in examples()]
    assert all(piece.parts for piece in shown)


@pytest.mark.django_db
def test_the_page_renders_each_kind() -> None:
    html = Client().get("/authors/").content.decode()
    for slug in ("story", "idea", "tool", "pause", "note", "help", "map", "recall", "card"):
        assert f"block--{slug}" in html
    for name in ("evening-guide", "evening-check", "evening-steps", "evening-people"):
        assert name in html


def test_the_guide_is_one_of_the_sites_pages() -> None:
    assert the_page() in library().pages


@pytest.mark.django_db
def test_an_author_with_an_empty_folder_has_the_guide_too(settings: Any, tmp_path: Path) -> None:
    settings.CONTENT_DIR = tmp_path / "nothing-yet"
    settings.CONTENT_DIR.mkdir()
    assert "Before you write a word" in Client().get("/authors/").content.decode()


def test_it_begins_with_a_quick_start_about_writing(settings: Any) -> None:
    text = (settings.BASE_DIR / "content/pages/authors-guide.md").read_text(encoding="utf-8")
    quick = text[text.index("## ") : text.index("## The reference")]
    assert 200 <= len(quick.split()) <= 600
    assert ":::" not in quick
    assert "make write" not in quick
    for taught in ("reads no further", "something to do tonight", "filled in", "doesn’t work"):
        assert taught in quick, taught

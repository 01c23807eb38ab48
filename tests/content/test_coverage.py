"""What the workbook promises to carry, and that each idea stands where docs/coverage.md says."""

import re
from typing import NamedTuple

import pytest
from django.conf import settings

from workbook.chapters.loader import library

BOOK = "alongside"
DOC = settings.BASE_DIR / "docs" / "coverage.md"
LINE = re.compile(r"\|\s*(?P<id>[AB]\d+)\s*\|\s*(?P<place>.+?)\s*\|\s*(?P<anchor>.+?)\s*\|")
LEFT_OUT = "left out"
IDS = {f"A{number:02}" for number in range(1, 128)} | {f"B{number:02}" for number in range(1, 329)}


class Row(NamedTuple):
    id: str
    place: str
    anchor: str


def rows():
    return [
        Row(match["id"], match["place"], match["anchor"].replace("\\|", "|"))
        for line in DOC.read_text(encoding="utf-8").splitlines()
        if (match := LINE.fullmatch(line.strip()))
    ]


def placed():
    return [row for row in rows() if row.place != LEFT_OUT]


def single_spaced(text):
    return " ".join(text.split())


def text(place):
    return (settings.BASE_DIR / place).read_text(encoding="utf-8")


def test_every_line_of_the_tables_is_understood():
    lines = DOC.read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if re.match(r"\|\s*[AB]\d", line)]
    assert len(rows()) == len(written)


def test_each_idea_has_a_row():
    assert {row.id for row in rows()} == IDS


@pytest.mark.parametrize("row", placed(), ids=lambda row: f"{row.id}-{row.place}")
def test_every_idea_stands_where_it_is_said_to(row):
    if row.anchor.startswith("#"):
        opened = rf"^::: .*\b{re.escape(row.anchor[1:])}$"
        assert re.search(opened, text(row.place), re.MULTILINE), f"{row.id}: no block {row.anchor}"
    else:
        assert len(row.anchor) > 3, f"{row.id}: '{row.anchor}' would stand anywhere"
        assert single_spaced(row.anchor) in single_spaced(text(row.place)), row.id


@pytest.mark.parametrize(
    "row", [row for row in rows() if row.place == LEFT_OUT], ids=lambda r: r.id
)
def test_what_was_left_out_says_why_and_stands_nowhere_else(row):
    assert len(row.anchor.split()) > 5
    assert [other.place for other in rows() if other.id == row.id] == [LEFT_OUT]


def test_every_chapter_has_rows():
    places = {row.place for row in placed()}
    for chapter in library().book(BOOK).chapters:
        assert f"content/{chapter.path}" in places

"""What the workbook promises to carry, and that each item stands where docs/coverage.md says."""

import re

import pytest
from django.conf import settings

DOC = settings.BASE_DIR / "docs" / "coverage.md"
ROW = re.compile(r"\| (?P<item>.+?) \| (?P<file>content/\S+) \| (?P<anchor>.+) \|")


def rows() -> list[tuple[str, str, str]]:
    found = []
    for line in DOC.read_text(encoding="utf-8").splitlines():
        if match := ROW.fullmatch(line.strip()):
            found.append(
                (match["item"], match["file"], match["anchor"].replace("\\|", "|").strip())
            )
    return found


@pytest.mark.parametrize(("item", "file", "anchor"), rows())
def test_every_item_stands_where_it_is_said_to(item, file, anchor):
    text = (settings.BASE_DIR / file).read_text(encoding="utf-8")
    assert anchor in text, f"{item}: '{anchor}' is not in {file}"


def test_the_lists_to_browse_and_the_flow_are_whole():
    """Nine, eight, six and five reasons to lean on somebody, and ten steps."""
    text = (settings.CONTENT_DIR / "alongside" / "06-who-for-what.md").read_text(encoding="utf-8")
    counts = [
        len(re.findall(r"^- ", part.partition("\n## ")[0], re.MULTILINE))
        for part in text.split("\n### ")[1:5]
    ]
    assert counts == [9, 8, 6, 5]
    assert len(re.findall(r"^step: ", text, re.MULTILINE)) == 10


def test_every_chapter_and_page_has_rows():
    files = {file for _item, file, _anchor in rows()}
    for path in sorted((settings.CONTENT_DIR / "alongside").glob("[0-9]*.md")):
        assert f"content/alongside/{path.name}" in files

"""How style sheets are written: to be read and compared line by line."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"\{([^{}]*)\}")


def text_of(sheet: Path) -> str:
    return COMMENT.sub("", sheet.read_text(encoding="utf-8"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_rule_of_more_than_two_declarations_has_each_on_its_own_line(sheet):
    rules = [declarations.strip() for declarations in RULE.findall(text_of(sheet))]
    crowded = [rule for rule in rules if rule.count(";") > 2 and re.search(r";[ \t]*[^\s;]", rule)]
    assert not crowded, crowded


def test_each_color_of_the_themes_is_written_once():
    sheet = text_of(settings.BASE_DIR / "static" / "css" / "workbook.css")
    tokens = sheet[sheet.index("@layer tokens {") : sheet.index("@layer base {")]
    colors = Counter(re.findall(r"(--[\w-]+):[^;]*(?:#[0-9a-f]{3,8}\b|rgb\()", tokens))
    assert {"--paper", "--ink", "--help", "--shade"} <= set(colors)
    assert set(colors.values()) == {1}

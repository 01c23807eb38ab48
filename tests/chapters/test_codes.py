"""The table of problems."""

import re
from pathlib import Path

import workbook.chapters
from workbook.chapters.codes import CODES, HARMLESS, TOLERATED

SOURCES = sorted(Path(workbook.chapters.__file__).parent.glob("*.py"))
CODE = re.compile(r'"([FMBLHK]\d{3})"')


def test_every_code_is_in_the_table_and_every_line_of_it_is_used() -> None:
    used = {
        code
        for path in SOURCES
        if path.name != "codes.py"
        for code in CODE.findall(path.read_text())
    }
    assert used == set(CODES)


def test_the_exceptions_name_real_codes() -> None:
    assert set(CODES) >= HARMLESS
    assert {code[:2] for code in TOLERATED} == {"B2"}

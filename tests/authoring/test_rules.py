"""No rule without a test: each is caught somewhere here, and each is left alone somewhere."""

from pathlib import Path

import pytest

from workbook.authoring.lint.codes import RULES

HERE = Path(__file__).parent
TESTS = "\n".join(
    path.read_text() for path in HERE.glob("test_*.py") if path.name != "test_rules.py"
)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_named_by_a_test(code: str) -> None:
    assert f'"{code}"' in TESTS

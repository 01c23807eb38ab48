"""No rule without a test: each is caught somewhere here, and each is left alone somewhere."""

from pathlib import Path

import pytest

from tests.authoring.corpora import is_flagged
from workbook.authoring.lint.codes import RULES

HERE = Path(__file__).parent
TESTS = "\n".join(
    path.read_text() for path in HERE.glob("test_*.py") if path.name != "test_rules.py"
)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_named_by_a_test(code: str) -> None:
    assert f'"{code}"' in TESTS


@pytest.mark.parametrize(
    "text",
    [
        "She had just sat down when the phone rang.",
        "He just left a minute ago.",
        "Kill the engine before you check the oil.",
        "The printer died again this morning.",
        "Hang the picture over the couch.",
        "Add two cups of flour and one teaspoon of salt.",
        "Room 12 is at the end of the hall.",
        "Crystal and Mary Jane run the Tuesday group.",
        "Molly brings coffee on Fridays.",
        "Shoot me a text when you’re home.",
        "Take a shot at the first question.",
        "Turn on the gas and light the burner.",
    ],
)
def test_names_kitchens_machines_rooms_and_moments_are_left_alone(text):
    assert not is_flagged(text)

"""Repeatable rows in a form: reading them, adding, removing and moving them.

A row's fields are named ``<field>-<row number>``, counted from 0. The buttons post ``do`` with
``add``, ``remove:3``, ``up:3`` or ``down:3`` beside everything typed, so that they work without
JavaScript and never cost a word.
"""

import re
from collections.abc import Iterator
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbook.prompts.base import Refused

MAX_ROWS = 300
DO = re.compile(r"(remove|up|down):(\d{1,3})")

Row = TypeVar("Row")


def numbers(data: QueryDict, field: str) -> Iterator[int]:
    """The numbers of the rows that ``data`` holds.

    Raises:
        Refused: for more than :data:`MAX_ROWS`.
    """
    found = sorted(
        int(number)
        for name in data
        for prefix, dash, number in [name.rpartition("-")]
        if dash and prefix == field and number.isascii() and number.isdigit() and len(number) <= 5
    )
    if len(found) > MAX_ROWS:
        raise Refused(
            _(
                "That is more than %(limit)s rows, more than one table can hold. "
                "Your words are still here on the page."
            )
            % {"limit": MAX_ROWS}
        )
    yield from found


def rearrange(rows: list[Row], data: QueryDict) -> list[Row]:
    """The rows after the button that was pressed, if any; a number out of range changes nothing."""
    match = DO.fullmatch(data.get("do", ""))
    if not match or int(match[2]) >= len(rows):
        return rows
    rows, index = list(rows), int(match[2])
    row = rows.pop(index)
    if match[1] != "remove":
        rows.insert(max(0, index + (-1 if match[1] == "up" else 1)), row)
    return rows

"""Repeatable rows in a form: reading them, adding, removing and moving them.

A row's fields are named ``<field>-<row number>``, counted from 0. The buttons post ``do`` with
``add``, ``remove:3``, ``up:3`` or ``down:3`` beside everything typed, so that they work without
JavaScript and never cost a word.
"""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbook.prompts.answers import MAX_ROWS, Answer, TooMany

MOST_READ = 2 * MAX_ROWS
"""Rows that are looked at: those left blank are dropped afterward."""
DO = re.compile(r"(remove|up|down):(\d{1,3})")
FIELD = re.compile(r"(?P<field>[a-z0-9_-]+)-(?P<number>[0-9]{1,5})")

Row = TypeVar("Row")


def numbers(data: QueryDict, fields: Sequence[str]) -> list[int]:
    """Returns the numbers of the rows of which ``data`` holds at least one field, in order.

    Raises:
        TooMany: for more than :data:`MOST_READ`, none of which is read.
    """
    matches = (FIELD.fullmatch(name) for name in data)
    found = {int(match["number"]) for match in matches if match and match["field"] in fields}
    if len(found) > MOST_READ:
        raise _too_many()
    return sorted(found)


def bounded(name: str, rows: list[Any], answer: Answer | None = None) -> Answer:
    """Returns an answer with these rows under ``name``.

    Raises:
        TooMany: for more than :data:`MAX_ROWS`, with all of them.
    """
    answer = {**(answer or {}), name: rows}
    if len(rows) > MAX_ROWS:
        raise _too_many(answer)
    return answer


def _too_many(answer: Answer | None = None) -> TooMany:
    return TooMany(
        _(
            "That is more than %(limit)s rows, more than one answer can hold. "
            "Your words are still here on the page."
        )
        % {"limit": MAX_ROWS},
        answer,
    )


def rearrange(rows: list[Row], data: QueryDict) -> list[Row]:
    """Returns the rows as the button that was pressed leaves them; most buttons change nothing."""
    match = DO.fullmatch(data.get("do", ""))
    if not match or int(match[2]) >= len(rows):
        return rows
    rows, index = list(rows), int(match[2])
    row = rows.pop(index)
    if match[1] != "remove":
        rows.insert(max(0, index + (-1 if match[1] == "up" else 1)), row)
    return rows

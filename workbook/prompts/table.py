"""Repeatable rows with named columns.

The answer: ``{"columns": [label, …], "rows": [[cell, …], …]}`` with the columns it was given under.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.http import QueryDict

from workbook.prompts import rows
from workbook.prompts.answers import Answer, same, texts, trimmed
from workbook.prompts.base import COMMON_KEYS, Prompt
from workbook.prompts.display import Display

if TYPE_CHECKING:
    from workbook.prompts.source import Source

MAX_COLUMNS = 6
MAX_FIRST_ROWS = 12
MAX_POSTED_COLUMNS = 50
"""Of earlier editions too: columns that are asked no more stay as long as a cell is filled."""


class RowFields(NamedTuple):
    """One row of the form: (column, cell) pairs. One that the author began keeps its place."""

    cells: list[tuple[str, str]]
    is_begun: bool


def stored_rows(value: Any) -> list[list[str]]:
    return [texts(row) for row in value if isinstance(row, list)] if isinstance(value, list) else []


@dataclass(frozen=True, kw_only=True)
class Table(Prompt):
    kind = "table"
    keys = {
        **COMMON_KEYS,
        "columns": "the columns' names, set apart by |",
        "rows": "how many empty rows to begin with, 1 to 12",
        "row": "what the first column holds to begin with, set apart by |",
    }

    columns: tuple[str, ...] = ()
    first_rows: int = 1
    row_labels: tuple[str, ...] = ()

    @classmethod
    def parse_own(cls, source: "Source") -> dict[str, Any] | None:
        columns = source.listed("columns", "|")
        if not 1 <= len(columns) <= MAX_COLUMNS:
            source.problem(
                "B251",
                f"A table has 1 to {MAX_COLUMNS} columns, named on a line such as "
                "'columns: What helps | When'.",
            )
        if len({same(column) for column in columns}) < len(columns):
            source.problem("B252", "Two columns have the same name. Make each different.")
        wanted = source.key("rows", "1")
        valid = wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:3]) <= MAX_FIRST_ROWS
        if not valid:
            source.problem(
                "B253", f"'rows' is a number from 1 to {MAX_FIRST_ROWS}, not '{wanted}'.",
                line=source.keys["rows"].line,
            )  # fmt: skip
        return {
            "columns": columns,
            "first_rows": int(wanted) if valid else 1,
            "row_labels": source.listed("row", "|"),
        }

    def read(self, data: QueryDict) -> Answer:
        # The columns as they stood on the reader's page, which may be older than the chapter.
        columns = [label for label in map(trimmed, data.getlist("column")) if label]
        columns = columns[:MAX_POSTED_COLUMNS] or list(self.columns)
        fields = [f"cell{column}" for column in range(len(columns))]
        found = [
            [trimmed(data.get(f"{field}-{number}")) for field in fields]
            for number in rows.numbers(data, fields)
        ]
        found = rows.rearrange(found, data)
        written = [row for row in found if self.is_written(row)]
        return rows.bounded("rows", written, {"columns": columns})

    def is_written(self, row: list[str]) -> bool:
        """A row that holds only the label the author put there isn't an answer yet."""
        return any(row[1:]) or bool(row and row[0] and not self.is_label(row[0]))

    def is_label(self, text: str) -> bool:
        return same(text) in {same(label) for label in self.row_labels}

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        return not any(any(row) for row in stored_rows(answer.get("rows")))

    def offer(self) -> Display:
        blank = ("",) * (len(self.columns) - 1)
        labels = self.row_labels or ("",) * self.first_rows
        return Display(header=self.columns, rows=tuple((label, *blank) for label in labels))

    def fields(self, answer: Answer) -> dict[str, Any]:
        asked = texts(answer.get("columns"))
        written = stored_rows(answer.get("rows"))
        known = {same(column) for column in self.columns}
        gone = [
            label
            for index, label in enumerate(asked)
            if same(label) not in known and any(index < len(row) and row[index] for row in written)
        ]
        columns = [*self.columns, *gone]
        place = {same(label): index for index, label in enumerate(asked)}

        def cell(row: list[str], column: str) -> str:
            index = place.get(same(column), len(row))
            return row[index] if index < len(row) else ""

        grid = self.with_labels([[cell(row, column) for column in columns] for row in written])
        blank = [""] * len(columns)
        while len(grid) < self.first_rows or not grid or any(grid[-1]):
            grid.append(blank)
        return {
            "columns": columns,
            "offered": len(self.columns),
            "rows": [
                RowFields(list(zip(columns, row, strict=True)), self.is_label(row[0]))
                for row in grid
            ],
        }

    def with_labels(self, grid: list[list[str]]) -> list[list[str]]:
        """The rows, with those that the author began and nobody filled in where they belong."""
        order = {same(label): number for number, label in enumerate(self.row_labels)}
        begun = {same(row[0]) for row in grid}
        for number, label in enumerate(self.row_labels):
            if same(label) in begun:
                continue
            place = next(
                (i for i, row in enumerate(grid) if order.get(same(row[0]), -1) > number),
                len(grid),
            )
            width = len(grid[0]) if grid else len(self.columns)
            grid.insert(place, [label, *[""] * (width - 1)])
        return grid

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        columns = tuple(texts(answer.get("columns")))
        return Display(
            header=columns,
            rows=tuple(tuple(row) for row in stored_rows(answer.get("rows"))),
        )

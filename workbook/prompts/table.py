"""Repeatable rows with named columns.

The answer: ``{"columns": [label, …], "rows": [[cell, …], …]}`` with the columns it was given under.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.http import QueryDict

from workbook.prompts import rows
from workbook.prompts.base import COMMON_KEYS, Answer, Display, Prompt, plain, same, texts

if TYPE_CHECKING:
    from workbook.prompts.source import Source

MAX_COLUMNS = 6
MAX_FIRST_ROWS = 12


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
        columns = [plain(label).strip() for label in data.getlist("column")[:50]]
        columns = [label for label in columns if label] or list(self.columns)
        found = [
            [plain(data.get(f"cell{column}-{number}")).strip() for column in range(len(columns))]
            for number in rows.numbers(data, "cell0")
        ]
        found = rows.rearrange(found, data)
        return {"columns": columns, "rows": [row for row in found if self.is_written(row)]}

    def is_written(self, row: list[str]) -> bool:
        """A row that holds only the label the author put there isn't an answer yet."""
        return any(row[1:]) or bool(row and row[0] and row[0] not in self.row_labels)

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
        columns = list(self.columns)
        columns += [
            label
            for index, label in enumerate(asked)
            if same(label) not in {same(column) for column in columns}
            and any(len(row) > index and row[index] for row in written)
        ]
        place = {same(label): index for index, label in enumerate(asked)}

        def cell(row: list[str], column: str) -> str:
            index = place.get(same(column), len(row))
            return row[index] if index < len(row) else ""

        grid = [[cell(row, column) for column in columns] for row in written]
        blank = [""] * (len(columns) - 1)
        begun = {row[0] for row in grid}
        grid += [[label, *blank] for label in self.row_labels if label not in begun]
        while len(grid) < self.first_rows or not grid or any(grid[-1]):
            grid.append(["", *blank])
        return {
            "columns": columns,
            "offered": len(self.columns),
            "grid": [list(zip(columns, row, strict=True)) for row in grid],
        }

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        columns = tuple(texts(answer.get("columns")))
        return Display(
            header=columns,
            rows=tuple(tuple(row) for row in stored_rows(answer.get("rows"))),
        )

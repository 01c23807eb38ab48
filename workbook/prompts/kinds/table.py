"""The kind "table": rows under named columns, as many as the reader likes.

Its answer is ``{"columns": [label, …], "rows": [[cell, …], …]}``, with the columns as they were
when it was given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.http import QueryDict

from workbook.prompts import rows
from workbook.prompts.answers import Answer, same, texts, trimmed
from workbook.prompts.author_form import LINES, QUESTION, AuthorField
from workbook.prompts.base import COMMON_KEYS, Prompt
from workbook.prompts.display import Display
from workbook.prompts.examples import ExampleSource
from workbook.prompts.source import Source

MAX_COLUMNS = 6
MAX_FIRST_ROWS = 12
MAX_POSTED_COLUMNS = 50
"""Columns that a posted table may have. An author's earlier columns count as well: they stay on the
form as long as a cell in them is filled.
"""


class RowFields(NamedTuple):
    """One row of a table's form; ``begun`` is what the author put into its first cell."""

    columns: list[str]
    cells: list[str]
    begun: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each column's label with the row's cell under it."""
        return list(zip(self.columns, self.cells, strict=True))


def stored_rows(value: Any) -> list[list[str]]:
    """Returns the rows of a stored answer as lists of text; none for a value of another shape."""
    return [texts(row) for row in value if isinstance(row, list)] if isinstance(value, list) else []


@dataclass(frozen=True, kw_only=True)
class Table(Prompt):
    """A prompt whose answer is rows to fill in, under the author's columns."""

    kind = "table"
    keys = {
        **COMMON_KEYS,
        "columns": "the columns' names, set apart by |",
        "rows": "how many empty rows to begin with, 1 to 12",
        "row": "what the first column holds to begin with, set apart by |",
    }

    read_keys = {**Prompt.read_keys, "columns": "|", "row": "|"}
    about = "Rows to fill in under your headings."
    asked_by = (
        QUESTION,
        AuthorField(
            "columns", "The columns, one a line", "One to six.", LINES, needed=True, between=" | "
        ),
        AuthorField("rows", "Empty rows to begin with", begins="3"),
    )
    is_joinable = True
    columns: tuple[str, ...] = ()
    first_rows: int = 1
    row_labels: tuple[str, ...] = ()

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Returns the author's columns and the rows that a form begins with, as values for fields.

        What is wrong with them is noted on ``source``.
        """
        columns = source.listed("columns", "|")
        if not 1 <= len(columns) <= MAX_COLUMNS:
            message = (
                f"A table has 1 to {MAX_COLUMNS} columns, "
                "named on a line such as 'columns: What helps | When'."
            )
            source.problem("B251", message, key="columns")
        if len({same(column) for column in columns}) < len(columns):
            message = "Two columns have the same name. Make each different."
            source.problem("B252", message, key="columns")
        wanted = source.key("rows", "1")
        valid = wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:3]) <= MAX_FIRST_ROWS
        if not valid:
            message = f"'rows' is a number from 1 to {MAX_FIRST_ROWS}, not '{wanted}'."
            source.problem("B253", message, key="rows")
        return {
            "columns": columns,
            "first_rows": int(wanted) if valid else 1,
            "row_labels": source.listed("row", "|"),
        }

    def read(self, data: QueryDict) -> Answer:
        """Returns the answer in a posted form: its columns, and the rows that hold anything."""
        # The columns as they stood on the reader's page, which may be older than the chapter.
        columns = [label for label in map(trimmed, data.getlist("column")) if label]
        columns = columns[:MAX_POSTED_COLUMNS] or list(self.columns)
        fields = [f"cell{column}" for column in range(len(columns))]
        found = []
        for number in rows.numbers(data, fields):
            row = [trimmed(data.get(f"{field}-{number}")) for field in fields]
            # What the page had put into the first cell isn't an answer by itself.
            begun = trimmed(data.get(f"begun-{number}"))
            is_untouched = row[0] == begun and not any(row[1:])
            found.append([] if is_untouched else row)
        written = [row for row in rows.rearrange(found, data) if any(row)]
        return rows.bounded("rows", written, {"columns": columns})

    def example_fields(self, source: ExampleSource) -> Mapping[str, Sequence[str]]:
        """Returns an example's rows as the fields of a form; in the source each row is one line."""
        fields: dict[str, Sequence[str]] = {"column": self.columns}
        for number, item in enumerate(source.listed("- " + " | ".join(self.columns))):
            source.at_most(item, item.cells, len(self.columns))
            for column, cell in enumerate(item.cells[: len(self.columns)]):
                fields[f"cell{column}-{number}"] = [cell]
        return fields

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        """Returns whether an answer has no filled cell."""
        return not any(any(row) for row in stored_rows(answer.get("rows")))

    @classmethod
    def can_join(cls, first: Answer, second: Answer) -> bool:
        """Returns whether two answers were given under the same columns."""
        return first.get("columns") == second.get("columns")

    def offer(self) -> Display:
        """Returns the table as it is before it is answered: empty rows, under the columns."""
        blank = ("",) * (len(self.columns) - 1)
        labels = self.row_labels or ("",) * self.first_rows
        return Display(header=self.columns, rows=tuple((label, *blank) for label in labels))

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns what the form shows of an answer: ``columns``, ``offered`` and ``rows``.

        The columns of today come first (``offered`` counts them), then earlier ones in which a
        cell is filled. The rows are RowFields.
        """
        asked = texts(answer.get("columns"))
        written = stored_rows(answer.get("rows"))
        places = [_place(column, asked) for column in self.columns]
        gone = [
            place
            for place in range(len(asked))
            if place not in places and any(_cell(row, place) for row in written)
        ]
        columns = [*self.columns, *(asked[place] for place in gone)]
        places += gone
        grid = [RowFields(columns, [_cell(row, place) for place in places]) for row in written]
        self.begin_rows(grid, columns)
        return {"columns": columns, "offered": len(self.columns), "rows": grid}

    def begin_rows(self, grid: list[RowFields], columns: list[str]) -> None:
        """Adds rows to a form: those the author began, in their places, and empty ones at the end.

        ``grid`` is changed in place. A row that the author began is left out where the answer has
        one that begins alike.
        """
        rest = [""] * (len(columns) - 1)
        order = {same(label): number for number, label in enumerate(self.row_labels)}
        there = {same(row.cells[0]) for row in grid}
        for number, label in enumerate(self.row_labels):
            if same(label) in there:
                continue
            place = next(
                (i for i, row in enumerate(grid) if order.get(same(row.cells[0]), -1) > number),
                len(grid),
            )
            grid.insert(place, RowFields(columns, [label, *rest], begun=label))
        while len(grid) < self.first_rows or not grid or any(grid[-1].cells):
            grid.append(RowFields(columns, ["", *rest]))

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns an answer for reading: its rows, under the columns it was given under."""
        columns = tuple(texts(answer.get("columns")))
        return Display(
            header=columns,
            rows=tuple(tuple(row) for row in stored_rows(answer.get("rows"))),
        )


def _place(column: str, asked: list[str]) -> int:
    """Returns where a column stood when the answer was given; -1 if there was no such column."""
    return next((i for i, label in enumerate(asked) if same(label) == same(column)), -1)


def _cell(row: list[str], place: int) -> str:
    return row[place] if 0 <= place < len(row) else ""

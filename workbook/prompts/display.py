"""Words to be read: an author's, compiled, and a reader's, as plain text."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import NamedTuple

from django.utils.safestring import SafeString

from workbook.prompts.answers import same


class Text(NamedTuple):
    """An author's words twice: compiled to safe HTML, and plain for labels, prints and exports."""

    html: SafeString
    plain: str


NO_TEXT = Text(SafeString(""), "")


@dataclass(frozen=True)
class Item:
    """A line in the list of an answer. ``ticked`` is None where checking means nothing."""

    text: str
    ticked: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Display:
    """An answer to be read: paragraphs, then a list, then a table (any of them empty).

    The reader's words in it are plain text; whoever renders them escapes them.

    Attributes:
        numbers: for each row what to dial, "" where its words hold no telephone number.
    """

    paragraphs: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def labelled_rows(self) -> list[tuple[list[tuple[str, str]], str]]:
        """Each row as (column, cell) pairs, with what to dial."""
        return [
            (list(zip_longest(self.header[: len(row)], row, fillvalue="")), number)
            for row, number in zip_longest(self.rows, self.numbers, fillvalue="")
            if row
        ]

    def as_text(self) -> str:
        """Returns the answer as plain text, for exports and copying."""
        ticks = {None: "- ", True: "- [x] ", False: "- [ ] "}
        lines = [*self.paragraphs]
        lines += [
            ticks[item.ticked] + item.text + (f" ({item.note})" if item.note else "")
            for item in self.items
        ]
        for row, _number in self.labelled_rows:
            cells = [f"{name}: {cell}" if name else cell for name, cell in row if cell]
            lines.append("- " + "; ".join(cells))
        return "\n".join(lines)


def without_unticked(shown: Display, offered: Iterable[str]) -> Display:
    """Returns an answer without the author's items that were left unticked: nobody chose those.

    What the reader added stays, checked or not.
    """
    known = {same(option) for option in offered}
    items = [i for i in shown.items if i.ticked is not False or same(i.text) not in known]
    return replace(shown, items=tuple(items))

"""Boxes with rows, and lines from a row to another box: a guide's steps, or a book's chapters.

The boxes stand in one column and the lines run in lanes beside it, so that loops and leaps are as
easy to follow as a step to the next. Colours are the style sheet's; the page says it in words, too.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, PADDING, LINE = 360, 12, 18
CHARACTERS = 46
"""Letters that fit a line of a box."""
GAP, LANE = 26, 13
MOST_LINES = 4


@dataclass(frozen=True)
class Row:
    """One line of a box; ``target`` is the key of the box it leads to, "" for none."""

    words: str
    target: str = ""


@dataclass(frozen=True)
class BookMapBox:
    """A box with a title and rows; ``key`` is what rows lead to it by."""

    key: str
    title: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class _Placed:
    box: BookMapBox
    y: int
    title: list[str]
    rows: list[list[str]]

    @property
    def height(self) -> int:
        count = len(self.title) + sum(map(len, self.rows))
        return 2 * PADDING + LINE * count + (6 if self.rows else 0)

    def row_y(self, index: int) -> int:
        """The middle of a row's first line."""
        above = len(self.title) + sum(map(len, self.rows[:index]))
        return self.y + PADDING + 6 + LINE * above + LINE // 2


def wiring(boxes: Sequence[BookMapBox], label: str) -> SafeString:
    """An SVG picture; ``label`` is its name for those who can't see it."""
    placed = _place(boxes)
    lines = _lines(placed)
    height = placed[-1].y + placed[-1].height + 4 if placed else 0
    width = WIDTH + 24 + LANE * (1 + max((lane for *_ends, lane in lines), default=0))
    return format_html(
        '<svg class="wiring" role="img" viewBox="0 0 {} {}" width="{}" height="{}">'
        "<title>{}</title>{}{}</svg>",
        width,
        height,
        width,
        height,
        label,
        format_html_join("", "{}", ((_box(item),) for item in placed)),
        format_html_join("", "{}", ((_line(*line),) for line in lines)),
    )


def _place(boxes: Sequence[BookMapBox]) -> list[_Placed]:
    placed = []
    y = 4
    for box in boxes:
        item = _Placed(box, y, _wrapped(box.title), [_wrapped(row.words, 2) for row in box.rows])
        placed.append(item)
        y += item.height + GAP
    return placed


def _wrapped(text: str, most: int = MOST_LINES) -> list[str]:
    return textwrap.wrap(text, CHARACTERS, max_lines=most, placeholder=" …") or [""]


def _lines(placed: Sequence[_Placed]) -> list[tuple[int, int, int]]:
    """Start, end and lane of each line; lines that would meet get lanes of their own."""
    by_key = {item.box.key: item for item in placed}
    arriving: dict[str, int] = {}
    ends = []
    for item in placed:
        for index, row in enumerate(item.box.rows):
            if target := by_key.get(row.target):
                arriving[row.target] = arriving.get(row.target, 0) + 1
                ends.append((item.row_y(index), target.y + 6 + 5 * min(arriving[row.target], 6)))
    taken: list[list[tuple[int, int]]] = []
    lines = []
    for start, end in sorted(ends, key=lambda pair: abs(pair[0] - pair[1])):
        top, bottom = min(start, end), max(start, end)
        lane = next(
            (
                number
                for number, spans in enumerate(taken)
                if all(bottom < low - 4 or top > high + 4 for low, high in spans)
            ),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((top, bottom))
        lines.append((start, end, lane))
    return lines


def _box(item: _Placed) -> SafeString:
    lines = [
        (item.y + PADDING + LINE * n + 13, "wiring__title", text)
        for n, text in enumerate(item.title)
    ]
    for index, row in enumerate(item.rows):
        y = item.row_y(index) - LINE // 2 + 13
        kind = "wiring__row" if item.box.rows[index].target else "wiring__end"
        lines += [(y + LINE * n, kind, text) for n, text in enumerate(row)]
    return format_html(
        '<g><rect class="wiring__box" x="1" y="{}" width="{}" height="{}" rx="8"/>{}</g>',
        item.y,
        WIDTH,
        item.height,
        format_html_join(
            "",
            '<text class="{}" x="{}" y="{}">{}</text>',
            ((kind, PADDING, y, text) for y, kind, text in lines),
        ),
    )


def _line(start: int, end: int, lane: int) -> SafeString:
    """From a row's right edge out to its lane, along it, and back to the other box, with a tip."""
    x = WIDTH + 1
    out = x + 14 + LANE * lane
    return format_html(
        '<path class="wiring__line" d="M{} {}H{}V{}H{}"/>'
        '<path class="wiring__tip" d="M{} {}l8 -4v8z"/>',
        x,
        start,
        out,
        end,
        x + 8,
        x + 1,
        end,
    )

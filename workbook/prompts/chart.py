"""Small pictures of answers over time, as SVG that leaves all looks to the style sheet.

They join what was written and say nothing about it: no sum, no trend, no good or bad end. What a
line or a dot means is written beside it, so that nothing rests on a color or on a legend.
"""

import datetime
import itertools
from collections.abc import Sequence
from typing import NamedTuple

# Sizes in SVG units, which are CSS pixels at the width of a small phone.
WIDTH = 300
HEIGHT = 186
LEFT, RIGHT, TOP, BOTTOM = 26, 12, 42, 46
"""Room around the field: for 0, 5 and 10 at the left, the ends' names above and below, the days."""
LANE = 42
"""From one lane to the next: its name above its line."""
MOST_VALUES = 8
"""Dots that have room for their number beside them; of more, only the first and the last."""
MOST_POINTS = 30
"""Dots that a phone still shows apart; the journal has all entries."""


class Point(NamedTuple):
    """A dot for one entry with its number, which stands beside it where ``is_named``."""

    x: int
    y: int
    day: datetime.date
    value: int
    is_named: bool = True


class Level(NamedTuple):
    """A thin line across, with its number."""

    y: int
    value: int


class Dot(NamedTuple):
    """A dot for one entry, in the lane that bears its name."""

    x: int
    y: int
    day: datetime.date
    name: str
    is_last: bool


class Lane(NamedTuple):
    """A thin line across with its name above it."""

    y: int
    name: str
    is_used: bool


class Chart(NamedTuple):
    """A picture of answers over time: dots in the order of their days, linked, over thin lines.

    Attributes:
        left, right: where the thin lines begin and end.
        levels, lanes: the thin lines, either of numbers or of names.
        path: what joins the dots, as an SVG path.
    """

    height: int
    left: int
    right: int
    points: tuple[Point, ...] | tuple[Dot, ...]
    path: str
    levels: tuple[Level, ...] = ()
    lanes: tuple[Lane, ...] = ()
    width: int = WIDTH

    @property
    def foot(self) -> int:
        """The height at which the first and the last day are written."""
        return self.height - 6


def draw(given: Sequence[tuple[datetime.date, int]], most: int = 10) -> Chart | None:
    """Draws days with a number from 0 to ``most``, oldest first; None for fewer than two.

    Dots stand evenly, one an entry, whatever time lies between them: a month without one is no gap.
    """
    given = given[-MOST_POINTS:]
    if len(given) < 2:
        return None
    last = len(given) - 1

    def height(value: int) -> int:
        return round(HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM) / most)

    points = tuple(
        Point(x, height(value), day, value, last < MOST_VALUES or index in (0, last))
        for index, (x, (day, value)) in enumerate(zip(_across(len(given)), given, strict=True))
    )
    return Chart(
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        points=points,
        path="M" + " L".join(f"{point.x} {point.y}" for point in points),
        levels=tuple(Level(height(value), value) for value in (0, most // 2, most)),
    )


def _across(count: int) -> list[int]:
    """Returns where that many dots stand, the first and the last a little inside the field."""
    step = (WIDTH - RIGHT - LEFT - 16) / (count - 1)
    return [round(LEFT + 8 + step * index) for index in range(count)]


def draw_lanes(given: Sequence[tuple[datetime.date, str]], names: Sequence[str]) -> Chart | None:
    """Draws days with one of ``names``, oldest first; None for fewer than two.

    No lane is above another: they stand in the order in which they are asked.
    """
    given = given[-MOST_POINTS:]
    if len(given) < 2:
        return None
    used = {name for _day, name in given}
    heights = {name: LANE * (index + 1) - 12 for index, name in enumerate(names)}
    points = tuple(
        Dot(x, heights[name], day, name, index == len(given) - 1)
        for index, (x, (day, name)) in enumerate(zip(_across(len(given)), given, strict=True))
    )
    path = f"M{points[0].x} {points[0].y}"
    for before, point in itertools.pairwise(points):
        half = (before.x + point.x) // 2
        path += f" C{half} {before.y} {half} {point.y} {point.x} {point.y}"
    return Chart(
        height=LANE * len(names) + 22,
        left=0,
        right=WIDTH,
        points=points,
        path=path,
        lanes=tuple(Lane(heights[name], name, name in used) for name in names),
    )

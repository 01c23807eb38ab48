"""A small picture of numbers over time, as SVG that leaves all looks to the style sheet.

It joins what was written and says nothing about it: no sum, no trend, no good or bad end.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

# Sizes in SVG units, which are CSS pixels at the width of a small phone.
WIDTH = 300
HEIGHT = 132
LEFT, RIGHT, TOP, BOTTOM = 26, 12, 12, 26
"""Room around the field: for 0, 5 and 10 at the left, for the days below."""
MOST_POINTS = 30
"""Dots that a phone still shows apart; the journal has all entries."""


class Point(NamedTuple):
    x: int
    y: int
    day: datetime.date
    value: int


class Level(NamedTuple):
    """A thin line across, with its number."""

    y: int
    value: int


class Chart(NamedTuple):
    width: int
    height: int
    left: int
    right: int
    points: tuple[Point, ...]
    levels: tuple[Level, ...]
    path: str

    @property
    def foot(self) -> int:
        """Where the days stand."""
        return self.height - 6


def draw(given: Sequence[tuple[datetime.date, int]], most: int = 10) -> Chart | None:
    """Days with a number from 0 to ``most``, oldest first; None for fewer than two.

    Dots stand evenly, one an entry, whatever time lies between them: a month without one is no gap.
    """
    given = given[-MOST_POINTS:]
    if len(given) < 2:
        return None
    right = WIDTH - RIGHT
    step = (right - LEFT - 16) / (len(given) - 1)

    def height(value: int) -> int:
        return round(HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM) / most)

    points = tuple(
        Point(round(LEFT + 8 + step * index), height(value), day, value)
        for index, (day, value) in enumerate(given)
    )
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=right,
        points=points,
        levels=tuple(Level(height(value), value) for value in (0, most // 2, most)),
        path="M" + " L".join(f"{point.x} {point.y}" for point in points),
    )

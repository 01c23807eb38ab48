"""The map's picture: where each box, line and name stands, in SVG units.

A unit is a CSS pixel at the width of a small phone. Colors and type are the style sheet's.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from workbook.prompts import lettering

WIDTH = 344
COLUMN = 148
RADIUS = 22
PADDING = 12
LINE = 18
"""From one line of a name to the next."""
BETWEEN = 7
"""Between two names, and above the first."""
GAP = 14
"""Between two boxes."""
LETTERS = 15
"""Letters that fit a line of a box in a common sans at 14 px; wide ones count twice."""
MOST_LEAVES = 10
"""Names in one box. A longer group goes on in a second one, on whichever side is shorter."""


class Branch(NamedTuple):
    """A group to be drawn: its name and those in it. ``is_hint``: nothing real is in it yet."""

    name: str
    leaves: tuple[str, ...]
    is_hint: bool = False


class DrawnName(NamedTuple):
    """A drawn name, on a line or two; ``full`` is all of it where it had to be cut, else ""."""

    x: int
    lines: tuple[tuple[int, str], ...]
    full: str = ""


class Box(NamedTuple):
    """One group's box with its names, and the line that leads to it.

    Attributes:
        path: of the line, as SVG writes it.
        join: where the line meets the box.
    """

    x: int
    y: int
    height: int
    path: str
    join: tuple[int, int]
    heading: DrawnName
    leaves: tuple[DrawnName, ...]
    is_hint: bool
    has_nobody: bool


class MapPicture(NamedTuple):
    """The map as it is drawn: the reader in the middle, and a box for each group.

    Attributes:
        column: the width of each box.
        x, y, radius: the place of the reader in the middle.
    """

    width: int
    height: int
    column: int
    x: int
    y: int
    radius: int
    boxes: tuple[Box, ...]


def draw(branches: Sequence[Branch]) -> MapPicture:
    """Draws the reader in the middle, the groups in order on both sides, each side centered."""
    parts = [part for branch in branches for part in _in_parts(branch)]
    if len(parts) == 1:
        y = 2 * RADIUS + 2 * GAP
        box = _box(parts[0], (WIDTH - COLUMN) // 2, y, RADIUS)
        return MapPicture(WIDTH, y + box.height + 2, COLUMN, WIDTH // 2, RADIUS + 1, RADIUS, (box,))
    sides: tuple[list[Branch], list[Branch]] = ([], [])
    for part in parts:
        left, right = (sum(_height(other) + GAP for other in side) for side in sides)
        sides[left > right].append(part)
    heights = [sum(_height(part) + GAP for part in side) - GAP for side in sides]
    height = max(*heights, 4 * RADIUS)
    boxes = []
    for side, tall, x in zip(sides, heights, (1, WIDTH - COLUMN - 1), strict=True):
        y = (height - tall) // 2 + 1
        for part in side:
            boxes.append(_box(part, x, y, height // 2))
            y += _height(part) + GAP
    return MapPicture(WIDTH, height + 2, COLUMN, WIDTH // 2, height // 2, RADIUS, tuple(boxes))


def _in_parts(branch: Branch) -> list[Branch]:
    chunks = [
        branch.leaves[start : start + MOST_LEAVES]
        for start in range(0, len(branch.leaves) or 1, MOST_LEAVES)
    ]
    more = branch._replace(name=_("%(name)s, more") % {"name": branch.name})
    return [
        (more if number else branch)._replace(leaves=chunk) for number, chunk in enumerate(chunks)
    ]


def _height(branch: Branch) -> int:
    lines = len(wrapped(branch.name))
    leaves = branch.leaves or (("…",) if not branch.is_hint else ())
    lines += sum(len(wrapped(leaf)) for leaf in leaves)
    return 2 * PADDING + lines * LINE + len(leaves) * BETWEEN - 4


def _box(branch: Branch, x: int, y: int, middle_y: int) -> Box:
    middle_x = WIDTH // 2
    top = y + PADDING
    heading = _words(branch.name, x, top)
    at = top + len(heading.lines) * LINE + BETWEEN
    leaves = []
    for leaf in branch.leaves:
        leaves.append(_words(leaf, x, at))
        at += len(leaves[-1].lines) * LINE + BETWEEN
    edge = x + COLUMN if x + COLUMN < middle_x else x
    if x < middle_x < x + COLUMN:
        edge, level = middle_x, y
        path = f"M{middle_x} {middle_y} V{y}"
    else:
        level = y + PADDING + LINE // 2
        path = f"M{middle_x} {middle_y} C{middle_x} {level} {middle_x} {level} {edge} {level}"
    nobody = not branch.leaves and not branch.is_hint
    return Box(
        x, y, _height(branch), path, (edge, level), heading, tuple(leaves), branch.is_hint, nobody
    )


def _words(text: str, x: int, top: int) -> DrawnName:
    lines = wrapped(text)
    placed = tuple((top + 13 + number * LINE, line) for number, line in enumerate(lines))
    whole = " ".join(text.split())
    return DrawnName(x + PADDING, placed, whole if " ".join(lines) != whole else "")


def wrapped(text: str) -> list[str]:
    """Returns a name on one line or two, cut with … if even that is too little."""
    return lettering.lines(text, LETTERS, most=2)

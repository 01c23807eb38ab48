"""The two drawings of a ``diagram``: lines that leave one place side by side, and meet again.

None is above another: each line leaves the start and reaches the end by itself. In columns they
run down side by side; in rows, for a phone and for what is numbered, each leaves a trunk and comes
back to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workbook.prompts import lettering
from workbook.prompts.picture import LINE, Picture, PictureBox, PicturePath, Stop, letters

SLIM, NARROW, WIDE = 190, 276, 610
"""What a small phone shows of a page in large letters and in usual ones, and a line on a desk."""
MOST_COLUMNS = 4
GAP = 10
"""Between two columns."""
BEND = 30
"""Height in which a line comes from one place to another beside it."""
RING, NUMBERED, DOT = 7, 12, 4
"""Radius of the stop of a branch, of one with its number in it, and of a leaf."""
BETWEEN = 8
"""From one leaf to the next, besides their lines."""
PADDING = 11
TRUNK, OFF = 24, 34
"""Where the trunk runs in rows, and how far from it the branches do; a slim drawing has less."""


@dataclass(frozen=True)
class DrawnBranch:
    """A branch as it is drawn: its name, and the leaves on its line."""

    name: str
    leaves: tuple[str, ...]
    number: str = ""

    @property
    def radius(self) -> int:
        """The radius of the branch's stop."""
        return NUMBERED if self.number else RING


class _Reach(NamedTuple):
    """How far down a branch goes: its last stop, and the last line of words beside it."""

    stop: int
    words: int


class _BranchPicture(Picture):
    """A start, branches and an end, as far as they are drawn."""

    def box(self, text: str, y: int, *, is_left: bool = False, is_end: bool = False) -> int:
        """Draws a box at the left or in the middle, as wide as its words; returns where it ends."""
        most = self.width - 2 if self.width <= NARROW else self.width * 2 // 3
        lines = lettering.lines(text, letters(most - 2 * PADDING))
        wide = min(max(map(lettering.width, lines)) * 8 + 4 * PADDING, most)
        x = 1 if is_left else (self.width - wide) // 2
        height = LINE * len(lines) + 2 * PADDING
        self.frames.append(PictureBox(x, y, wide, height, is_end))
        look = "filled" if is_end else "strong"
        middle = y + PADDING + LINE // 2
        self.write(lines, x + wide // 2, middle, look, is_centered=True)
        return y + height

    def branch(self, branch: DrawnBranch, x: int, y: int, room: int) -> _Reach:
        """Draws a stop with its name, and under it a stop for each leaf."""
        self.stops.append(Stop(x, y, branch.radius, branch.number))
        indent = branch.radius + 7
        lines = lettering.lines(branch.name, letters(room - indent))
        self.write(lines, x + indent, y, "strong")
        reach = _Reach(y, y + LINE * (len(lines) - 1))
        for leaf in branch.leaves:
            y = reach.words + LINE + BETWEEN
            lines = lettering.lines(leaf, letters(room - indent))
            self.stops.append(Stop(x, y, DOT, is_small=True))
            self.write(lines, x + indent, y)
            reach = _Reach(y, y + LINE * (len(lines) - 1))
        return reach

    def finish(self, y: int, end: str, tip: int, *, is_left: bool = False) -> Picture:
        """Draws an arrow's head at ``tip`` and the end under it, where there is an end.

        Without one the picture ends at ``y``.
        """
        if end:
            self.tips.append(f"M{tip} {y}l-5 -9h10z")
            y = self.box(end, y, is_left=is_left, is_end=True)
        self.height = y + 1
        return self


def _bend(x: int, y: int, to_x: int, to_y: int) -> str:
    """Returns the path from one place to a lower one, straight down at both its ends."""
    half = (y + to_y) // 2
    return f"C{x} {half} {to_x} {half} {to_x} {to_y}"


def columns(start: str, branches: Sequence[DrawnBranch], end: str) -> Picture:
    """Draws the branches side by side, for a wide page."""
    picture = _BranchPicture(WIDE)
    room = (WIDE + GAP) // len(branches) - GAP
    middle, top = WIDE // 2, picture.box(start, 1)
    first = top + BEND + 20
    radius = max(branch.radius for branch in branches)
    places = [radius + 2 + (room + GAP) * number for number in range(len(branches))]
    reaches = [
        picture.branch(branch, x, first, room - radius)
        for branch, x in zip(branches, places, strict=True)
    ]
    foot = max(reach.words for reach in reaches) + 14
    arrival = foot + BEND + 16
    for x, reach in zip(places, reaches, strict=True):
        away = f"M{middle} {top}{_bend(middle, top, x, first)}"
        back = f"V{foot}{_bend(x, foot, middle, arrival)}"
        picture.lines.append(PicturePath(away + (back if end else f"V{reach.stop}")))
    return picture.finish(arrival + 8 if end else foot, end, middle)


def rows(start: str, branches: Sequence[DrawnBranch], end: str, width: int = NARROW) -> Picture:
    """Draws the branches one under the other, each off the same trunk and back to it."""
    picture = _BranchPicture(width)
    trunk, off = (TRUNK, OFF) if width >= NARROW else (TRUNK - 10, OFF - 10)
    x = trunk + off
    top = y = picture.box(start, 1, is_left=True)
    for branch in branches:
        leave, stop = y + 4, y + 4 + BEND
        reach = picture.branch(branch, x, stop, width - x)
        line = f"M{trunk} {leave}{_bend(trunk, leave, x, stop)}"
        foot = reach.words + 8
        y = foot + BEND if end else reach.words + LINE
        back = f"V{foot}{_bend(x, foot, trunk, y)}" if end else f"V{reach.stop}"
        picture.lines.append(PicturePath(line + back))
        last = y if end else leave
    picture.lines.append(PicturePath(f"M{trunk} {top}V{last + 12 if end else last}"))
    return picture.finish(last + 20 if end else y, end, trunk, is_left=True)

"""The two drawings of a ``diagram``: lines that leave one place side by side, and meet again.

None is above another: each line leaves the start and reaches the end by itself. In columns they
run down side by side; in rows, for a phone and for what is numbered, each leaves a trunk and comes
back to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from workbook.prompts import lettering
from workbook.prompts.picture import (
    LINE,
    Picture,
    PictureBox,
    PicturePath,
    PictureText,
    Stop,
    letters,
    written,
)

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
        return NUMBERED if self.number else RING


class _Reach(NamedTuple):
    """How far down a branch goes: its last stop, and the last line of words beside it."""

    stop: int
    words: int


@dataclass
class _BranchSheet:
    """What has been drawn so far."""

    width: int
    lines: list[PicturePath] = field(default_factory=list)
    frames: list[PictureBox] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    tips: list[str] = field(default_factory=list)
    words: list[PictureText] = field(default_factory=list)

    def box(self, text: str, y: int, *, is_left: bool = False, is_end: bool = False) -> int:
        """A box at the left or in the middle, as wide as its words; gives where it ends."""
        most = self.width - 2 if self.width <= NARROW else self.width * 2 // 3
        lines = lettering.lines(text, letters(most - 2 * PADDING))
        wide = min(max(map(lettering.width, lines)) * 8 + 4 * PADDING, most)
        x = 1 if is_left else (self.width - wide) // 2
        height = LINE * len(lines) + 2 * PADDING
        self.frames.append(PictureBox(x, y, wide, height, is_end))
        look = "filled" if is_end else "strong"
        middle = y + PADDING + LINE // 2
        self.words += written(lines, x + wide // 2, middle, look, is_centered=True)
        return y + height

    def branch(self, branch: DrawnBranch, x: int, y: int, room: int) -> _Reach:
        """A stop with its name, and under it a stop for each leaf."""
        self.stops.append(Stop(x, y, branch.radius, branch.number))
        indent = branch.radius + 7
        lines = lettering.lines(branch.name, letters(room - indent))
        self.words += written(lines, x + indent, y, "strong")
        reach = _Reach(y, y + LINE * (len(lines) - 1))
        for leaf in branch.leaves:
            y = reach.words + LINE + BETWEEN
            lines = lettering.lines(leaf, letters(room - indent))
            self.stops.append(Stop(x, y, DOT, is_small=True))
            self.words += written(lines, x + indent, y)
            reach = _Reach(y, y + LINE * (len(lines) - 1))
        return reach

    def tip(self, x: int, y: int) -> None:
        """An arrow's head that points down to a place."""
        self.tips.append(f"M{x} {y}l-5 -9h10z")

    def picture(self, height: int) -> Picture:
        return Picture(
            self.width, height + 1, tuple(self.lines), tuple(self.frames), tuple(self.stops),
            tuple(self.tips), tuple(self.words),
        )  # fmt: skip


def _bend(x: int, y: int, to_x: int, to_y: int) -> str:
    """On from one place to a lower one, leaving it and coming there straight down."""
    half = (y + to_y) // 2
    return f"C{x} {half} {to_x} {half} {to_x} {to_y}"


def columns(start: str, branches: Sequence[DrawnBranch], end: str) -> Picture:
    """Side by side, for a wide page."""
    sheet = _BranchSheet(WIDE)
    room = (WIDE + GAP) // len(branches) - GAP
    middle, top = WIDE // 2, sheet.box(start, 1)
    first = top + BEND + 20
    radius = max(branch.radius for branch in branches)
    places = [radius + 2 + (room + GAP) * number for number in range(len(branches))]
    reaches = [
        sheet.branch(branch, x, first, room - radius)
        for branch, x in zip(branches, places, strict=True)
    ]
    foot = max(reach.words for reach in reaches) + 14
    arrival = foot + BEND + 16
    for x, reach in zip(places, reaches, strict=True):
        away = f"M{middle} {top}{_bend(middle, top, x, first)}"
        back = f"V{foot}{_bend(x, foot, middle, arrival)}"
        sheet.lines.append(PicturePath(away + (back if end else f"V{reach.stop}")))
    if not end:
        return sheet.picture(foot)
    sheet.tip(middle, arrival + 8)
    return sheet.picture(sheet.box(end, arrival + 8, is_end=True))


def rows(start: str, branches: Sequence[DrawnBranch], end: str, width: int = NARROW) -> Picture:
    """One under the other, each off the same trunk and back to it."""
    sheet = _BranchSheet(width)
    trunk, off = (TRUNK, OFF) if width >= NARROW else (TRUNK - 10, OFF - 10)
    x = trunk + off
    top = y = sheet.box(start, 1, is_left=True)
    for branch in branches:
        leave, stop = y + 4, y + 4 + BEND
        reach = sheet.branch(branch, x, stop, width - x)
        line = f"M{trunk} {leave}{_bend(trunk, leave, x, stop)}"
        foot = reach.words + 8
        y = foot + BEND if end else reach.words + LINE
        back = f"V{foot}{_bend(x, foot, trunk, y)}" if end else f"V{reach.stop}"
        sheet.lines.append(PicturePath(line + back))
        last = y if end else leave
    sheet.lines.append(PicturePath(f"M{trunk} {top}V{last + 12 if end else last}"))
    if not end:
        return sheet.picture(y)
    sheet.tip(trunk, last + 20)
    return sheet.picture(sheet.box(end, last + 20, is_left=True, is_end=True))

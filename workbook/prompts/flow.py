"""A guide drawn whole: its steps one under the other, and lines from each way on to where it leads.

The lines run in lanes beside the boxes, so that a loop back is as easy to follow as a step to the
next. Lines to one step share a lane; those that lead back are broken. Numbers say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from workbook.prompts import lettering
from workbook.prompts.picture import LINE, Picture, PictureBox, PicturePath, Stop, letters

NARROW, WIDE = 276, 520
"""What a small phone shows inside a prompt, and a desk."""
LANE = 10
"""From one lane to the next, and from the boxes to the first."""
PADDING, RADIUS, SMALL = 12, 11, 9
"""Inside a box; of the ring with a step's number, and of one that names where a way leads."""
BETWEEN, GAP = 7, 22
"""From one way on to the next, and from one box to the next."""
MOST_LINES = 9
"""Lines of a step's words, or a way's; the list beside the picture has all of them."""
CORNER = 6


@dataclass(frozen=True)
class FlowWay:
    """A way on from a drawn step; ``target`` is the number of the step it leads to.

    It is None for a way that ends here.
    """

    words: str
    target: int | None = None


@dataclass(frozen=True)
class FlowStep:
    """One step of a guide, with its ways on."""

    words: str
    ways: tuple[FlowWay, ...] = ()


Lane = tuple[int, bool]
"""Ways on to one step from the same side of it: the place of the step, and whether they lead back.
"""


class _FlowPicture(Picture):
    """Steps and the lines between them, as far as they are drawn.

    Attributes:
        box: the width of a step's box.
    """

    def __init__(self, width: int, box: int) -> None:
        super().__init__(width)
        self.box = box

    def step(self, number: int, step: FlowStep, y: int) -> tuple[int, list[int]]:
        """Draws a step's box; returns where it ends and the heights at which its ways leave it."""
        x = PADDING + 2 * RADIUS + 7
        middle = y + PADDING + LINE // 2
        self.stops.append(Stop(PADDING + RADIUS, middle, RADIUS, str(number + 1)))
        lines = lettering.lines(step.words, letters(self.box - x - PADDING), MOST_LINES)
        self.write(lines, x, middle, "strong")
        at = middle + LINE * len(lines) + BETWEEN
        heights = []
        for way in step.ways:
            room = self.box - x - PADDING - (0 if way.target is None else 2 * SMALL + 4)
            lines = lettering.lines(way.words, letters(room), MOST_LINES)
            self.write(lines, x, at)
            if way.target is not None:
                name = str(way.target + 1)
                self.stops.append(Stop(self.box - PADDING - SMALL, at, SMALL, name))
            heights.append(at)
            at += LINE * len(lines) + BETWEEN
        end = at - LINE // 2 - BETWEEN + PADDING
        self.frames.append(PictureBox(1, y, self.box - 1, end - y))
        return end, heights

    def lead(self, starts: Sequence[int], number: int, y: int, *, is_back: bool) -> None:
        """Draws lines from ways on to a lane, along it, and to the box at ``y`` with a tip."""
        x = self.box + LANE * (number + 1)
        turn = -CORNER if is_back else CORNER
        for start in starts:
            path = (
                f"M{self.box} {start}H{x - CORNER}Q{x} {start} {x} {start + turn}"
                f"V{y - turn}Q{x} {y} {x - CORNER} {y}H{self.box + 7}"
            )
            self.lines.append(PicturePath(path, is_back))
        self.tips.append(f"M{self.box + 1} {y}l9 -5v10z")


def draw(steps: Sequence[FlowStep], width: int) -> Picture:
    """Draws a guide's steps in their order, in a picture of this width."""
    lanes = _lanes(steps)
    used = max(lanes.values(), default=-1) + 1
    picture = _FlowPicture(width, width - LANE * used - 4)
    y, tops, heights = 1, [], []
    for number, step in enumerate(steps):
        tops.append(y)
        end, leaving = picture.step(number, step, y)
        heights.append(leaving)
        y = end + GAP
    for (target, is_back), place in lanes.items():
        starts = [
            height
            for number, step in enumerate(steps)
            for way, height in zip(step.ways, heights[number], strict=True)
            if way.target == target and (target <= number) == is_back
        ]
        tip = tops[target] + PADDING + (14 if is_back else 2)
        picture.lead(starts, place, tip, is_back=is_back)
    picture.height = y - GAP + 1
    return picture


def _lanes(steps: Sequence[FlowStep]) -> dict[Lane, int]:
    """Returns lanes for the ways on to each step from above and from below, with their numbers.

    Short ones are nearest to the boxes, and two that would meet never share one.
    """
    spans = sorted(_spans(steps).items(), key=lambda item: item[1][1] - item[1][0])
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[Lane, int] = {}
    for lane, (first, last) in spans:
        number = next(
            (n for n, some in enumerate(taken) if all(last < a or first > b for a, b in some)),
            len(taken),
        )
        if number == len(taken):
            taken.append([])
        taken[number].append((first, last))
        lanes[lane] = number
    return lanes


def _spans(steps: Sequence[FlowStep]) -> dict[Lane, tuple[int, int]]:
    """Returns from where to where each lane runs, counted in boxes and ways on from the top."""
    heads = [0, *accumulate(len(step.ways) + 1 for step in steps)]
    spans: dict[Lane, tuple[int, int]] = {}
    for number, step in enumerate(steps):
        for place, way in enumerate(step.ways, start=heads[number] + 1):
            if way.target is not None:
                head = heads[way.target]
                key = (way.target, way.target <= number)
                first, last = spans.get(key, (head, head))
                spans[key] = (min(first, place), max(last, place))
    return spans

"""A picture made of frames, lines, stops and words; ``prompts/_picture.html`` writes it as SVG.

Units are CSS pixels at the width it was made for. Colors and type are the style sheet's, so that it
is dark in the dark and black on paper; what a shape means never rests on a color.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

LETTER = 8.2
"""Width of a letter of 14 px in a common sans, on average and a little more."""
LINE = 18
"""From one line of words to the next."""


class PictureBox(NamedTuple):
    """A box; one that is filled is where everything ends."""

    x: int
    y: int
    width: int
    height: int
    is_filled: bool = False


class PicturePath(NamedTuple):
    """A path; one that leads back is broken."""

    path: str
    is_back: bool = False


class Stop(NamedTuple):
    """A place on a line; a larger one is hollow and may hold a number."""

    x: int
    y: int
    radius: int
    number: str = ""
    is_small: bool = False


class PictureText(NamedTuple):
    """One line of text; ``look`` is "plain", "strong" or "filled"."""

    x: int
    y: int
    text: str
    look: str = "plain"
    is_centered: bool = False


@dataclass
class Picture:
    """Everything in one drawing: lines are laid down first, then frames, stops, tips and words.

    Attributes:
        width, height: of the whole; the height is known once all is drawn.
        tips: the outlines of arrows' heads, as SVG paths.
    """

    width: int
    height: int = 0
    lines: list[PicturePath] = field(default_factory=list)
    frames: list[PictureBox] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    tips: list[str] = field(default_factory=list)
    words: list[PictureText] = field(default_factory=list)

    def write(
        self, lines: list[str], x: int, y: int, look: str = "plain", *, is_centered: bool = False
    ) -> None:
        """Puts lines of words one under the other; ``y`` is the middle of the first."""
        self.words += [
            PictureText(x, y + 5 + LINE * number, line, look, is_centered)
            for number, line in enumerate(lines)
        ]


def letters(units: int) -> int:
    """Returns how many letters fit a width of so many units."""
    return max(4, int(units / LETTER))

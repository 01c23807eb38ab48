"""A ``people`` answer drawn as a picture with the reader in the middle, beside an equal table.

The picture is SVG made here, with presentation left to the style sheet's classes, so that it is
dark in the dark and black on paper. It never counts or judges: an empty kind says "nobody yet".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.utils.translation import gettext as _

from workbook.prompts.base import Recalled, Reference, Shown, same
from workbook.prompts.people import People, Person, people_in
from workbook.prompts.table import stored_rows

if TYPE_CHECKING:
    from workbook.prompts.source import Source

# Sizes in SVG units, which are CSS pixels at the width of a small phone.
WIDTH = 340
COLUMN = 160
ROW = 24
HEADING = 34
GAP = 18
MIDDLE = 64
LETTERS = 19
"""Letters of a name that fit a column at 14 px; title and table hold the whole name."""


class Group(NamedTuple):
    """A kind of support with those in it."""

    name: str
    people: tuple[Person, ...]


class Leaf(NamedTuple):
    x: int
    y: int
    text: str
    full: str


class Branch(NamedTuple):
    """One group in the picture: its box, its line from the middle, and its leaves."""

    name: str
    x: int
    y: int
    height: int
    line: str
    leaves: tuple[Leaf, ...]


class Picture(NamedTuple):
    width: int
    height: int
    middle_y: int
    branches: tuple[Branch, ...]


def groups_of(people: list[Person], kinds: tuple[str, ...], rest: str) -> list[Group]:
    """People by kind in the author's order, a person under each of theirs, then those without."""
    found = [
        Group(kind, tuple(p for p in people if same(kind) in {same(k) for k in p.kinds}))
        for kind in kinds
    ]
    known = {same(kind) for kind in kinds}
    others = tuple(p for p in people if not known & {same(k) for k in p.kinds})
    return [*found, *([Group(rest, others)] if others else [])]


def shorten(text: str, limit: int = LETTERS) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def draw(groups: list[Group]) -> Picture:
    """Groups in two columns, above and below the reader; as tall as the longest needs."""

    def height(group: Group) -> int:
        return HEADING + ROW * max(1, len(group.people))

    pairs = [groups[i : i + 2] for i in range(0, len(groups), 2)]
    above = pairs[: (len(pairs) + 1) // 2]
    middle_y = sum(max(height(g) for g in pair) + GAP for pair in above) + MIDDLE // 2
    branches: list[Branch] = []
    y = 0
    for pair in pairs:
        if pair not in above and y < middle_y:
            y = middle_y + MIDDLE // 2 + GAP // 2
        for column, group in enumerate(pair):
            alone = len(pair) == 1
            x = (WIDTH - COLUMN) // 2 if alone else column * (WIDTH - COLUMN)
            near_y = y + height(group) if pair in above else y
            leaves = tuple(
                Leaf(x + 12, y + HEADING + ROW * row + 12, shorten(p.who or p.reach), p.who)
                for row, p in enumerate(group.people)
            )
            line = f"M{WIDTH // 2} {middle_y} L{x + COLUMN // 2} {near_y}"
            branches.append(Branch(group.name, x, y, height(group), line, leaves))
        y += max(height(g) for g in pair) + GAP
    return Picture(WIDTH, max(y, middle_y + MIDDLE // 2), middle_y, tuple(branches))


@dataclass(frozen=True, kw_only=True)
class Map(Shown):
    kind = "map"
    keys = {
        "title": "words above the map",
        "also": "a table's id: places, animals, routines that hold the reader",
    }
    may_be_empty = True
    takes_target = True

    target: str = ""
    also: str = ""

    @classmethod
    def parse(cls, source: "Source") -> Self | None:
        target = source.target("'people' prompt")
        block = super().parse(source)
        return replace(block, target=target, also=source.key("also")) if block and target else None

    def references(self) -> tuple[Reference, ...]:
        people = Reference(self.target, self.line, kinds=("people",))
        return (
            (people, Reference(self.also, self.line, kinds=("table",))) if self.also else (people,)
        )

    def needs(self) -> tuple[str, ...]:
        return (self.target, self.also) if self.also else (self.target,)

    def context(self, answers: Mapping[str, Recalled]) -> dict[str, Any]:
        mine, holds = answers.get(self.target), answers.get(self.also)
        people = people_in(mine.answer) if mine else []
        kinds = mine.prompt.kinds if mine and isinstance(mine.prompt, People) else ()
        groups = groups_of(people, kinds, _("Others"))
        things = (
            [row[0] for row in stored_rows(holds.answer.get("rows")) if row and row[0]]
            if holds
            else []
        )
        if things:
            held = tuple(Person(thing, (), "", "") for thing in things)
            groups.insert(0, Group(_("Also holds me"), held))
        return {
            "people": people,
            "things": things,
            "groups": groups,
            "picture": draw(groups) if people or things else None,
        }

"""A ``people`` answer drawn as a picture with the reader in the middle, beside an equal table.

The picture is SVG made here, with presentation left to the style sheet's classes, so that it is
dark in the dark and black on paper. It never counts or judges. With nothing written yet it begins
with what has no telephone number: an empty map of people can hurt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

from django.utils.translation import gettext as _

from workbook.prompts import drawing
from workbook.prompts.answers import same
from workbook.prompts.base import Recalled, Reference, Shown
from workbook.prompts.kinds.people import People, Person, people_in
from workbook.prompts.kinds.table import stored_rows
from workbook.prompts.source import Source


class MapGroup(NamedTuple):
    """A kind of support with those in it."""

    name: str
    people: tuple[Person, ...]


def groups_of(people: list[Person], kinds: tuple[str, ...], rest: str) -> list[MapGroup]:
    """People by kind in the author's order, a person under each of theirs, then those without."""
    found = [
        MapGroup(kind, tuple(p for p in people if same(kind) in {same(k) for k in p.kinds}))
        for kind in kinds
    ]
    known = {same(kind) for kind in kinds}
    others = tuple(p for p in people if not known & {same(k) for k in p.kinds})
    return [*found, *([MapGroup(rest, others)] if others else [])]


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
    def parse(cls, source: Source) -> Self | None:
        target = source.target("'people' prompt")
        block = super().parse(source)
        return replace(block, target=target, also=source.key("also")) if block and target else None

    def references(self) -> tuple[Reference, ...]:
        found = [Reference(self.target, self.line, kinds=("people",))]
        if self.also:
            found.append(Reference(self.also, self.line, kinds=("table",)))
        return tuple(found)

    def needs(self) -> tuple[str, ...]:
        return (self.target, self.also) if self.also else (self.target,)

    def context(self, answers: Mapping[str, Recalled]) -> dict[str, Any]:
        mine, holds = answers.get(self.target), answers.get(self.also)
        hidden = [found for found in (mine, holds) if found and found.prompt.sensitive]
        people = people_in(mine.answer) if mine and mine not in hidden else []
        kinds = mine.prompt.kinds if mine and isinstance(mine.prompt, People) else ()
        groups = groups_of(people, kinds, _("Others")) if people else []
        if holds and holds not in hidden:
            things = [
                Person(row[0], (), "", "")
                for row in stored_rows(holds.answer.get("rows"))
                if row and row[0]
            ]
            groups = [
                *([MapGroup(_("What else holds me up"), tuple(things))] if things else []),
                *groups,
            ]
        branches = [drawing.Branch(g.name, tuple(p.name for p in g.people)) for g in groups]
        hints = (_("A place"), _("An animal"), _("A routine"), _("A song"))
        return {
            "groups": groups,
            "is_hidden": bool(hidden),
            "picture": drawing.draw(
                branches or [drawing.Branch(hint, (), is_hint=True) for hint in hints]
            ),
        }

"""A ``people`` answer drawn as a picture with the reader in the middle, beside an equal table.

The picture is SVG made here, with presentation left to the style sheet's classes, so that it is
dark in the dark and black on paper. It never counts or judges. With nothing written yet it begins
with what has no telephone number: an empty map of people can hurt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from workbook.prompts import drawing
from workbook.prompts.answers import same
from workbook.prompts.base import Recalled, Shown
from workbook.prompts.kinds.people import People, Person, of_kind, people_in
from workbook.prompts.kinds.table import stored_rows
from workbook.prompts.source import Source


class MapGroup(NamedTuple):
    """A kind of support with those in it."""

    name: str
    people: tuple[Person, ...]


def groups_of(people: list[Person], kinds: tuple[str, ...], rest: str) -> list[MapGroup]:
    """Returns people by each of their kinds in the author's order, then those without."""
    found = [MapGroup(kind, tuple(of_kind(people, kind))) for kind in kinds]
    known = {same(kind) for kind in kinds}
    others = tuple(p for p in people if not known & {same(k) for k in p.kinds})
    return [*found, *([MapGroup(rest, others)] if others else [])]


@dataclass(frozen=True, kw_only=True)
class Map(Shown):
    """A reader's people as a picture and a table."""

    kind = "map"
    keys = {
        "title": "words above the map",
        "also": "a table's id: places, animals, routines that hold the reader",
    }
    may_be_empty = True
    target_is = "'people' prompt"
    shows = {"target": ("people",), "also": ("table",)}

    also: str = ""

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any]:
        """Returns, for the field ``also``, the id of the prompt that is drawn beside people."""
        return {"also": source.key("also")}

    def context(self, answers: Mapping[str, Recalled]) -> dict[str, Any]:
        """Returns the groups of people, and their picture."""
        mine, holds = answers.get(self.target), answers.get(self.also)
        hidden = [found for found in (mine, holds) if found and found.prompt.sensitive]
        people = people_in(mine.answer) if mine and mine not in hidden else []
        kinds = mine.prompt.kinds if mine and isinstance(mine.prompt, People) else ()
        groups = groups_of(people, kinds, _("Others")) if people else []
        if holds and holds not in hidden:
            written = stored_rows(holds.answer.get("rows"))
            things = tuple(Person(row[0], (), "", "") for row in written if row and row[0])
            if things:
                groups = [MapGroup(_("What else holds me up"), things), *groups]
        branches = [drawing.Branch(g.name, tuple(p.name for p in g.people)) for g in groups]
        names = (_("A place"), _("An animal"), _("A routine"), _("A song"))
        hints = [drawing.Branch(name, (), is_hint=True) for name in names]
        return {
            "groups": groups,
            "is_hidden": bool(hidden),
            "picture": drawing.draw(branches or hints),
        }

"""The people in a reader's corner: who, which kind of support, good for what, how to reach them.

The answer: ``{"people": [{"who": str, "kinds": [label, …], "good_for": str, "reach": str}, …]}``.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbook.prompts import rows
from workbook.prompts.base import COMMON_KEYS, Answer, Display, Prompt, plain, same, texts
from workbook.prompts.pick_any import Choice, choices

if TYPE_CHECKING:
    from workbook.prompts.source import Source

NUMBER = re.compile(r"\+?[\d\s().-]{3,20}")
WORDS = ("who", "good_for", "reach")


class Person(NamedTuple):
    who: str
    kinds: tuple[str, ...]
    good_for: str
    reach: str

    @property
    def number(self) -> str:
        """What to dial, where "how to reach" is a telephone number, else empty."""
        digits = re.sub(r"[^\d+]", "", self.reach)
        return digits if NUMBER.fullmatch(self.reach.strip()) and len(digits) >= 3 else ""


def people_in(answer: Answer) -> list[Person]:
    """The people of a stored answer, whatever it really holds; nobody without a name or words."""
    value = answer.get("people")
    found = [
        Person(
            plain(item.get("who")).strip(),
            tuple(texts(item.get("kinds"))),
            plain(item.get("good_for")).strip(),
            plain(item.get("reach")).strip(),
        )
        for item in (value if isinstance(value, list) else [])
        if isinstance(item, dict)
    ]
    return [person for person in found if any(person)]


class PersonFields(NamedTuple):
    """One row of the form."""

    person: Person
    kinds: list[Choice]


@dataclass(frozen=True, kw_only=True)
class People(Prompt):
    kind = "people"
    keys = {**COMMON_KEYS, "kinds": "kinds of support, set apart by commas"}

    kinds: tuple[str, ...] = ()

    @classmethod
    def parse_own(cls, source: "Source") -> dict[str, Any] | None:
        kinds = source.listed("kinds", ",")
        if not kinds:
            source.problem(
                "B261", "Name the kinds of support, such as 'kinds: Professional, Personal, Peer'."
            )
        return {"kinds": kinds}

    def read(self, data: QueryDict) -> Answer:
        offered = {same(kind): kind for kind in self.kinds}
        found = []
        for number in rows.numbers(data, "who"):
            person: dict[str, Any] = {
                name: plain(data.get(f"{name}-{number}")).strip() for name in WORDS
            }
            kinds = {same(plain(k)): plain(k).strip() for k in data.getlist(f"kind-{number}")}
            kinds.pop("", None)
            person["kinds"] = [offered.get(key, kind) for key, kind in kinds.items()]
            found.append(person)
        found = rows.rearrange(found, data)
        return {"people": [p for p in found if any(p[name] for name in WORDS)]}

    def offer(self) -> Display:
        return Display(header=self.header(), rows=(("",) * 4,) * 3)

    @classmethod
    def header(cls) -> tuple[str, ...]:
        return (_("Who"), _("Kind of support"), _("Good for"), _("How to reach"))

    def fields(self, answer: Answer) -> dict[str, Any]:
        blank = Person("", (), "", "")
        return {
            "people": [
                PersonFields(person, choices(self.kinds, person.kinds))
                for person in [*people_in(answer), blank]
            ]
        }

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        return Display(
            header=cls.header(),
            rows=tuple(
                (person.who, ", ".join(person.kinds), person.good_for, person.reach)
                for person in people_in(answer)
            ),
        )

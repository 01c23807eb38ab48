"""The people in a reader's corner: who, which kind of support, good for what, how to reach them.

The answer: ``{"people": [{"who": str, "kinds": [label, …], "good_for": str, "reach": str}, …]}``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbook.prompts import rows
from workbook.prompts.answers import Answer, records, same, texts, trimmed
from workbook.prompts.author_form import LINES, QUESTION, AuthorField
from workbook.prompts.base import COMMON_KEYS, Prompt, Recalled
from workbook.prompts.display import Display
from workbook.prompts.examples import ExampleSource
from workbook.prompts.kinds.pick_any import OptionControl, as_offered, choices
from workbook.prompts.source import Source

NUMBERS = (
    # A whole field of digits: short codes too.
    re.compile(r"\s*(\+?[\d\s().-]{3,20})\s*"),
    # Among words: with its country, or as it is written in North America, or ten digits and more.
    re.compile(r".*?(?<![\w.])(\+\d[\d\s().-]{6,17}\d)(?!\w).*", re.DOTALL),
    re.compile(r".*?(?<![\w.])((?:1[\s.-])?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4})(?!\w).*", re.DOTALL),
    re.compile(r".*?(?<![\w.])(0?\d{4}[ -]?\d{3}[ -]?\d{3,4}|\d{3}-\d{4})(?!\w).*", re.DOTALL),
)
WORDS = ("who", "good_for", "reach")
PICK = "pick:"
"""What a button posts before the name of the person that it adds."""


def number_in(text: str) -> str:
    """Returns the digits to dial (with ``+``) of a telephone number in a text, or ""."""
    for pattern in NUMBERS:
        match = pattern.fullmatch(text[:500])
        digits = re.sub(r"[^\d+]", "", match[1]) if match else ""
        if len(digits) >= 3 and digits.isascii():
            return digits
    return ""


class Person(NamedTuple):
    """One of a reader's people, in their reader's words."""

    who: str
    kinds: tuple[str, ...]
    good_for: str
    reach: str

    @property
    def number(self) -> str:
        """What to dial, or an empty text."""
        return number_in(self.reach)

    @property
    def name(self) -> str:
        """What to call them, even if the reader left the name out."""
        return self.who or self.reach or self.good_for


def people_in(answer: Answer) -> list[Person]:
    """Returns the people of a stored answer, whatever it really holds; nobody without any words."""
    found = [
        Person(
            trimmed(item.get("who")),
            tuple(texts(item.get("kinds"))),
            trimmed(item.get("good_for")),
            trimmed(item.get("reach")),
        )
        for item in records(answer.get("people"))
    ]
    return [person for person in found if person.name]


def of_kind(people: Iterable[Person], kind: str) -> list[Person]:
    """Returns the people of one kind of support."""
    return [person for person in people if same(kind) in map(same, person.kinds)]


class PersonFields(NamedTuple):
    """One person's row in the form; ``kinds_field`` is the name of its checkboxes."""

    person: Person
    kinds: list[OptionControl]
    kinds_field: str


def not_among(to_pick: Iterable[Person], people: Iterable[PersonFields]) -> list[Person]:
    """Returns the people whose names are in no row of the form."""
    there = {same(row.person.name) for row in people}
    return [person for person in to_pick if same(person.name) not in there]


@dataclass(frozen=True, kw_only=True)
class People(Prompt):
    """A prompt that is answered with people: who they are, for what, and how to reach them."""

    kind = "people"
    keys = {
        **COMMON_KEYS,
        "kinds": "kinds of support, set apart by commas",
        "from": "a 'people' prompt's id: those named there are added with one press",
    }

    read_keys = {**Prompt.read_keys, "kinds": ","}
    about = "Who is there, for what, and how to reach them. A map can draw it."
    asked_by = (
        QUESTION,
        AuthorField(
            "kinds",
            "Kinds of support, one a line",
            shape=LINES,
            needed=True,
            begins="Professional\nPersonal\nPeer\nWorkplace",
            between=", ",
        ),
        AuthorField(
            "from",
            "An earlier question for people whose names can be added, if any",
            "Its id, such as: my-people",
        ),
    )
    shows = {"picks_from": ("people",)}
    is_joinable = True
    takes_earlier = True
    kinds: tuple[str, ...] = ()
    picks_from: str = ""

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Reads the kinds of support."""
        kinds = source.listed("kinds", ",")
        if not kinds:
            message = "Name the kinds of support, such as 'kinds: Professional, Personal, Peer'."
            source.problem("B261", message)
        elif len({same(kind) for kind in kinds}) < len(kinds):
            message = "Two kinds of support have the same name. Make each different."
            source.problem("B262", message, key="kinds")
        return {"kinds": kinds, "picks_from": source.key("from")}

    def context(self, answers: Mapping[str, Recalled]) -> dict[str, Any]:
        """Returns who can be added with one press."""
        return {"to_pick": self._to_pick(answers)}

    def _to_pick(self, answers: Mapping[str, Recalled]) -> list[Person]:
        """Who can be picked; nobody out of an answer that its author marked as sensitive."""
        earlier = answers.get(self.picks_from)
        return people_in(earlier.answer) if earlier and not earlier.prompt.sensitive else []

    def with_earlier(
        self, answer: Answer, data: QueryDict, earlier: Mapping[str, Recalled]
    ) -> Answer:
        """Returns the answer with the row of the person whose button was pressed."""
        name = data.get("do", "").removeprefix(PICK) if data.get("do", "").startswith(PICK) else ""
        found = [person for person in self._to_pick(earlier) if same(person.name) == same(name)]
        people = records(answer.get("people"))
        if not found or same(name) in {same(person.name) for person in people_in(answer)}:
            return answer
        # A kind that this question doesn't offer stays where it was given.
        kinds = [k for k in as_offered(found[0].kinds, self.kinds) if k in self.kinds]
        picked = found[0]._asdict() | {"kinds": kinds}
        return rows.bounded("people", [*people, picked], answer)

    def read(self, data: QueryDict) -> Answer:
        """Returns everybody of whom something was written."""
        found: list[dict[str, Any]] = []
        for number in rows.numbers(data, (*WORDS, "kind")):
            kinds = as_offered(data.getlist(f"kind-{number}"), self.kinds)
            words = {name: trimmed(data.get(f"{name}-{number}")) for name in WORDS}
            found.append({**words, "kinds": kinds})
        found = rows.rearrange(found, data)
        return rows.bounded("people", [p for p in found if any(p[name] for name in WORDS)])

    def example_fields(self, source: ExampleSource) -> Mapping[str, Sequence[str]]:
        """Returns the fields of people, one a line."""
        fields: dict[str, Sequence[str]] = {}
        for number, item in enumerate(source.listed("- Sis | Personal | rides | text her")):
            source.at_most(item, item.cells, 4)
            who, kinds, good_for, reach = [*item.cells, "", "", ""][:4]
            named = [kind.strip() for kind in kinds.split(",") if kind.strip()]
            known = {source.known(item, kind, self.kinds, "kind of support") for kind in named}
            fields |= {
                f"who-{number}": [who],
                f"kind-{number}": [kind for kind in self.kinds if kind in known],
                f"good_for-{number}": [good_for],
                f"reach-{number}": [reach],
            }
        return fields

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        """Returns whether nobody was named."""
        return not people_in(answer)

    def offer(self) -> Display:
        """Returns empty rows under the headings."""
        return Display(header=self.header(), rows=(("",) * 4,) * 3)

    @classmethod
    def header(cls) -> tuple[str, ...]:
        """Returns the names of the columns."""
        return (_("Who"), _("Kind of support"), _("Good for"), _("How to reach"))

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns a row for each person, and an empty one."""
        blank = Person("", (), "", "")
        return {
            "people": [
                PersonFields(person, choices(self.kinds, person.kinds), f"kind-{number}")
                for number, person in enumerate([*people_in(answer), blank])
            ]
        }

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns the people with the numbers to dial."""
        people = people_in(answer)
        return Display(
            header=cls.header(),
            rows=tuple((p.who, ", ".join(p.kinds), p.good_for, p.reach) for p in people),
            numbers=tuple(person.number for person in people),
        )

"""Steps in any order, each not now, thinking, doing or done; the author's and the reader's own.

The answer: ``{"steps": [{"text": str, "phase": str, "state": str, "when": str,
"why": str, "own": bool}, …]}``; untouched steps of the author's are left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbook.prompts import rows
from workbook.prompts.answers import Answer, plain, records, same, trimmed
from workbook.prompts.author_form import OPTIONS, QUESTION
from workbook.prompts.base import Prompt
from workbook.prompts.display import Display
from workbook.prompts.examples import ExampleSource
from workbook.prompts.source import Source, SourceLine, split_options

STATES: dict[str, Promise] = {
    "not now": gettext_lazy("Not now"),
    "thinking": gettext_lazy("Thinking"),
    "doing": gettext_lazy("Doing"),
    "done": gettext_lazy("Done"),
}
PHASE_KEY = re.compile(r"phase:\s*", re.IGNORECASE)
PHASE = re.compile(rf"{PHASE_KEY.pattern}(?P<name>.*\S)\s*", re.IGNORECASE)


FIELDS = ("step", "phase", "state", "when", "why", "own")
"""The names of one step's fields in the form, in the order of :class:`PlanStep`."""
TEXTS = ("text", "phase", "state", "when", "why")
"""The names of a stored step's texts, in the same order."""


class PlanStep(NamedTuple):
    """A step as the form shows it and the answer keeps it."""

    text: str
    phase: str = ""
    state: str = ""
    when: str = ""
    why: str = ""
    own: bool = False
    offered: bool = True

    @property
    def is_touched(self) -> bool:
        """Whether the reader has said anything about the step."""
        return bool(self.state or self.when or self.why)

    @property
    def key(self) -> tuple[str, str]:
        """The step's phase and text, normalized. Steps with equal ones are the same step."""
        return same(self.phase), same(self.text)


class Phase(NamedTuple):
    """Steps under one heading with their numbers in the form; the reader's own come last."""

    name: str
    steps: list[tuple[int, PlanStep]]
    is_own: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan(Prompt):
    """Steps in any order, each with how far along it is."""

    kind = "plan"
    about = "Steps in any order: not now, thinking, doing, done."
    asked_by = (
        QUESTION,
        replace(
            OPTIONS,
            label="The steps, one a line",
            help="A line such as 'phase: Look' begins a group of its own.",
            heading=PHASE_KEY.pattern,
        ),
    )

    steps: tuple[PlanStep, ...] = ()

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Reads the steps and their phases."""
        parts: list[tuple[str, int, list[SourceLine]]] = [("", source.line, [])]
        for line in source.body:
            if match := PHASE.fullmatch(line.text):
                parts.append((match["name"], line.number, []))
            else:
                parts[-1][2].append(line)
        question, options = split_options(parts[0][2])
        found = [(PlanStep(option.text), option.line) for option in options]
        for phase, number, lines in parts[1:]:
            rest, options = split_options(lines)
            if odd := [line for line in rest if line.text.strip()]:
                message = f"Under 'phase: {phase}' stand only steps, each starting with '- '."
                source.problem("B281", message, line=odd[0].number)
            if not options:
                message = f"'phase: {phase}' has no steps. Add some, or remove it."
                source.problem("B282", message, line=number)
            found += [(PlanStep(option.text, phase), option.line) for option in options]
        if not found:
            source.problem("B283", "A plan needs steps, each on a line that starts with '- '.")
        known: set[tuple[str, str]] = set()
        for step, number in found:
            if step.key in known:
                message = f"The step '{step.text}' is there twice. Make each different."
                source.problem("B211", message, line=number)
            known.add(step.key)
        return {"question_lines": question, "steps": tuple(step for step, _line in found)}

    @classmethod
    def read_lines(cls, line: SourceLine) -> Iterator[SourceLine]:
        """Yields a line as readers meet it: a phase's name stands apart, as a heading does."""
        match = PHASE_KEY.match(line.text)
        if match is None:
            yield line
            return
        # A phase is a heading, and stands apart from the steps above and below it.
        empty = SourceLine(line.number, "")
        name = " " * match.end() + line.text[match.end() :]
        yield from (empty, SourceLine(line.number, name), empty)

    def read(self, data: QueryDict) -> Answer:
        """Returns the steps that were touched or added."""
        posted = []
        for number in rows.numbers(data, FIELDS):
            given = (trimmed(data.get(f"{field}-{number}")) for field in FIELDS)
            text, phase, state, when, why, own = given
            state = state if state in STATES else ""
            posted.append(PlanStep(text, phase, state, when, why, own == "yes"))
        kept = [
            {name: value for name, value in step._asdict().items() if name != "offered"}
            for step in rows.rearrange(posted, data)
            if (step.text and step.own) or step.is_touched
        ]
        return rows.bounded("steps", kept)

    def example_fields(self, source: ExampleSource) -> Mapping[str, Sequence[str]]:
        """Returns the fields of steps with state, time and reason, one a line."""
        fields: dict[str, Sequence[str]] = {}
        by_words = {step.text: step for step in self.steps}
        form = "- The step -> doing | when | what for"
        for number, item in enumerate(source.listed(form)):
            words, rest = item.sides
            cells = [cell.strip() for cell in rest.split("|")]
            source.at_most(item, cells, 3)
            state, when, why = [*cells, "", ""][:3]
            text = source.known_or_own(item, words, by_words, "step")
            if not state and text:
                source.in_form(item, form)
            step = by_words.get(text) or PlanStep(words, own=True)
            state = source.known(item, state, STATES, "state") if state else ""
            values = (step.text, step.phase, state, when, why, "yes" if step.own else "")
            for field, value in zip(FIELDS, values, strict=True):
                fields[f"{field}-{number}"] = [value]
        return fields

    @classmethod
    def header(cls) -> tuple[str, ...]:
        """Returns the names of the columns in which a plan is read."""
        return (_("Step"), _("How far along"), _("When"), _("Why"))

    def offer(self) -> Display:
        """Returns the steps with places to fill in."""
        return Display(
            header=self.header(),
            rows=tuple((_in_phase(step), "", "", "") for step in self.steps),
        )

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns the steps by their phases, the reader's own last."""
        left = steps_in(answer)

        def take(wanted: PlanStep) -> PlanStep:
            """The reader's version of an author's step, wherever the author has moved it."""
            found = next((s for s in left if s.key == wanted.key), None) or next(
                (s for s in left if not s.own and same(s.text) == same(wanted.text)), None
            )
            if found is None:
                return wanted
            left.remove(found)
            return found._replace(text=wanted.text, phase=wanted.phase, own=False)

        offered = [take(step) for step in self.steps]
        gone = [step._replace(offered=False) for step in left if not step.own]
        own = [step for step in left if step.own]
        shown = [*offered, *gone]
        names = dict.fromkeys(step.phase for step in shown)
        numbers = count()

        def numbered(steps: Iterable[PlanStep]) -> list[tuple[int, PlanStep]]:
            return [(next(numbers), step) for step in steps]

        phases = [Phase(name, numbered(s for s in shown if s.phase == name)) for name in names]
        phases.append(Phase("", numbered([*own, PlanStep("", own=True)]), is_own=True))
        return {"phases": phases, "states": STATES}

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns the steps with how far along they are."""
        return Display(
            header=cls.header(),
            rows=tuple(
                (_in_phase(step), str(STATES.get(step.state, "")), step.when, step.why)
                for step in steps_in(answer)
            ),
        )


def _in_phase(step: PlanStep) -> str:
    return f"{step.phase}: {step.text}" if step.phase else step.text


def steps_in(answer: Answer) -> list[PlanStep]:
    """Returns the steps of a stored answer, whatever it really holds."""
    found = []
    for item in records(answer.get("steps")):
        text, phase, state, when, why = (plain(item.get(name)) for name in TEXTS)
        found.append(PlanStep(text, phase, state, when, why, own=item.get("own") is True))
    return [step for step in found if step.text or step.is_touched]

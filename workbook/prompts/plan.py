"""Steps in any order, each not now, thinking, doing or done; the author's and the reader's own.

The answer: ``{"steps": [{"text": str, "phase": str, "state": str, "when": str,
"why": str, "own": bool}, …]}``; untouched steps of the author's are left out.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbook.prompts import rows
from workbook.prompts.base import Answer, Display, Item, Prompt, plain, same
from workbook.prompts.source import split_options

if TYPE_CHECKING:
    from workbook.prompts.source import Line, Source

STATES: dict[str, Promise] = {
    "not now": gettext_lazy("Not now"),
    "thinking": gettext_lazy("Thinking about it"),
    "doing": gettext_lazy("Doing"),
    "done": gettext_lazy("Done"),
}
PHASE = re.compile(r"phase:\s*(?P<name>.*\S)\s*", re.IGNORECASE)


class Step(NamedTuple):
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
        return bool(self.state or self.when or self.why)


@dataclass(frozen=True, kw_only=True)
class Plan(Prompt):
    kind = "plan"

    steps: tuple[Step, ...] = ()

    @classmethod
    def parse_own(cls, source: "Source") -> dict[str, Any] | None:
        parts: list[tuple[str, list[Line]]] = [("", [])]
        for line in source.body:
            if match := PHASE.fullmatch(line.text):
                parts.append((match["name"], []))
            else:
                parts[-1][1].append(line)
        question, options = split_options(parts[0][1])
        steps = [Step(option.text) for option in options]
        for phase, lines in parts[1:]:
            rest, options = split_options(lines)
            if any(line.text.strip() for line in rest):
                source.problem(
                    "B281", f"Under 'phase: {phase}' stand only steps, each starting with '- '.",
                    line=rest[0].number,
                )  # fmt: skip
            if not options:
                source.problem("B282", f"'phase: {phase}' has no steps. Add some, or remove it.")
            steps += [Step(option.text, phase) for option in options]
        if not steps:
            source.problem("B283", "A plan needs steps, each on a line that starts with '- '.")
        keys = [(same(step.phase), same(step.text)) for step in steps]
        for step in {key for key in keys if keys.count(key) > 1}:
            source.problem("B211", f"The step '{step[1]}' is there twice. Make each different.")
        return {"question_lines": question, "steps": tuple(steps)}

    def read(self, data: QueryDict) -> Answer:
        steps = []
        for number in rows.numbers(data, "step"):
            step = Step(
                text=plain(data.get(f"step-{number}")).strip(),
                phase=plain(data.get(f"phase-{number}")).strip(),
                state=state if (state := plain(data.get(f"state-{number}"))) in STATES else "",
                when=plain(data.get(f"when-{number}")).strip(),
                why=plain(data.get(f"why-{number}")).strip(),
                own=data.get(f"own-{number}") == "yes",
            )
            if step.text and (step.own or step.is_touched):
                steps.append({k: v for k, v in step._asdict().items() if k != "offered"})
        return {"steps": steps}

    def offer(self) -> Display:
        return Display(items=tuple(Item(step.text, ticked=False) for step in self.steps))

    def fields(self, answer: Answer) -> dict[str, Any]:
        kept = {(same(step.phase), same(step.text)): step for step in steps_in(answer)}
        offered = [
            kept.pop((same(step.phase), same(step.text)), step)._replace(offered=True, own=False)
            for step in self.steps
        ]
        rest = [step._replace(offered=step.own) for step in kept.values()]
        return {"steps": [*offered, *rest, Step("", own=True)], "states": STATES}

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        return Display(
            header=(_("Step"), _("Where it stands"), _("When"), _("Why")),
            rows=tuple(
                (step.text, str(STATES.get(step.state, "")), step.when, step.why)
                for step in steps_in(answer)
            ),
        )


def steps_in(answer: Answer) -> list[Step]:
    """The steps of a stored answer, whatever it really holds."""
    value = answer.get("steps")
    found = [
        Step(
            **{name: plain(item.get(name)) for name in ("text", "phase", "state", "when", "why")},
            own=item.get("own") is True,
        )
        for item in (value if isinstance(value, list) else [])
        if isinstance(item, dict)
    ]
    return [step for step in found if step.text]

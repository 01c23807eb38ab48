"""Options to pick one from. The answer is that of ``pick any``, with at most one chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from workbook.prompts import chart
from workbook.prompts.answers import Answer, plain, same, texts
from workbook.prompts.base import Dated
from workbook.prompts.kinds.pick_any import PickAny


@dataclass(frozen=True, kw_only=True)
class PickOne(PickAny):
    """Options, of which one can be picked."""

    kind = "pick one"
    about = "One of a few answers."
    is_joinable = False
    single = True

    @property
    def then_and_now(self) -> str:
        """The template that draws picks over days, where it is asked again and again."""
        # What is picked once says who someone is or what they need; only what the author asks
        # again and again is about time.
        return "prompts/_over_days.html" if self.repeat else ""

    def read(self, data: QueryDict) -> Answer:
        """Returns the last of what was picked, and the own words."""
        answer = super().read(data)
        return {**answer, "chosen": answer["chosen"][-1:]}

    def look_back(self, entries: Sequence[Dated]) -> chart.Chart | None:
        """Returns a lane for each option in the author's order, then for what is no longer offered.

        Words of the reader's own stand on the lane of the option that asked for them.
        """
        given = [(entry.day, label) for entry in entries if (label := _label(entry.answer))]
        names = {same(label): label for label in (*self.options, self.own_label) if label}
        for _day, label in given:
            names.setdefault(same(label), label)
        return chart.draw_lanes(
            [(day, names[same(label)]) for day, label in given], tuple(names.values())
        )


def _label(answer: Answer) -> str:
    chosen = texts(answer.get("chosen"))
    if chosen:
        return chosen[-1]
    return plain(answer.get("own_label")) if plain(answer.get("own")) else ""

"""Options to pick one from. The answer is that of ``pick any``, with at most one chosen."""

from dataclasses import dataclass

from django.http import QueryDict

from workbook.prompts.answers import Answer
from workbook.prompts.pick_any import PickAny


@dataclass(frozen=True, kw_only=True)
class PickOne(PickAny):
    kind = "pick one"
    single = True

    def read(self, data: QueryDict) -> Answer:
        answer = super().read(data)
        return {**answer, "chosen": answer["chosen"][-1:]}

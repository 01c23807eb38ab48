"""The reader's own earlier answer, shown again where it helps, with the way to change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbook.prompts.base import Recalled, Shown


@dataclass(frozen=True, kw_only=True)
class Recall(Shown):
    """An earlier answer, shown again."""

    kind = "recall"
    may_be_empty = True
    target_is = "prompt"
    shows = {"target": ()}

    def context(self, answers: Mapping[str, Recalled]) -> dict[str, Any]:
        """Returns the answer that is shown again, if there is one."""
        return {"recalled": answers.get(self.target)}

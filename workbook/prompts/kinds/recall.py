"""The reader's own earlier answer, shown again where it helps, with the way to change it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from workbook.prompts.base import Recalled, Reference, Shown
from workbook.prompts.source import Source


@dataclass(frozen=True, kw_only=True)
class Recall(Shown):
    kind = "recall"
    may_be_empty = True
    takes_target = True

    target: str = ""

    @classmethod
    def parse(cls, source: Source) -> Self | None:
        target = source.target("prompt")
        block = super().parse(source)
        return replace(block, target=target) if block and target else None

    def references(self) -> tuple[Reference, ...]:
        return (Reference(self.target, self.line),)

    def needs(self) -> tuple[str, ...]:
        return (self.target,)

    def context(self, answers: Mapping[str, Recalled]) -> dict[str, Any]:
        return {"recalled": answers.get(self.target)}

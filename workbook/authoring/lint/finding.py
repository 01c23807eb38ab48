"""What the linter has to say about one place in a text."""

from dataclasses import dataclass

from workbook.chapters.codes import HARMLESS
from workbook.prompts.problems import Problem

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, order=True)
class Finding(Problem):
    """A :class:`Problem` with its weight.

    Attributes:
        severity: "error" stops publishing, "warning" advises.
        is_draft: it stands in a chapter that isn't published yet, so it stops nothing.
        allowed: the author's reason for leaving it so, from an override; "" without one.
        whole: it is about the whole file, wherever it points.
    """

    severity: str = ERROR
    is_draft: bool = False
    allowed: str = ""
    whole: bool = False

    @classmethod
    def of(cls, problem: Problem, *, is_draft: bool) -> "Finding":
        """Returns a finding that says what the compiler said."""
        severity = WARNING if problem.code in HARMLESS else ERROR
        said = (problem.path, problem.line, problem.col, problem.code, problem.message)
        return cls(*said, severity, is_draft)

    @property
    def stops(self) -> bool:
        """Whether the text can't be published like this."""
        return self.severity == ERROR and not self.is_draft and not self.allowed

"""How the chapters package reports problems, and which of them a text is served with.

What each code means is listed in docs/authoring.md. Codes starting with B2 and B3 belong to the
kinds of block (:mod:`workbook.prompts`). The rules about wording and safety are the linter's and
have codes of their own.

A chapter with a problem is left out of the site and the others are served, except for
:data:`TOLERATED`.
"""

from collections.abc import Callable, Iterable

from workbook.prompts.problems import Problem

Report = Callable[[int, int, str, str], None]
"""Takes the line and column of a problem, its code and its message."""


def reporter(path: str, problems: list[Problem]) -> Report:
    """Returns a function that adds problems of one file to a list."""

    def report(line: int, col: int, code: str, message: str) -> None:
        problems.append(Problem(path, line, col, code, message))

    return report


class CodedError(LookupError):
    """An author named something that is not there.

    Attributes:
        code: one of those listed in docs/authoring.md.
        message: what the author is told.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


TOLERATED = frozenset({"B204"})
"""Problems that leave a *draft* readable: a prompt that has no id yet (it can't be answered)."""

HARMLESS = frozenset({"K104"})
"""Problems that leave the chapter readable whatever its status: nothing is lost or mixed up."""


def any_fatal(problems: Iterable[Problem], *, draft: bool) -> bool:
    """Says whether a text with these problems is left out of the site."""
    borne = HARMLESS | TOLERATED if draft else HARMLESS
    return any(problem.code not in borne for problem in problems)

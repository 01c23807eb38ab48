"""Every rule of the linter (``rules.toml``), and where the compiler's own codes belong.

The numbers are those of the rules as the project's authors agreed on them; letters tell apart what
one rule looks at. Rules that need only a list of phrases are in ``words.toml``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbook.authoring.lint.finding import WARNING


@dataclass(frozen=True)
class LintRule:
    """One thing the linter looks at.

    Attributes:
        severity: "error" stops publishing, "warning" advises.
        says: the rule in a line.
        message: what an author reads where it is broken, with names in braces to be filled in.
        wording: an error that is a matter of words, so an author may give a reason against it.
        ours: an error only in the workbook Alongside itself; in other books it advises.
    """

    severity: str
    says: str
    message: str = ""
    wording: bool = False
    ours: bool = False

    @property
    def may_be_allowed(self) -> bool:
        """Whether an author may give a reason for leaving it so."""
        return self.severity == WARNING or self.wording


FILE = Path(__file__).with_name("rules.toml")
RULES: Mapping[str, LintRule] = {
    code: LintRule(**rule) for code, rule in tomllib.loads(FILE.read_text("utf-8")).items()
}
"""The rules by their codes."""

COMPILER: Mapping[str, int] = {
    **dict.fromkeys(("B101", "B202", "B204", "B205", "K101", "K102"), 11),
    **dict.fromkeys(("L121", "L122", "L123", "L124", "L108", "H104"), 18),
    "B231": 19,
    **dict.fromkeys(("L101", "L102", "L103", "L104", "L105", "K105", "K106"), 20),
    **{f"B30{number}": 20 for number in range(1, 10)},
}
"""Rules that the compiler keeps, by its own codes. Its other codes are about the file's form."""


def number(code: str) -> int:
    """Returns which of the twenty rules a code belongs to; 0 for a file's form and overrides."""
    return int(code[1:3]) if code in RULES else COMPILER.get(code, 0)

"""Crisis lines in the middle of a chapter, out of the one list of them."""

from dataclasses import dataclass
from typing import Any

from workbook.crisis.lines import CrisisLine
from workbook.crisis.loader import help_lines
from workbook.prompts.base import Shown
from workbook.prompts.source import Source

USUAL = ("lifeline", "emergency")


@dataclass(frozen=True, kw_only=True)
class Help(Shown):
    """Crisis lines in the middle of a text."""

    kind = "help"
    role = "help"
    keys = {"title": "words above the lines", "lines": "which lines, such as 'lifeline, warmlines'"}

    may_be_empty = True

    line_keys: tuple[str, ...] = USUAL

    @property
    def lines(self) -> list[CrisisLine]:
        """The lines as they are now: an operator may swap one at any time."""
        return [help_lines().line(key) for key in self.line_keys]

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any]:
        """Reads which lines are shown."""
        wanted = source.listed("lines", ",") or USUAL
        known = {line.key for line in help_lines().lines}
        for key in wanted:
            if key not in known:
                message = f"There is no crisis line called '{key}'. Use the names in help.toml."
                source.problem("B241", message, key="lines", word=key, known=known)
        return {"line_keys": tuple(key for key in wanted if key in known)}

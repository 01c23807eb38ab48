"""What an author filled in as an example, before the kind of its question reads it."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workbook.prompts.answers import same
from workbook.prompts.problems import did_you_mean

ARROW = re.compile(r"\s*(?:->|→|=>)\s*")
NEARLY = 0.88
"""How alike two texts are (difflib's ratio) of which one is most likely a slip of the other."""

Tell = Callable[[int, str, str], None]
"""Takes a line, a code and a message."""


class ExampleItem(NamedTuple):
    """One line of the list that an example is written as, with what is indented under it."""

    text: str
    line: int

    @property
    def cells(self) -> list[str]:
        """The line's parts between bars; empty ones stay, so that the others keep their place."""
        return [cell.strip() for cell in self.text.split("|")]

    @property
    def sides(self) -> tuple[str, str]:
        """What stands before and behind the line's arrow; ("all of it", "") without one."""
        before, *behind = ARROW.split(self.text, maxsplit=1)
        return before.strip(), behind[0].strip() if behind else ""


@dataclass(frozen=True)
class ExampleSource:
    """An example as an author wrote it: what a kind's ``example_fields`` is given.

    Attributes:
        line: where the example opens.
        text: all of it as plain text, for kinds that are answered in words.
        items: the lines of its list, for all others.
        tell: where problems go.
    """

    line: int
    text: str
    items: tuple[ExampleItem, ...]
    tell: Tell

    def problem(self, item: ExampleItem | None, code: str, message: str) -> None:
        """Tells the author of a problem with one line, or with the example as a whole."""
        self.tell(item.line if item else self.line, code, message)

    def listed(self, what: str) -> Sequence[ExampleItem]:
        """Returns the items; none is a problem, told with ``what``, which shows such an item."""
        if not self.items:
            message = f"The answers of this question are filled in as a list, such as '{what}'."
            self.problem(None, "B335", message)
        return self.items

    def known(self, item: ExampleItem, given: str, known: Iterable[str], what: str) -> str:
        """Returns the spelling that the question has for what was given.

        It is "", and a problem, where the question has nothing like it. ``what`` is the word for
        one of ``known``: "option", "step".
        """
        spellings = {same(one): one for one in known}
        if found := spellings.get(same(given)):
            return found
        hint = did_you_mean(same(given), spellings) or f" There are: {', '.join(spellings)}."
        message = f"'{given[:60]}' is no {what} of this question. Use its exact words.{hint}"
        self.problem(item, "B333", message)
        return ""

    def known_or_own(self, item: ExampleItem, given: str, known: Iterable[str], what: str) -> str:
        """Returns the question's spelling of what was given, "" for words of the reader's own.

        Only what is nearly one of ``known``, and so most likely a slip, is a problem.
        """
        spellings = {same(one): one for one in known}
        if difflib.get_close_matches(same(given), spellings, n=1, cutoff=NEARLY):
            return self.known(item, given, spellings.values(), what)
        return ""

    def in_form(self, item: ExampleItem, form: str) -> None:
        """Tells the author that a line isn't in the form that its question needs."""
        self.problem(item, "B335", f"A line of this example looks like '{form}'. Change this one.")

    def one_too_many(self, item: ExampleItem) -> None:
        """Tells the author of a second line where the question takes one."""
        self.problem(item, "B335", "One answer can be given here. Keep one line.")

    def at_most(self, item: ExampleItem, cells: Sequence[str], most: int) -> None:
        """Tells the author of a line with more parts than the question takes."""
        if len(cells) > most:
            message = (
                f"This line has {len(cells)} parts, and the question takes {most}. "
                "Between two parts stands one '|'."
            )
            self.problem(item, "B334", message)

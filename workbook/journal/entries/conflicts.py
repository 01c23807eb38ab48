"""Two versions of one entry, side by side, for their writer to choose between."""

from typing import NamedTuple

from django.utils.safestring import SafeString

from workbook.journal.entries.comparing import compared, marked
from workbook.journal.entries.content import Written
from workbook.journal.entries.merging import CantJoin, joined
from workbook.journal.entries.versions import Earlier
from workbook.prompts.registry import as_text


class Choice(NamedTuple):
    """What stands now, and another version of it.

    Attributes:
        now_html, then_html: their words, escaped, with what only one of them has marked.
        can_join: whether both can stand in one answer.
    """

    now: Written
    then: Earlier
    now_html: SafeString
    then_html: SafeString
    can_join: bool

    @property
    def is_same(self) -> bool:
        """Whether both say the same, so that there is nothing to choose."""
        return self.now.answer == self.then.answer and self.now.title == self.then.title


def choice_between(now: Written, then: Earlier) -> Choice:
    """Compares what stands now with another version of it."""
    left, right = compared(text_of(now), text_of(then))
    try:
        can_join = now.kind == then.kind
        joined(now.kind, now.answer, then.answer)
    except CantJoin:
        can_join = False
    return Choice(now, then, marked(left), marked(right), can_join)


def text_of(written: Written) -> str:
    """Returns an entry's words as they are compared and searched."""
    return with_title(as_text(written.kind, written.answer), written.title)


def with_title(words: str, title: str) -> str:
    """Returns words under their title, where they have one."""
    return f"{title}\n\n{words}" if title else words

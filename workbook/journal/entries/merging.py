"""Two answers as one, where a kind allows both to stand."""

from typing import Any

from workbook.prompts.answers import Answer
from workbook.prompts.registry import answered_kind


class CantJoin(Exception):
    """Two answers can't stand in one: their reader has to choose between them."""


def joined(kind: str, first: Answer, second: Answer) -> Answer:
    """Returns everything that either says, the first one's words before the second one's.

    Raises CantJoin.
    """
    known = answered_kind(kind)
    if known is None or not known.can_join(first, second):
        raise CantJoin
    both: Answer = _both(first, second)
    return both


def _both(first: Any, second: Any) -> Any:
    if first == second or second in (None, "", [], {}):
        return first
    if first in (None, "", [], {}):
        return second
    if isinstance(first, str) and isinstance(second, str):
        if second in first or first in second:
            return first if second in first else second
        return f"{first.rstrip()}\n\n{second.lstrip()}"
    if isinstance(first, list) and isinstance(second, list):
        return first + [item for item in second if item not in first]
    if isinstance(first, dict) and isinstance(second, dict):
        return {key: _both(first.get(key), second.get(key)) for key in first | second}
    raise CantJoin

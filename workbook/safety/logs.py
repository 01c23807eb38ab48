"""What a log may say: what kind of thing went wrong and where, never with which words."""

import logging
import traceback
from types import TracebackType

DEEPEST = 8
"""How many places of a trace are told, the innermost ones."""


def type_and_place(error: BaseException | None, trace: TracebackType | None) -> str:
    """Such as ``ValueError at workbook/journal/writing.py:88 in write``; a chain from the inside.

    An exception's own text is left out, and so are the lines of source: either may quote what
    somebody wrote.
    """
    frames = traceback.extract_tb(trace)[-DEEPEST:]
    places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    told = f"{type(error).__name__} at " + " < ".join(reversed(places or ["an unknown place"]))
    cause = error.__cause__ or error.__context__ if error else None
    return f"{told}; from {type_and_place(cause, cause.__traceback__)}" if cause else told


class TypeAndPlaceFilter(logging.Filter):
    """Replaces an exception by its type and place, and drops the request that came with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.exc_info, tuple):
            _type, error, trace = record.exc_info
            record.msg = f"{record.getMessage()}: {type_and_place(error, trace)}"
            record.args = ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True

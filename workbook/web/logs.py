"""What a log may say: what kind of thing went wrong and where, never with which words."""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

DEEPEST = 8
"""How many places of a trace are told, the innermost ones."""


def type_and_place(error: BaseException | None, trace: TracebackType | None) -> str:
    """Says what went wrong where, such as ``ValueError at workbook/vault/rows.py:88 in open``; a
    chain goes from the inside.

    An exception's own text is left out, and so are the lines of source: either may quote what
    somebody wrote.
    """
    frames = traceback.extract_tb(trace)[-DEEPEST:]
    places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    told = f"{type(error).__name__} at " + " < ".join(reversed(places or ["an unknown place"]))
    cause = error.__cause__ or error.__context__ if error else None
    return f"{told}; from {type_and_place(cause, cause.__traceback__)}" if cause else told


class TypeAndPlaceFilter(logging.Filter):
    """Replaces an exception by its type and place, and an address by the route that it took."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes a record so that it quotes nothing, and lets it pass."""
        said = record.getMessage()
        if record.name.startswith("django.security"):
            # Such a record is the text of its error, which quotes what was sent.
            said = "A request was refused"
        request = getattr(record, "request", None)
        if request is not None and (path := getattr(request, "path", "")):
            # Django escapes what stands in an address before it says it.
            for shape in (path, path.encode("unicode_escape").decode("ascii")):
                said = said.replace(shape, route_of(request))
        if isinstance(record.exc_info, tuple):
            _type, error, trace = record.exc_info
            said = f"{said}: {type_and_place(error, trace)}"
        # A record is one line: nothing that was sent may look like another record.
        record.msg, record.args = "\\n".join(said.splitlines()), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def route_of(request: Any) -> str:
    """Returns the pattern that an address took, as ``books/<book>/``; never what stood in it."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "no such address"


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object: ``at`` (ISO 8601, UTC), ``level``, ``logger``,
    ``message``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Returns the record as a line."""
        at = datetime.fromtimestamp(record.created, UTC)
        return json.dumps(
            {
                "at": at.isoformat(timespec="milliseconds"),
                "level": record.levelname,
                "logger": record.name,
                "message": record.getMessage(),
            },
            ensure_ascii=False,
        )

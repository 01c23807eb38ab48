"""Going through a whole journal takes seconds of work: one at a time in each process.

A process answers a few requests at once. If all of them were busy with somebody's whole journal, or
waited for phones that load slowly, nobody would get a page of help from it meanwhile.
"""

import threading
import time
from collections.abc import Iterator
from itertools import chain
from types import TracebackType
from typing import Self

LEASE = 20.0
"""Seconds without a sign of life after which a turn is over: its reader may have gone for good."""
ENOUGH = 4 * 1024 * 1024
"""Bytes to make before anything is sent. Nearly every journal is done by then, and a finished one
keeps no thread waiting for whoever loads it."""

_lock = threading.Lock()
_now: "Turn | None" = None


class NotNow(Exception):
    """Somebody else's journal is being gone through."""


class Turn:
    """Held by one at a time. Raises NotNow when it can't be taken."""

    renewed: float

    def __init__(self) -> None:
        global _now
        with _lock:
            if _now is not None and time.monotonic() - _now.renewed < LEASE:
                raise NotNow
            self.renewed = time.monotonic()
            _now = self

    def renew(self) -> None:
        self.renewed = time.monotonic()

    def end(self) -> None:
        global _now
        with _lock:
            if _now is self:
                _now = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()


def begun(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """The first :data:`ENOUGH` bytes or more, and whether that was all."""
    found, size = [], 0
    for part in parts:
        found.append(part)
        size += len(part)
        if size >= ENOUGH:
            return b"".join(found), False
    return b"".join(found), True


class SentInTurn:
    """What is too large to be finished first: its turn ends with its last piece, or when closed.

    Not a generator, which hears nothing of being closed before its first piece was asked for.
    """

    def __init__(self, turn: Turn, start: bytes, rest: Iterator[bytes]) -> None:
        self._turn = turn
        self._pieces = chain([start], rest)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        self._turn.renew()
        try:
            return next(self._pieces)
        except BaseException:
            self._turn.end()
            raise

    def close(self) -> None:
        self._turn.end()

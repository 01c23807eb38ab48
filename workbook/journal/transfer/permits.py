"""Going through a whole journal takes seconds of work: one at a time in each process.

A process answers a few requests at once. If all of them were busy with somebody's whole journal, or
waited for phones that load slowly, nobody would get a page of help from it meanwhile.
"""

import threading
import time
from collections.abc import Iterable, Iterator

LEASE = 20.0
"""Seconds without a sign of life after which a permit is over: its reader may have gone."""
ENOUGH = 4 * 1024 * 1024
"""Bytes to make before anything is sent. Nearly every journal is done by then, and a finished one
keeps no thread waiting for whoever loads it."""

_lock = threading.Lock()
_held: "WholeJournalPermit | None" = None


class NotNow(Exception):
    """Somebody else's journal is being gone through."""


class WholeJournalPermit:
    """Held by one at a time, until it is closed. Raises NotNow when it can't be had."""

    renewed: float

    def __init__(self) -> None:
        global _held
        with _lock:
            if _held is not None and time.monotonic() - _held.renewed < LEASE:
                raise NotNow
            self.renewed = time.monotonic()
            _held = self

    def renew(self) -> None:
        """Gives a sign of life."""
        self.renewed = time.monotonic()

    def close(self) -> None:
        """Gives the permit back, if it is still this one's."""
        global _held
        with _lock:
            if _held is self:
                _held = None


def begun(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """Returns the first :data:`ENOUGH` bytes or more, and whether that was all."""
    found, size = [], 0
    for part in parts:
        found.append(part)
        size += len(part)
        if size >= ENOUGH:
            return b"".join(found), False
    return b"".join(found), True


class SentWithPermit:
    """What is too large to be finished first: its permit ends with its last piece, or when closed.

    Not a generator, which hears nothing of being closed before its first piece was asked for.
    """

    def __init__(self, permit: WholeJournalPermit, pieces: Iterable[bytes]) -> None:
        self._permit, self._pieces = permit, pieces
        self.close = permit.close

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._pieces:
                self._permit.renew()
                yield piece
        finally:
            self.close()

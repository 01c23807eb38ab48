"""A zip that is packed while it is being sent: never on a disk, and never whole in memory."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple

CHUNK = 32 * 1024
"""Bytes to gather before they are sent on."""
LEVEL = 3
"""Of compression: a tenth larger than the usual 6 for half its time, which others wait for."""


class Member(NamedTuple):
    """One file of the zip: its name and its bytes, in parts of any size."""

    name: str
    parts: Iterable[bytes]


class _Pipe:
    """What a ZipFile writes into and a response reads from. Without ``tell``: it can't go back."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Takes in what is written."""
        self.waiting.extend(data)
        return len(data)

    def flush(self) -> None:
        """Does nothing: what is written waits to be taken."""

    close = flush

    def take(self) -> bytes:
        """Returns what was written since the last time."""
        data = bytes(self.waiting)
        self.waiting.clear()
        return data


def packed(members: Iterable[Member]) -> Iterator[bytes]:
    """Yields the zip of some files, in chunks.

    It is only whole once its last chunk has arrived: when anything fails on the way, what was sent
    so far is no zip, and nobody takes it for one.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, parts in members:
            with archive.open(name, "w") as file:
                for part in parts:
                    file.write(part)
                    if len(pipe.waiting) >= CHUNK:
                        yield pipe.take()
    yield pipe.take()

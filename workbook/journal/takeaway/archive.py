"""A zip that is packed while it is being sent: never on a disk, and never whole in memory."""

import datetime
import zipfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple

CHUNK = 32 * 1024
"""Bytes to gather before they are sent on."""


class Member(NamedTuple):
    """One file of the zip: its name and its bytes, in parts of any size."""

    name: str
    parts: Iterable[bytes]


class _Pipe:
    """What a ZipFile writes into and a response reads from. Without ``tell``: it can't go back."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> bytes:
        data = b"".join(self._waiting)
        self._waiting, self.size = [], 0
        return data


def packed(members: Iterable[Member], made_at: datetime.datetime) -> Iterator[bytes]:
    """The zip of some files, in chunks.

    It is only whole once its last chunk has arrived: when anything fails on the way, what was sent
    so far is no zip, and nobody takes it for one.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, parts in members:
            info = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16  # For its owner only, where it is unpacked.
            with archive.open(info, "w") as file:
                for part in parts:
                    file.write(part)
                    if pipe.size >= CHUNK:
                        yield pipe.take()
    yield pipe.take()

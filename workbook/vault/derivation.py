"""Derives a key of 32 bytes from a password, by Argon2id, one at a time in each process.

A worker has few threads and little memory, and one derivation takes a quarter of a second and
64 MiB. So one runs, a few wait, and whoever comes then is told to try again (:class:`TooBusy`);
a thread always stays free for the page with the crisis lines.
"""

import struct
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple, Self

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from django.conf import settings

from workbook.vault.sealing import KEY_BYTES, Damaged

WAITING = 2
"""Derivations that may wait: with the one that runs, one less than a process has permits."""
PATIENCE = 5.0
"""Seconds that a derivation waits for its turn, at the most."""

_places = threading.BoundedSemaphore(1 + WAITING)
_running = threading.Lock()

_HEADER = struct.Struct(">IBBB")  # memory in KiB, passes, lanes, length of the salt


class TooBusy(Exception):
    """Too many passwords are being checked. Nothing was tried; trying again soon works."""


class Recipe(NamedTuple):
    """The salt and the costs with which Argon2id made a password into a key.

    A recipe is kept beside what its key opens.
    """

    salt: bytes
    memory_kib: int
    passes: int
    lanes: int

    @classmethod
    def current(cls, salt: bytes) -> Self:
        """Returns a recipe with this salt and today's costs (``settings.VAULT_ARGON2``)."""
        return cls(salt, *settings.VAULT_ARGON2)

    @property
    def costs(self) -> tuple[int, int, int]:
        """The recipe's memory in KiB, its passes and its lanes."""
        return self[1:]

    def pack(self) -> bytes:
        """Returns the recipe as bytes, to stand before what its key opens."""
        return _HEADER.pack(*self.costs, len(self.salt)) + self.salt

    @classmethod
    def unpack(cls, packed: bytes) -> tuple[Self, bytes]:
        """Returns the recipe at the start of ``packed``, and the bytes after it. Raises Damaged."""
        if len(packed) < _HEADER.size:
            raise Damaged("A recipe is cut short.")
        memory_kib, passes, lanes, salt_bytes = _HEADER.unpack_from(packed)
        end = _HEADER.size + salt_bytes
        return cls(packed[_HEADER.size : end], memory_kib, passes, lanes), packed[end:]


_remembered: ContextVar[dict[tuple[bytes, Recipe], bytes] | None] = ContextVar(
    "remembered", default=None
)


@contextmanager
def deriving_once() -> Iterator[None]:
    """Lets a password and a recipe cost one derivation within this block, however often they come.

    The hash and the key slot of a password share a recipe, so signing in, signing up and changing a
    password take half the time. That gives nothing to a thief, who would attack only one of them.
    """
    if _remembered.get() is not None:
        yield
        return
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def derive(password: str | bytes, recipe: Recipe) -> bytes:
    """Returns the key that a recipe makes of a password: 32 bytes. Raises TooBusy."""
    # The same word typed on two keyboards can be composed differently (NIST SP 800-63B: NFKC).
    if isinstance(password, str):
        password = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    memory = _remembered.get()
    if memory is not None and (root := memory.get((password, recipe))):
        return root
    with _one_at_a_time():
        try:
            root = hash_secret_raw(
                password,
                recipe.salt,
                time_cost=recipe.passes,
                memory_cost=recipe.memory_kib,
                parallelism=recipe.lanes,
                hash_len=KEY_BYTES,
                type=Type.ID,
            )
        except HashingError:  # The machine has no 64 MiB to spare at this moment.
            root = b""
    if not root:
        raise TooBusy
    if memory is not None:
        memory[password, recipe] = root
    return root


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise TooBusy
    try:
        if not _running.acquire(timeout=PATIENCE):
            raise TooBusy
        try:
            yield
        finally:
            _running.release()
    finally:
        _places.release()

"""A person's open data keys: what seals and opens their rows while they are here."""

import hmac
import json
from collections.abc import Mapping
from typing import Any, NoReturn, Self
from uuid import UUID

from workbook.vault import sealing
from workbook.vault.sealing import KEY_BYTES, Closed, Damaged

TAG_BYTES = 16
MOST_TAGS = 1000
"""Tags that a keyring remembers: those of one book and more."""


class Keyring:
    """Data keys of one person, oldest first; the last is current and seals what is new.

    Lives in memory for one request. It shows nothing of the keys and refuses to be pickled, so
    that no cache, log or queue can hold it.
    """

    __slots__ = ("_extracted", "_keys", "_known_tags", "_tag_keys", "user_id")

    def __init__(self, user_id: UUID, keys: Mapping[UUID, bytes]) -> None:
        if not keys:
            raise ValueError("A keyring holds at least one key.")
        self.user_id = user_id
        self._keys = dict(keys)
        # A page opens many rows and makes many tags: what they share is derived once.
        self._extracted: dict[UUID, bytes] = {}
        self._tag_keys: dict[UUID, bytes] = {}
        self._known_tags: dict[tuple[str, ...], list[bytes]] = {}

    def __repr__(self) -> str:
        return f"<Keyring with {len(self._keys)} keys>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A keyring can't be copied or pickled.")

    @property
    def held(self) -> tuple[UUID, ...]:
        """The ids of the data keys, oldest first."""
        return tuple(self._keys)

    @property
    def current_id(self) -> UUID:
        """The id of the newest data key, which seals what is new."""
        return self.held[-1]

    def seal(self, kind: str, ident: UUID, revision: int, payload: dict[str, Any]) -> bytes:
        """Returns a JSON object sealed under the current data key, for one revision of one row.

        Args:
            kind: of row, such as ``journal.entry``; with ``ident`` and ``revision`` it must be
                given again to open what was sealed.
        """
        # surrogatepass: half of an emoji can't be encoded otherwise, and the error would quote it.
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        key, context = self._row_key(kind, self.current_id, ident, revision)
        return sealing.seal(key, sealing.pad(text.encode("utf-8", "surrogatepass")), *context)

    def open(
        self, kind: str, ident: UUID, data_key_id: UUID, revision: int, sealed: bytes
    ) -> dict[str, Any]:
        """Returns the JSON object that :meth:`seal` was given.

        Raises:
            Closed: when the data key isn't held.
            Damaged: when the seal is broken, or was made for another place.
        """
        key, context = self._row_key(kind, data_key_id, ident, revision)
        text = sealing.unpad(sealing.open_sealed(key, sealed, *context))
        try:
            payload: dict[str, Any] = json.loads(text.decode("utf-8", "surrogatepass"))
        except ValueError:
            payload = {}
        # Raised out here, because the error above carries the text it could not read.
        if not isinstance(payload, dict) or (not payload and text != b"{}"):
            raise Damaged("A sealed row holds something else than a JSON object.")
        return payload

    def tag(self, purpose: str, *parts: str) -> bytes:
        """Returns 16 bytes that stand for ``parts``: the same each time, meaningless without the
        key.
        """
        return self._tag(self.current_id, purpose, parts)

    def tags(self, purpose: str, *parts: str) -> list[bytes]:
        """Returns the tags of ``parts`` under every key held, the current one first: what to look
        for.
        """
        known = self._known_tags.get((purpose, *parts))
        if known is None:
            known = [self._tag(key_id, purpose, parts) for key_id in reversed(self.held)]
            if len(self._known_tags) == MOST_TAGS:
                self._known_tags.clear()
            self._known_tags[purpose, *parts] = known
        return known

    def data_key(self, key_id: UUID) -> bytes:
        """Returns the secret itself, for key slots only. Raises Closed."""
        try:
            return self._keys[key_id]
        except KeyError:
            raise Closed("This part of the journal is closed: its key isn't held.") from None

    def pack(self) -> bytes:
        """Returns every key as bytes, for a session to seal: (id, key) each, oldest first."""
        return b"".join(key_id.bytes + key for key_id, key in self._keys.items())

    @classmethod
    def unpack(cls, user_id: UUID, packed: bytes) -> Self:
        """Makes a keyring again of what :meth:`pack` gave."""
        size = 16 + KEY_BYTES
        pairs = [packed[start : start + size] for start in range(0, len(packed), size)]
        return cls(user_id, {UUID(bytes=pair[:16]): pair[16:] for pair in pairs})

    def _row_key(
        self, kind: str, key_id: UUID, ident: UUID, revision: int
    ) -> tuple[bytes, tuple[bytes, ...]]:
        """The key of one row, and the context that ties it to its place."""
        if key_id not in self._extracted:
            self._extracted[key_id] = sealing.extract(self.data_key(key_id))
        row_id = ident.bytes
        count = revision.to_bytes(8, "big")
        context = (kind.encode(), self.user_id.bytes, key_id.bytes, row_id, count)
        return sealing.expand(self._extracted[key_id], "row", row_id), context

    def _tag(self, key_id: UUID, purpose: str, parts: tuple[str, ...]) -> bytes:
        if key_id not in self._tag_keys:
            self._tag_keys[key_id] = sealing.derive_key(self._keys[key_id], "tag")
        encoded = (part.encode("utf-8", "surrogatepass") for part in parts)
        text = sealing.join(purpose.encode(), *encoded)
        return hmac.digest(self._tag_keys[key_id], text, "sha256")[:TAG_BYTES]

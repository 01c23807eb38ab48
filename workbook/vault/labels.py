"""What a person calls a browser or device of theirs: sealed, because it may say whose or where."""

from uuid import UUID

from workbook.vault import sealing
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import VaultError

_ID_BYTES = 16


def seal_label(keyring: Keyring, label: str) -> bytes:
    """Seals a label under the current data key. Layout: data key id (16 bytes) ‖ sealed."""
    key_id = keyring.current_id
    text = sealing.pad(label.encode("utf-8", "surrogatepass"))
    return key_id.bytes + sealing.seal(_key(keyring, key_id), text, *_context(keyring, key_id))


def open_label(keyring: Keyring, sealed: bytes | memoryview | None) -> str:
    """Returns a sealed label; "" where there is none or it can't be read: it is only a name."""
    packed = bytes(sealed or b"")
    if len(packed) <= _ID_BYTES:
        return ""
    key_id = UUID(bytes=packed[:_ID_BYTES])
    try:
        key, context = _key(keyring, key_id), _context(keyring, key_id)
        text = sealing.unpad(sealing.open_sealed(key, packed[_ID_BYTES:], *context))
    except VaultError:
        return ""
    return text.decode("utf-8", "surrogatepass")


def _key(keyring: Keyring, key_id: UUID) -> bytes:
    return sealing.derive_key(keyring.data_key(key_id), "label")


def _context(keyring: Keyring, key_id: UUID) -> tuple[bytes, ...]:
    return b"label", keyring.user_id.bytes, key_id.bytes

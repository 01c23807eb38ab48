"""The vault: the only package that knows cryptography.

Each person's rows are sealed under a data key of their own. It exists in the clear only inside a
:class:`Keyring`, for the length of a request of someone who entered; at rest it is wrapped in key
slots, each under a secret of the person's, inside an outer wrapping under the server's keys.

Read in this order: ``sealing``, ``server_keys``, ``derivation``, ``keyring``, ``rows``, ``slots``,
``passwords``, ``spare_keys``, ``sessions``, ``hashers``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbook.vault.derivation import TooBusy as TooBusy
    from workbook.vault.derivation import deriving_once as deriving_once
    from workbook.vault.keyring import Keyring as Keyring
    from workbook.vault.passwords import begin as begin
    from workbook.vault.passwords import change_password_slot as change_password_slot
    from workbook.vault.passwords import open_with_earlier_password as open_with_earlier_password
    from workbook.vault.passwords import open_with_password as open_with_password
    from workbook.vault.passwords import reunite as reunite
    from workbook.vault.recovery_code import CodeMistake as CodeMistake
    from workbook.vault.rows import SealedRow as SealedRow
    from workbook.vault.sealing import Closed as Closed
    from workbook.vault.sealing import Damaged as Damaged
    from workbook.vault.sealing import VaultError as VaultError
    from workbook.vault.sealing import WrongSecret as WrongSecret
    from workbook.vault.sessions import end_other_sessions as end_other_sessions
    from workbook.vault.sessions import keyring_of as keyring_of
    from workbook.vault.sessions import lock_session as lock_session
    from workbook.vault.sessions import unlock_session as unlock_session
    from workbook.vault.spare_keys import add_device as add_device
    from workbook.vault.spare_keys import add_spare_key as add_spare_key
    from workbook.vault.spare_keys import find_by_device as find_by_device
    from workbook.vault.spare_keys import find_by_spare_key as find_by_spare_key
    from workbook.vault.spare_keys import prove_spare_key as prove_spare_key
    from workbook.vault.spare_keys import spare_key_standing as spare_key_standing

_HOMES = {
    "derivation": ("TooBusy", "deriving_once"),
    "keyring": ("Keyring",),
    "passwords": (
        "begin",
        "change_password_slot",
        "open_with_earlier_password",
        "open_with_password",
        "reunite",
    ),
    "recovery_code": ("CodeMistake",),
    "rows": ("SealedRow",),
    "sealing": ("Closed", "Damaged", "VaultError", "WrongSecret"),
    "sessions": ("end_other_sessions", "keyring_of", "lock_session", "unlock_session"),
    "spare_keys": (
        "add_device",
        "add_spare_key",
        "find_by_device",
        "find_by_spare_key",
        "prove_spare_key",
        "spare_key_standing",
    ),
}


def __getattr__(name: str) -> Any:
    # Late, because Django imports this package before models may be imported.
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

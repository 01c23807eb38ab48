from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from workbook.vault import server_keys
from workbook.vault.sealing import Closed, Damaged

OLD, NEW = b"o" * 32, b"n" * 32


def test_either_of_two_server_keys_opens_what_it_wrapped(settings: Any) -> None:
    settings.WORKBOOK_KEYS = (OLD,)
    wrapped = server_keys.wrap(b"inner", "slot", b"place")
    settings.WORKBOOK_KEYS = (NEW, OLD)
    assert server_keys.unwrap(wrapped, "slot", b"place") == b"inner"
    assert not server_keys.is_newest(wrapped)


def test_once_rewrapped_the_older_server_key_can_go(settings: Any) -> None:
    settings.WORKBOOK_KEYS = (OLD,)
    wrapped = server_keys.wrap(b"inner", "slot", b"place")
    settings.WORKBOOK_KEYS = (NEW, OLD)
    rewrapped = server_keys.rewrap(wrapped, "slot", b"place")
    settings.WORKBOOK_KEYS = (NEW,)
    assert server_keys.is_newest(rewrapped)
    assert server_keys.unwrap(rewrapped, "slot", b"place") == b"inner"
    with pytest.raises(Closed, match="older key back"):
        server_keys.unwrap(wrapped, "slot", b"place")


def test_another_purpose_or_place_is_damage() -> None:
    wrapped = server_keys.wrap(b"inner", "slot", b"place")
    with pytest.raises(Damaged):
        server_keys.unwrap(wrapped, "session", b"place")
    with pytest.raises(Damaged):
        server_keys.unwrap(wrapped, "slot", b"elsewhere")


def test_every_flipped_byte_is_refused() -> None:
    wrapped = server_keys.wrap(b"inner", "slot")
    for place in range(len(wrapped)):
        flipped = bytearray(wrapped)
        flipped[place] ^= 1
        with pytest.raises((Damaged, Closed)):
            server_keys.unwrap(bytes(flipped), "slot")


def test_without_any_server_key_the_error_says_what_to_do(settings: Any) -> None:
    settings.WORKBOOK_KEYS = ()
    with pytest.raises(ImproperlyConfigured, match="key sheet"):
        server_keys.wrap(b"inner", "slot")

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from workbook.vault import derivation
from workbook.vault.derivation import Recipe, TooBusy, derive, deriving_once
from workbook.vault.sealing import Damaged

RECIPE = Recipe(b"salt and more salt", 8, 1, 1)


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The passwords that Argon2 was really asked about."""
    asked: list[bytes] = []
    real: Callable[..., bytes] = derivation.hash_secret_raw

    def noting(password: bytes, *args: Any, **kwargs: Any) -> bytes:
        asked.append(password)
        return real(password, *args, **kwargs)

    monkeypatch.setattr(derivation, "hash_secret_raw", noting)
    return asked


def test_a_password_typed_with_either_keyboard_is_the_same() -> None:
    assert derive("caf\u00e9 au lait", RECIPE) == derive("cafe\u0301 au lait", RECIPE)
    assert derive("café", RECIPE) != derive("cafe", RECIPE)


def test_any_text_can_be_a_password() -> None:
    assert len(derive("half an emoji \ud83d", RECIPE)) == 32


def test_salt_and_each_cost_change_the_result() -> None:
    recipes = [
        RECIPE,
        RECIPE._replace(salt=b"another salt here"),
        RECIPE._replace(memory_kib=16),
        RECIPE._replace(passes=2),
        RECIPE._replace(memory_kib=16, lanes=2),
    ]
    assert len({derive("password", recipe) for recipe in recipes}) == len(recipes)


def test_a_recipe_reads_back_from_bytes_and_leaves_the_rest() -> None:
    assert Recipe.unpack(RECIPE.pack() + b"rest") == (RECIPE, b"rest")
    with pytest.raises(Damaged):
        Recipe.unpack(b"short")


def test_within_a_block_the_same_password_is_derived_once(derivations: list[bytes]) -> None:
    with deriving_once(), deriving_once():
        assert derive("password", RECIPE) == derive("password", RECIPE)
        derive("other", RECIPE)
    assert derivations == [b"password", b"other"]
    derive("password", RECIPE)
    assert len(derivations) == 3


def test_one_derivation_runs_at_a_time_and_the_fourth_to_come_is_told_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running, most, lock, go_on = 0, 0, threading.Lock(), threading.Event()

    def slow(*args: Any, **kwargs: Any) -> bytes:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        go_on.wait(10)
        with lock:
            running -= 1
        return b"r" * 32

    monkeypatch.setattr(derivation, "hash_secret_raw", slow)
    with ThreadPoolExecutor(1 + derivation.WAITING) as threads:
        waiting = [threads.submit(derive, "password", RECIPE) for _ in range(3)]
        deadline = time.monotonic() + 5
        while derivation._places._value and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(TooBusy):
            derive("password", RECIPE)
        go_on.set()
        assert [future.result(10) for future in waiting] == [b"r" * 32] * 3
    assert most == 1
    assert derive("password", RECIPE) == b"r" * 32


def test_whoever_waits_too_long_for_a_turn_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation, "PATIENCE", 0.01)
    with derivation._running, pytest.raises(TooBusy):
        derive("password", RECIPE)
    assert derive("password", RECIPE)


def test_a_machine_without_the_memory_is_too_busy_and_not_broken() -> None:
    with pytest.raises(TooBusy):
        derive("password", RECIPE._replace(memory_kib=2**32 - 1))
    assert derive("password", RECIPE)

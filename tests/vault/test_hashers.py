import logging
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.hashers import check_password, identify_hasher, make_password

from tests.vault.writers import Writer
from workbook.vault import hashers
from workbook.vault.sealing import Closed

OLD, NEW = b"o" * 32, b"n" * 32
PASSWORD = "by the quiet river"


def test_the_right_password_is_told_from_a_wrong_one() -> None:
    encoded = make_password(PASSWORD)
    assert check_password(PASSWORD, encoded)
    assert not check_password(PASSWORD + "s", encoded)


def test_a_hash_fits_its_column_and_shows_neither_salt_nor_costs() -> None:
    encoded = make_password(PASSWORD, salt="a-salt-that-would-be-seen")
    assert len(encoded) <= 255
    assert encoded.startswith("sealed_argon2id$")
    assert "a-salt-that-would-be-seen" not in encoded
    assert encoded != make_password(PASSWORD, salt="a-salt-that-would-be-seen")


def test_without_the_server_key_a_hash_cant_even_be_guessed_against(settings: Any) -> None:
    encoded = make_password(PASSWORD)
    settings.WORKBOOK_KEYS = (NEW,)
    with pytest.raises(Closed, match="older key back"):
        check_password(PASSWORD, encoded)


def test_a_newer_server_key_or_other_costs_ask_for_a_new_hash(settings: Any) -> None:
    settings.WORKBOOK_KEYS = (OLD,)
    encoded = make_password(PASSWORD)
    hasher = identify_hasher(encoded)
    assert not hasher.must_update(encoded)
    settings.WORKBOOK_KEYS = (NEW, OLD)
    assert hasher.must_update(encoded)
    settings.WORKBOOK_KEYS = (OLD,)
    settings.VAULT_ARGON2 = (16, 1, 1)
    assert hasher.must_update(encoded)


def test_after_the_next_entering_the_older_server_key_can_go(settings: Any, ada: Writer) -> None:
    settings.WORKBOOK_KEYS = (NEW, *settings.WORKBOOK_KEYS)
    assert authenticate(username="ada", password=ada.password)
    settings.WORKBOOK_KEYS = (NEW,)
    assert authenticate(username="ada", password=ada.password)


def test_a_damaged_hash_lets_nobody_in_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    encoded = make_password(PASSWORD)
    hasher = identify_hasher(encoded)
    for damaged in (encoded[:-8] + "AAAAAAAA", encoded[:20], "sealed_argon2id$%%%"):
        with caplog.at_level(logging.ERROR):
            assert not hasher.verify(PASSWORD, damaged)
        assert not hasher.must_update(damaged)
        assert hashers.recipe_of(damaged) is None
        assert PASSWORD not in caplog.text


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What each derivation cost: memory times passes."""
    spent: list[int] = []
    real = hashers.derive

    def noting(password: Any, recipe: Any) -> bytes:
        spent.append(recipe.memory_kib * recipe.passes)
        return real(password, recipe)

    monkeypatch.setattr(hashers, "derive", noting)
    return spent


def test_known_and_unknown_names_cost_the_same(ada: Writer, costs: list[int]) -> None:
    for name in ("ada", "nobody"):
        assert authenticate(username=name, password="wrong for everyone") is None
    unusable = get_user_model().objects.create_user(name="unusable", password=None)
    assert authenticate(username=unusable.name, password="wrong for everyone") is None
    assert costs == [8, 8, 8]


def test_a_hash_with_cheaper_costs_is_made_up_for(
    settings: Any, ada: Writer, costs: list[int]
) -> None:
    settings.VAULT_ARGON2 = (8, 3, 1)
    assert authenticate(username="ada", password="wrong for everyone") is None
    assert authenticate(username="nobody", password="wrong for everyone") is None
    assert costs == [8, 16, 24]


def test_the_admin_sees_the_algorithm_and_nothing_else() -> None:
    encoded = make_password(PASSWORD)
    assert list(identify_hasher(encoded).safe_summary(encoded).values()) == ["sealed_argon2id"]
    assert identify_hasher(encoded).decode(encoded)["memory_kib"] == 8

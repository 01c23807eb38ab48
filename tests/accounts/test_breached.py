"""Passwords that were stolen elsewhere are refused; the list is a file of ours and asks nobody."""

import secrets

import pytest

from workbook.accounts import breached
from workbook.accounts.breached import is_listed
from workbook.accounts.forms import SignupForm
from workbook.accounts.passphrases import suggest_passphrase


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password1234",
        " passwordpassword ",
        "iloveyou12345",
        "thisismypassword",
        "correcthorsebatterystaple",
        "ｑｗｅｒｔｙｕｉｏｐ１２３",
        "1234567890123",
    ],
)
def test_a_stolen_password_is_refused_in_any_case(password) -> None:
    assert is_listed(password)
    form = SignupForm({"username": "ana", "password": password, "device": "mine"})
    assert not form.is_valid()
    assert any("on a list of stolen ones" in error for error in form.errors["password"])


def test_a_password_of_ones_own_is_taken() -> None:
    form = SignupForm({"username": "ana", "password": "seven geese over the harbor"})
    assert form.is_valid()


@pytest.mark.parametrize("odd", ["", "\x00" * 12, "\ud800" * 12, "🌱" * 1024, "é" * 4000])
def test_odd_text_is_looked_up_like_any_other(odd) -> None:
    assert is_listed(odd) in {True, False}


def test_by_chance_it_takes_no_more_than_one_in_four_hundred_for_stolen() -> None:
    # One in 512 is expected: 11.7 of these 6,000, with a deviation of 3.4.
    assert sum(is_listed(secrets.token_hex(12)) for _ in range(6000)) < 30


def test_a_suggested_passphrase_is_never_one_of_them() -> None:
    from workbook.accounts.forms import NewPasswordField

    for _ in range(300):
        suggested = suggest_passphrase()
        assert NewPasswordField().clean(suggested) == suggested


def test_the_list_is_smaller_than_two_megabytes() -> None:
    assert breached._LIST.stat().st_size < 2_000_000

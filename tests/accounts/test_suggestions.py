import math
import re

from workbook.accounts.forms import NewPasswordField
from workbook.accounts.models import normalize_name
from workbook.accounts.name_suggestions import suggest_name
from workbook.accounts.passphrases import WORDS, suggest_passphrase
from workbook.accounts.words import words


def test_a_suggested_name_can_be_taken_as_it_is() -> None:
    for _ in range(50):
        name = suggest_name()
        assert re.fullmatch(r"[a-z]+-[a-z]+-\d{4}", name)
        assert normalize_name(name) == name


def test_a_passphrase_has_the_strength_that_is_stated() -> None:
    listed = words("passphrase")
    assert len(set(listed)) == len(listed) == 1668
    assert WORDS * math.log2(len(listed)) > 64.2


def test_a_passphrase_is_six_listed_words_and_a_good_password() -> None:
    for _ in range(50):
        passphrase = suggest_passphrase()
        assert len(passphrase.split("-")) == WORDS
        assert set(passphrase.split("-")) <= set(words("passphrase"))
        assert NewPasswordField().clean(passphrase) == passphrase


def test_listed_words_are_easy_to_type() -> None:
    for name in ("first", "second", "passphrase"):
        assert all(re.fullmatch(r"[a-z]{3,9}", word) for word in words(name))

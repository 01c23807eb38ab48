"""People with a journal of their own."""

from typing import Any, NamedTuple

from django.contrib.auth import get_user_model

from workbook.vault.derivation import deriving_once
from workbook.vault.keyring import Keyring
from workbook.vault.passwords import begin


class Writer(NamedTuple):
    user: Any
    keyring: Keyring
    password: str


def join(name: str) -> Writer:
    password = f"{name} by the quiet river"
    with deriving_once():
        user = get_user_model().objects.create_user(name=name, password=password)
        return Writer(user, begin(user, password), password)

"""People with a journal of their own."""

from typing import Any, NamedTuple

from django.contrib.auth import get_user_model

from workbook import vault


class Writer(NamedTuple):
    user: Any
    keyring: vault.Keyring
    password: str


def join(name: str) -> Writer:
    password = f"{name} by the quiet river"
    with vault.deriving_once():
        user = get_user_model().objects.create_user(name=name, password=password)
        return Writer(user, vault.begin(user, password), password)

"""Signing up: a name, a password, and a journal from the first moment."""

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from workbook.accounts.login import find_for, open_journal
from workbook.accounts.models import User
from workbook.vault.derivation import deriving_once
from workbook.vault.keyring import Keyring
from workbook.vault.passwords import begin

# What the answer to "Is this device just yours?" sets: minutes until it locks, neutral titles.
DEVICES: dict[str, tuple[int, bool]] = {
    "mine": (60, False),
    "home": (15, True),
    "shared": (5, True),
    "": (15, False),
}


class NameTaken(Exception):
    """Says that somebody else has this name."""


def sign_up(
    request: HttpRequest, name: str, password: str, device: str = ""
) -> tuple[User, Keyring | None]:
    """Makes a new person with an open journal, both or neither.

    Sent twice, the second time finds the person that the first has made, and signs in: what was
    asked for has happened. Raises NameTaken, Throttled and TooBusy.
    """
    lock_minutes, neutral_titles = DEVICES[device]
    with deriving_once():
        if not User.objects.filter(name=name).exists():
            user = User(name=name, lock_minutes=lock_minutes, neutral_titles=neutral_titles)
            # Here and not in the transaction, where everyone else would wait for it.
            user.set_password(password)
            user.password_is_own = True
            try:
                with transaction.atomic():
                    user.save(force_insert=True)
                    return user, begin(user, password)
            except IntegrityError:
                pass  # Two at once; the other was first.
        existing = find_for(request, name, password)
        if existing is None:
            raise NameTaken
        return existing, open_journal(existing, password)

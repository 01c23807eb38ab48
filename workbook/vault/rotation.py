"""Moves everything to a new server key: makes every outer wrapping again, with nobody needed.

What is inside (key slots, open sessions, password verifiers, wrapped rows) stays as it is, so
nobody is signed out and nothing is asked of anyone. Each row is done by itself and a row already
under the newest key is passed over, so a run that was cut off is simply run again. Meanwhile both
keys are live.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Model

from workbook.vault import hashers, server_keys, sessions, slots
from workbook.vault.models import KeySlot, Session
from workbook.vault.rows import WrappedRow
from workbook.vault.sealing import VaultError


class Rewrapped(NamedTuple):
    """How many rows were moved to the newest server key, and how many no key at hand opens."""

    done: int
    left: int


def rewrap_all() -> Rewrapped:
    """Moves every outer wrapping to the newest server key."""
    done = left = 0
    for move in _moves():
        try:
            done += move()
        except VaultError:
            left += 1
    return Rewrapped(done, left)


def count_under_older_keys() -> int:
    """Returns how many rows still need a server key that isn't the newest."""
    return sum(1 for _move in _moves())


class _RowMove(NamedTuple):
    """One row to be moved; calling it returns 1, or 0 when the row has changed meanwhile."""

    row: Model
    field: str
    purpose: str
    context: tuple[bytes, ...]

    def __call__(self) -> int:
        model, old = type(self.row), getattr(self.row, self.field)
        if self.field == "password":
            new: object = hashers.stored(server_keys.rewrap(hashers.raw(old), self.purpose))
        else:
            new = server_keys.rewrap(bytes(old), self.purpose, *self.context)
        with transaction.atomic():
            # Only over what was read: a password changed at this moment must not come back.
            found = model._default_manager.filter(pk=self.row.pk, **{self.field: old})
            return found.update(**{self.field: new})


def _moves() -> Iterator[_RowMove]:
    """Every row whose outer wrapping is under an older key."""
    for slot in KeySlot.objects.order_by("pk").iterator():
        if not server_keys.is_newest(bytes(slot.sealed)):
            yield _RowMove(slot, "sealed", slots.OUTER, slot.context())
    for row in Session.objects.exclude(sealed_keys=None).order_by("pk").iterator():
        if not server_keys.is_newest(bytes(row.sealed_keys or b"")):
            yield _RowMove(row, "sealed_keys", sessions.PURPOSE, sessions.context_of(row))
    for model in wrapped_models():
        for one in model._default_manager.order_by("pk").iterator():
            if not server_keys.is_newest(bytes(one.wrapped)):
                yield _RowMove(one, "wrapped", one.wrapped_as(), one.context())
    people = get_user_model().objects.filter(password__startswith=hashers.PREFIX)
    for user in people.order_by("pk").iterator():
        if not server_keys.is_newest(hashers.raw(user.password)):
            yield _RowMove(user, "password", hashers.PURPOSE, ())


def wrapped_models() -> list[type[WrappedRow]]:
    """Returns every table of rows under the server's keys, whichever package it belongs to."""
    return [model for model in apps.get_models() if issubclass(model, WrappedRow)]

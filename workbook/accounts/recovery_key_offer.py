"""When to speak of the spare key by ourselves: once, when there are words worth keeping."""

from contextlib import suppress

from django.db import OperationalError, transaction

from workbook.accounts.models import SpareKeyOffer, User


def spare_key_due(user: User) -> bool:
    """Whether a page should show the offer (``accounts/_spare_key_offer.html``). No query."""
    return user.spare_key_offer == SpareKeyOffer.DUE


def make_spare_key_due(user: User) -> None:
    """There is something to lose now: they came back, or finished a first chapter."""
    _move(user, SpareKeyOffer.LATER, SpareKeyOffer.DUE)


def spare_key_was_offered(user: User) -> None:
    """Made, looked at, or not wanted now: from here on it is found in the settings."""
    _move(user, SpareKeyOffer.LATER, SpareKeyOffer.OFFERED)
    _move(user, SpareKeyOffer.DUE, SpareKeyOffer.OFFERED)


def _move(user: User, before: SpareKeyOffer, after: SpareKeyOffer) -> None:
    if user.spare_key_offer == before:
        # Not worth failing a page for when the disk is full: it is asked another time.
        with suppress(OperationalError), transaction.atomic():
            User.objects.filter(pk=user.pk).update(spare_key_offer=after)
            user.spare_key_offer = after

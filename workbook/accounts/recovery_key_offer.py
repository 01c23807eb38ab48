"""When to speak of the recovery key by ourselves: once, when there are words worth keeping."""

from contextlib import suppress

from django.db import OperationalError, transaction

from workbook.accounts.models import RecoveryKeyOffer, User


def recovery_key_due(user: User) -> bool:
    """Returns whether a page should show the offer (``accounts/_recovery_key_offer.html``). No
    query.
    """
    return user.recovery_key_offer == RecoveryKeyOffer.DUE


def make_recovery_key_due(user: User) -> None:
    """Notes that there is something to lose now: they came back, or finished a first chapter."""
    _move(user, RecoveryKeyOffer.LATER, RecoveryKeyOffer.DUE)


def recovery_key_was_offered(user: User) -> None:
    """Notes that a key was made, looked at, or not wanted: from here on it is found in the
    settings.
    """
    _move(user, RecoveryKeyOffer.LATER, RecoveryKeyOffer.OFFERED)
    _move(user, RecoveryKeyOffer.DUE, RecoveryKeyOffer.OFFERED)


def _move(user: User, before: RecoveryKeyOffer, after: RecoveryKeyOffer) -> None:
    if user.recovery_key_offer == before:
        # Not worth failing a page for when the disk is full: it is asked another time.
        with suppress(OperationalError), transaction.atomic():
            User.objects.filter(pk=user.pk).update(recovery_key_offer=after)
            user.recovery_key_offer = after

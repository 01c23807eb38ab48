"""When a page offers the recovery key unasked: once, as soon as there are words worth keeping."""

from contextlib import suppress

from django.db import OperationalError, transaction

from workbook.accounts.models import RecoveryKeyOffer, User


def recovery_key_due(user: User) -> bool:
    """Returns whether a page should show the offer of a recovery key. No query.

    The offer is ``accounts/_recovery_key_offer.html``.
    """
    return user.recovery_key_offer == RecoveryKeyOffer.DUE


def make_recovery_key_due(user: User) -> None:
    """Notes that a person should be offered a recovery key from now on, unless they were before.

    Called once they have something to lose: they came back, or finished a first chapter.
    """
    _move(user, RecoveryKeyOffer.LATER, RecoveryKeyOffer.DUE)


def recovery_key_was_offered(user: User) -> None:
    """Notes that a person knows of the recovery key, so no page offers it anymore.

    They made one, looked at the offer, or said "not now". From here on it is found in the settings.
    """
    _move(user, RecoveryKeyOffer.LATER, RecoveryKeyOffer.OFFERED)
    _move(user, RecoveryKeyOffer.DUE, RecoveryKeyOffer.OFFERED)


def _move(user: User, before: RecoveryKeyOffer, after: RecoveryKeyOffer) -> None:
    if user.recovery_key_offer == before:
        # Not worth failing a page for when the disk is full: the next page tries again.
        with suppress(OperationalError), transaction.atomic():
            User.objects.filter(pk=user.pk).update(recovery_key_offer=after)
            user.recovery_key_offer = after

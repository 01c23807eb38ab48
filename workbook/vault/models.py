"""The vault's tables. Each row belongs to one person and leads with their id.

Reverse names are off (``related_name="+"``), so that no template can walk from a person to a key.
Where the primary key leads with the user, an index of its own for the user would only cost writes.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from workbook.vault.data_keys import DataKey as DataKey
from workbook.vault.data_keys import PersonRow, today
from workbook.vault.rows import WrappedRow


class KeySlot(PersonRow):
    """One data key, wrapped under one secret of its person."""

    class Kind(models.TextChoices):
        """What kind of secret opens a slot."""

        PASSWORD = "password"  # noqa: S105
        RECOVERY = "spare", "Spare"  # The word that is bound into each such slot.
        DEVICE = "device"
        LINK = "link"  # Under the data key that replaces this one, until nothing is left under it.
        PASSKEY = "passkey"  # Under what a passkey makes of a fixed text (WebAuthn's PRF).

    class Standing(models.TextChoices):
        """Whether a slot opens by itself, and whether it wants something done."""

        LIVE = "live"
        PENDING = "pending"  # A recovery key, shown and not yet proven. It opens.
        USED = "used"  # A recovery key that has been used: it opens, and wants replacing.
        # A password that is no longer the account's, or a way into a part that an older one has
        # set back: tried only when asked, by somebody who has signed in otherwise.
        EARLIER = "earlier"

    data_key_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind)
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.LIVE)
    # Derived from a recovery key or device secret: finds the account when only that is at hand.
    # Of a passkey's slot: which passkey.
    locator = models.BinaryField(max_length=32, null=True, unique=True)
    sealed = models.BinaryField()
    # What the person calls this device, sealed with their data key.
    sealed_label = models.BinaryField(null=True)
    created_on = models.DateField(default=today)
    seen_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)

    def __str__(self) -> str:
        return "a key slot"

    def context(self) -> tuple[bytes, ...]:
        """Returns the values that the slot's wrapping is bound to: no slot passes for another."""
        return (
            self.user_id.bytes,
            self.id.bytes,
            self.data_key_id.bytes,
            self.kind.encode(),
            bytes(self.locator or b""),
        )


class Session(models.Model):
    """A browser that someone has signed in with. ``session_key`` is derived from the cookie's
    token.
    """

    # As Django's own table of sessions has them; its base class would know the store, which knows
    # this class.
    session_key = models.CharField("session key", max_length=40, primary_key=True)
    session_data = models.TextField("session data")
    expire_date = models.DateTimeField("expire date", db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The open data keys, wrapped under the cookie's token and the server key; null while locked.
    sealed_keys = models.BinaryField(null=True)
    lock_minutes = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(default=timezone.now)
    created_on = models.DateField(default=today)
    sealed_label = models.BinaryField(null=True)

    class Meta:
        verbose_name = "session"
        verbose_name_plural = "sessions"

    def __str__(self) -> str:
        return "a session"

    def is_idle(self, now: datetime) -> bool:
        """Returns whether the session was left alone for more than its ``lock_minutes``.

        With 0 minutes it is never idle.
        """
        return bool(self.lock_minutes) and now - self.seen_at > timedelta(minutes=self.lock_minutes)


class PendingSession(models.Model):
    """A browser in which the password was right and the code is still asked for.

    It is no session: nothing but the page of the code knows its cookie. ``key`` is derived from
    the cookie's token, as a session's is.
    """

    key = models.CharField(max_length=40, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The data keys that the password has opened, or none, under the token and the server key.
    sealed_keys = models.BinaryField()
    is_shared = models.BooleanField()
    # Wrong codes so far.
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return "a pending session"


class CodeApp(WrappedRow):
    """An app that shows a new code every 30 seconds, and the ten codes for when it is lost.

    Wrapped: ``secret`` (hexadecimal), ``step`` (of the newest code that was used; each works once),
    ``codes`` (digests of those of the ten that are left).
    """

    # The data key that was current when it was set up: says which part of a journal it came with.
    data_key_id = models.UUIDField()
    # Null until a first code has shown that the app has the secret. Until then it asks nobody.
    proven_on = models.DateField(null=True)

    def __str__(self) -> str:
        return "a code app"


class Passkey(WrappedRow):
    """A passkey of a person's: it signs in, and where its device can, it opens the journal, too.

    Wrapped: ``credential`` (WebAuthn's attested credential data, base64) and ``count`` (of
    signatures, as far as its device counts).
    """

    data_key_id = models.UUIDField()
    # What the person calls it, sealed with their data key.
    sealed_label = models.BinaryField(null=True)
    created_on = models.DateField(default=today)

    def __str__(self) -> str:
        return "a passkey"

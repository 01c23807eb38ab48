"""The database models of accounts: people, what happened to their accounts, waits, throttles.

Of a person a name, a password and a few preferences are kept: no email, no last login, no address.
"""

import unicodedata
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.dispatch import Signal
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from workbook.vault.rows import SealedRow, WrappedRow
from workbook.web.unicode import normalized

NAME_MAX_LENGTH = 64

# Joiners shape words in Persian and hold emoji together; every other invisible sign (marks of
# direction, blanks of no width, ways to draw an emoji) comes and goes with the keyboard.
_JOINERS = "\u200c\u200d"
_VARIATION_SELECTORS = "\ufe0e\ufe0f"


def normalize_name(name: str) -> str:
    """Returns the stored form of a username, in which two spellings of it are equal.

    It is in NFKC, case folded, without invisible signs, with single blanks inside.
    """
    folded = normalized("NFKC", normalized("NFKC", name).casefold())
    visible = "".join(
        sign
        for sign in folded
        if sign in _JOINERS
        or (unicodedata.category(sign) != "Cf" and sign not in _VARIATION_SELECTORS)
    )
    return " ".join(visible.split())


class UserManager(BaseUserManager["User"]):
    """Finds and makes people by the stored form of their names."""

    use_in_migrations = True

    def get_by_natural_key(self, username: str | None) -> "User":
        """Returns the person with a username, however it is typed. Raises User.DoesNotExist."""
        return self.get(name=normalize_name(username or ""))

    def create_user(self, name: str, password: str | None = None, **fields: Any) -> "User":
        """Stores and returns a new person, whose password counts as chosen by themselves.

        They have no journal yet.
        """
        user = self.model(name=normalize_name(name), **fields)
        user.set_password(password)
        user.password_is_own = True
        user.save(using=self._db)
        return user

    def create_superuser(self, name: str, password: str | None = None, **fields: Any) -> "User":
        """Stores and returns a new person who may do everything in the admin."""
        return self.create_user(name, password, is_staff=True, is_superuser=True, **fields)


password_given = Signal()
"""Sent with ``user`` once somebody else has set a password for that person."""


def today() -> Any:
    """Returns the current date in UTC."""
    return timezone.now().date()


class RecoveryKeyOffer(models.TextChoices):
    """Whether a person is to be offered a recovery key: not yet, now, or not anymore."""

    LATER = "later"  # Too early: nothing written yet that would be missed.
    DUE = "due"
    OFFERED = "offered"


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account: a reader, an author or an operator. What they write is kept in the
    journal, sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH, unique=True)
    # An Argon2 hash inside the server's own wrapping is longer than Django's 128.
    password = models.CharField(_("password"), max_length=255)
    # Raised whenever the password changes; sessions depend on it and not on the stored hash, so
    # that rewrapping a hash under a new server key signs nobody out.
    credential_version = models.PositiveIntegerField(default=0)
    # Whether the person chose their password. One that staff gave opens the account; the journal
    # waits until the person has chosen their own.
    password_is_own = models.BooleanField(default=False, editable=False)
    # The day on which staff last set a password, until the person has opened the journal they had
    # before: what was set up since may be somebody else's.
    reset_on = models.DateField(null=True, editable=False)
    joined_on = models.DateField(_("created on"), default=today, editable=False)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    time_zone = models.CharField(max_length=64, blank=True)
    # Minutes without a touch before the journal locks: 60, 15 or 5.
    lock_minutes = models.PositiveSmallIntegerField(default=15)
    neutral_titles = models.BooleanField(_("neutral page titles"), default=False)
    # The recovery key is offered by itself once; after that it is found in the settings.
    recovery_key_offer = models.CharField(
        max_length=8,
        choices=RecoveryKeyOffer,
        default=RecoveryKeyOffer.LATER,
        editable=False,
        db_column="spare_key_offer",
    )
    # Whether somebody who must have a second step may set one up by the password alone: nobody who
    # has had one, until another superuser says so. Means nothing for anybody else.
    may_enroll = models.BooleanField(default=True, editable=False)
    # Whether there are events to be read under Account. It is read with the session, so showing a
    # mark for them costs no query.
    has_events = models.BooleanField(default=False, editable=False)
    last_login = None
    _was_given_password = False

    objects = UserManager()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Returns the stored form of a username; Django calls it by this name."""
        return normalize_name(username)

    def set_password(self, raw_password: str | None) -> None:
        """Sets a password, which ends every session of the person once they are saved.

        It counts as given by somebody else, unless the caller then sets ``password_is_own``.
        """
        super().set_password(raw_password)
        self.credential_version += 1
        self.password_is_own = False
        self._was_given_password = not self._state.adding

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores the person, and sends ``password_given`` if somebody else set their password."""
        is_given = self._was_given_password and not self.password_is_own
        if is_given:
            self.reset_on = today()
        super().save(*args, **kwargs)
        if is_given:
            self._was_given_password = False
            password_given.send(User, user=self)

    def check_password(self, raw_password: str) -> bool:
        """Returns whether this is the person's password; a hash of older settings is made again."""

        checked = self.password

        def rehash(raw: str) -> None:
            # The password is the same, so the sessions that rest on it stay. Not a save: a password
            # changed meanwhile must not come back.
            self.password = make_password(raw)
            User.objects.filter(pk=self.pk, password=checked).update(password=self.password)

        return check_password(raw_password, checked, rehash)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Two methods of Django call this: for SECRET_KEY, and for each of SECRET_KEY_FALLBACKS.
        salt, text = "workbook.accounts.User", f"{self.pk}:{self.credential_version}"
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()


class Event(SealedRow):
    """Something that happened to an account while its journal was open, until it is dismissed.

    Sealed: ``kind`` (see events.py) and ``day`` (ISO).
    """

    def __str__(self) -> str:
        return "an event"


class EventWhileClosed(WrappedRow):
    """Something that happened while the journal was closed, with no key of the person's at hand."""

    def __str__(self) -> str:
        return "an event"


class FirstLink(models.Model):
    """A link by which the owner of an account that staff made chooses a password (first_links.py).

    ``digest`` is derived from what the link holds, and leads to nothing by itself.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return "a link"


class Wait(models.Model):
    """The wait of a device before it may open its person's journal (see waits.py).

    A person has one at the most.
    """

    LENGTH = timedelta(hours=48)

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    slot_id = models.UUIDField()
    begun_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return "a wait"

    @property
    def opens_at(self) -> datetime:
        """The moment from which the device may open the journal."""
        return self.begun_at + self.LENGTH

    @property
    def is_over(self) -> bool:
        """Whether the device has waited long enough to open the journal."""
        return timezone.now() >= self.opens_at


class Throttle(models.Model):
    """A count of tries that leaks away with time (a leaky bucket; see throttles.py).

    ``key`` is a keyed hash of a username or a network address.
    """

    key = models.CharField(max_length=64, primary_key=True)
    # When everything counted will have leaked away. If that is past, the count is zero.
    empty_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "a throttle"


class Deletion(models.Model):
    """The mark of a deleted account: a keyed hash of its id, so that no backup brings it back."""

    mark = models.CharField(max_length=64, primary_key=True)
    deleted_on = models.DateField(default=today)

    def __str__(self) -> str:
        return "a deletion"

"""That a person has data keys, and which: the keys themselves stand in key slots only."""

import uuid
from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db import OperationalError, models
from django.utils import timezone


def today() -> date:
    """Returns the day in UTC, as the vault's tables keep it."""
    return timezone.now().date()


class PersonRow(models.Model):
    """A row of one person's, which leads with their id."""

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    id = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class DataKey(PersonRow):
    """The fact that a person has a data key, and its number; the key itself is in slots only."""

    generation = models.PositiveSmallIntegerField()
    # The generation of the oldest key that this one goes back to. A key that replaces others takes
    # over theirs; one begun beside a closed journal goes back to itself, because whoever began it
    # may have come in by a password that staff set, and is perhaps not the owner of what is older.
    origin = models.PositiveSmallIntegerField()
    created_on = models.DateField(default=today)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "generation"], name="vault_key_generation")
        ]

    def __str__(self) -> str:
        return "a data key"


def hold_data_key(user_id: uuid.UUID, data_key_id: uuid.UUID) -> None:
    """Keeps a data key from being replaced until this transaction ends; for bulk writes.

    Words sealed under one that was replaced a moment ago would be kept and never open again. Raises
    OperationalError, because the remedy is the same: nothing is kept, show the words, try again.
    """
    keys = DataKey.objects.select_for_update(no_key=True).filter(user_id=user_id, id=data_key_id)
    if not keys.values_list("generation"):
        raise OperationalError("The data key was replaced meanwhile.")


def reaches_the_oldest(user_id: uuid.UUID, held: Collection[uuid.UUID]) -> bool:
    """Returns whether the data keys ``held`` go back as far as the journal does: then they are its
    owner's.

    What was begun after staff had set a password goes back to that time only.
    """
    origins = dict(DataKey.objects.filter(user_id=user_id).values_list("id", "origin"))
    reached = [origins[key_id] for key_id in held if key_id in origins]
    return bool(reached) and min(reached) == min(origins.values())

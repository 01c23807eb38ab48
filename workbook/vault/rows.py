"""The shape of every private row: what it says is sealed, what stays in the clear is chosen."""

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import OperationalError, models, transaction

if TYPE_CHECKING:
    from workbook.vault.keyring import Keyring


class SealedRow(models.Model):
    """A row that only its person can read. Inherit, add what must stay in the clear, no more.

    The seal covers user, id, data key and revision: set them first, then ``keyring.seal(row, …)``,
    then save. Raise ``revision`` with every new text.
    """

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    id = models.UUIDField(default=uuid.uuid4, editable=False)
    data_key_id = models.UUIDField(editable=False)
    revision = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises OperationalError if the data key was replaced since the row was sealed."""
        with transaction.atomic(savepoint=False):
            hold_data_key(self.user_id, self.data_key_id)
            super().save(*args, **kwargs)

    @classmethod
    def sealed_as(cls) -> str:
        """The kind of row, bound into its seal: an entry can't pass for a bookmark.

        A model that gets another name must go on giving its old one here.
        """
        return cls._meta.label_lower

    def tags(self, keyring: "Keyring", payload: dict[str, Any]) -> dict[str, bytes]:
        """The blinded columns that follow from the payload: field name → ``keyring.tag(…)``."""
        return {}

    def reseal(self, old: "Keyring", new: "Keyring") -> None:
        """Move to the current key of ``new``, tags too; the caller saves. Raises as ``open``."""
        payload = old.open(self)
        new.seal(self, payload)
        for name, tag in self.tags(new, payload).items():
            setattr(self, name, tag)


def hold_data_key(user_id: uuid.UUID, data_key_id: uuid.UUID) -> None:
    """Keep a data key from being replaced until this transaction ends; for bulk writes.

    Words sealed under one that was replaced a moment ago would be kept and never open again. Raises
    OperationalError, because the remedy is the same: nothing is kept, show the words, try again.
    """
    from workbook.vault.models import DataKey

    keys = DataKey.objects.select_for_update(no_key=True).filter(user_id=user_id, id=data_key_id)
    if not keys.values_list("generation"):
        raise OperationalError("The data key was replaced meanwhile.")

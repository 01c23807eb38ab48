"""The shape of every private row: what it says is sealed, what stays in the clear is chosen."""

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

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

"""What a package above the vault would declare: private tables that only these tests have.

Their app isn't installed, so that no other test meets them.
"""

from typing import Any

from django.db import models

from workbook.vault.keyring import Keyring
from workbook.vault.rows import SealedRow


class Note(SealedRow):
    about = models.BinaryField(null=True)

    class Meta:
        app_label = "tests_vault"

    def tags(self, keyring: Keyring, payload: dict[str, Any]) -> dict[str, bytes]:
        return {"about": keyring.tag("about", payload["about"])}


class Placed(SealedRow):
    """With fields of each kind that a seal can vouch for."""

    BOUND = ("day", "number", "beside")

    day = models.DateField()
    number = models.PositiveBigIntegerField()
    beside = models.UUIDField()

    class Meta:
        app_label = "tests_vault"


class Bookmark(SealedRow):
    class Meta:
        app_label = "tests_vault"

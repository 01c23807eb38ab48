"""What people write. Everything they said is sealed; what stays in the clear says when, not what."""

from typing import Any

from django.conf import settings
from django.db import models

from workbook.vault.keyring import Keyring
from workbook.vault.rows import SealedRow


def prompt_tag(keyring: Keyring, payload: dict[str, Any]) -> bytes:
    return keyring.tag("prompt", payload["book"], payload["prompt"])


def occurrence_tag(keyring: Keyring, payload: dict[str, Any]) -> bytes:
    return keyring.tag("occurrence", payload["book"], payload["prompt"], payload["occurrence"])


class Entry(SealedRow):
    """One answer to one prompt, as it stands now.

    Sealed: ``book`` (its key), ``prompt`` (its id), ``occurrence`` ("" unless the prompt repeats),
    ``kind``, ``question`` as it was asked, ``answer``, ``language``, ``written_at`` (ISO, UTC).
    """

    day = models.DateField()
    # Orders a person's entries by when each was begun, whatever the clock says.
    sequence = models.PositiveBigIntegerField()
    prompt_tag = models.BinaryField(max_length=16)
    occurrence_tag = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "occurrence_tag"], name="journal_one_entry_an_occurrence"
            )
        ]
        indexes = [
            models.Index(fields=["user", "prompt_tag"], name="journal_by_prompt"),
            models.Index(fields=["user", "day", "sequence"], name="journal_by_day"),
        ]

    def __str__(self) -> str:
        return "an entry"

    def tags(self, keyring: Keyring, payload: dict[str, Any]) -> dict[str, bytes]:
        return {
            "prompt_tag": prompt_tag(keyring, payload),
            "occurrence_tag": occurrence_tag(keyring, payload),
        }


class Place(SealedRow):
    """Where a person was: one row each, read together with their session (``VAULT_SESSION_JOINS``).

    Sealed: ``book`` (its key), ``chapter`` (slug), ``seen`` (slugs of the chapters opened so far).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="place"
    )

    def __str__(self) -> str:
        return "a place"

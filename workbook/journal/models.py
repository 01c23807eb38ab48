"""What people write. All they said is sealed; what stays in the clear says when, not what."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from workbook.journal.tallies import EntryTally
from workbook.vault.keyring import Keyring
from workbook.vault.rows import SealedRow
from workbook.vault.sealing import Closed, Damaged

SET_ASIDE = "set aside"
"""In the place of an occurrence, under whose tag nothing else stands."""


class WrittenRows(models.QuerySet):
    """Rows that hold words. Whoever reads them for a person asks for those that stay."""

    def staying(self) -> Self:
        """Returns the rows without what is deleted and could still be brought back."""
        return self.filter(goes_at=None)

    def open_to(self, keyring: Keyring) -> Self:
        """Returns the staying rows of a keyring's person that are under a key it holds."""
        return self.staying().filter(user=keyring.user_id, data_key_id__in=keyring.held)


class WrittenRow(SealedRow):
    """A sealed row with words in it, which its person can delete and for a while bring back."""

    # Set once it is deleted: hidden at once, and gone for good from then on (see deletion.py).
    goes_at = models.DateTimeField(null=True, editable=False)

    objects = WrittenRows.as_manager()

    @classmethod
    def present(cls) -> WrittenRows:
        """Returns the rows that can be replaced: those that stay."""
        return cls.objects.staying()

    class Meta:
        abstract = True


class Entry(WrittenRow):
    """One answer to one prompt as it stands now, or one free page.

    Sealed: an ``EntryContent`` (see entries/content.py), and beside it what is in ``BOUND``. A free
    page has "" for book and prompt, and its own id as occurrence.
    """

    BOUND = ("day", "sequence", "edition")

    day = models.DateField()
    # Orders a person's entries by when each was begun, whatever the clock says.
    sequence = models.PositiveBigIntegerField()
    # Counts those of its revisions that are in its person's tally: all but the newer words of one
    # sitting. 0 for one of a release that counted nothing.
    edition = models.PositiveIntegerField(default=0)
    prompt_tag = models.BinaryField(max_length=16)
    occurrence_tag = models.BinaryField(max_length=16)
    # Whether a conflict version waits for the person to decide.
    has_apart = models.BooleanField(default=False)

    class Meta:
        constraints = [
            # What is deleted makes room at once for new words under the same prompt.
            models.UniqueConstraint(
                fields=["user", "occurrence_tag"],
                condition=Q(goes_at__isnull=True),
                name="journal_one_entry_an_occurrence",
            )
        ]
        indexes = [
            models.Index(fields=["user", "prompt_tag"], name="journal_by_prompt"),
            models.Index(fields=["user", "day", "sequence"], name="journal_by_day"),
            models.Index(
                fields=["user", "goes_at"],
                condition=Q(goes_at__isnull=False),
                name="journal_going_entries",
            ),
        ]

    def __str__(self) -> str:
        return "an entry"

    def seal(self, keyring: Keyring, payload: dict[str, Any]) -> None:
        """Seals what the entry holds into this row, and sets the tags that follow from it."""
        super().seal(keyring, payload)
        for name, tag in self.tags(keyring, payload).items():
            setattr(self, name, tag)

    def revise(
        self,
        keyring: Keyring,
        counting: EntryTally,
        payload: dict[str, Any],
        *,
        day: datetime.date | None = None,
        is_new_revision: bool = True,
    ) -> None:
        """Puts a payload in the place of what the entry holds, and counts it as a new edition.

        Within the transaction that holds the row and counts; the caller saves. ``day`` is to be
        set; None leaves it.
        """
        counting.take_out(self)
        self.day = day or self.day
        self.edition += 1
        self.revision += is_new_revision
        self.seal(keyring, payload)
        counting.put_in(self)

    def set_aside(self, keyring: Keyring) -> None:
        """Moves an entry that can't be read out of the way of another, and saves it.

        It is never written over: it keeps its seal under a tag that nothing else has, so that a
        backup may still mend it.
        """
        self.occurrence_tag = keyring.tag(SET_ASIDE, str(self.id))
        self.save(force_update=True)

    def tags(self, keyring: Keyring, payload: dict[str, Any]) -> dict[str, bytes]:
        """Returns the tags under which an entry with this payload stands, by their fields."""
        book, prompt, occurrence = _identity(payload)
        own = self._set_aside_under(keyring) or keyring.tag("occurrence", book, prompt, occurrence)
        return {"prompt_tag": keyring.tag("prompt", book, prompt), "occurrence_tag": own}

    def _set_aside_under(self, keyring: Keyring) -> bytes:
        """Returns today's tag of an entry that was set aside under any key held, else b""."""
        was = keyring.tags(SET_ASIDE, str(self.id))
        return was[0] if bytes(self.occurrence_tag) in was else b""

    def is_in_place(self, keyring: Keyring, payload: dict[str, Any], bound: Any) -> bool:
        """Whether the row stands where its seal says, and under the tags of what it answers."""
        book, prompt, occurrence = _identity(payload)
        if bytes(self.prompt_tag) not in keyring.tags("prompt", book, prompt):
            return False
        own = keyring.tags("occurrence", book, prompt, occurrence)
        if bytes(self.occurrence_tag) not in own and not self._set_aside_under(keyring):
            return False
        if bound and len(bound) < len(self.BOUND):
            bound = [*bound, 0]  # Sealed by a release that knew of no edition.
        return super().is_in_place(keyring, payload, bound)

    def give_way(self, keyring: Keyring) -> None:
        """Makes this entry a version of the entry that has its place; see :meth:`stand_beside`."""
        tag = self.occurrence_tag
        taken = Entry.objects.filter(user_id=self.user_id, occurrence_tag=tag).staying()
        self.stand_beside(taken.exclude(id=self.id).get(), keyring)

    def stand_beside(self, current: "Entry", keyring: Keyring) -> None:
        """Makes this entry and its versions into versions of another entry: its person will choose.

        Within a transaction. One that can't be read is set aside instead.
        """
        versions = list(EarlierVersion.objects.filter(user_id=self.user_id, entry_id=self.id))
        try:
            payload = self.open(keyring)
            # Each is sealed as a version of its entry, so it has to be sealed again.
            payloads = [version.open(keyring) for version in versions]
        except (Closed, Damaged):
            self.set_aside(keyring)
            return
        row = EarlierVersion(
            user_id=self.user_id,
            entry_id=current.id,
            revision=self.revision,
            is_apart=True,
            goes_at=self.goes_at,
        )
        row.seal(keyring, payload)
        row.save(force_insert=True)
        for version, earlier in zip(versions, payloads, strict=True):
            version.entry_id = current.id
            version.seal(keyring, earlier)
            version.save(force_update=True)
        current.has_apart = True
        current.save(force_update=True, update_fields=["has_apart"])
        if self.goes_at is None:
            with EntryTally.counting(keyring) as counting:
                counting.take_out(self)
        Entry.objects.filter(user_id=self.user_id, id=self.id).delete()


class EarlierVersion(WrittenRow):
    """An entry as it stood once, or a conflict: words for it typed on a page left behind.

    Sealed: what the entry held. ``revision`` is the entry's own at that time, and of a conflict the
    one that its page was drawn from.
    """

    BOUND = ("entry_id",)

    entry_id = models.UUIDField()
    # A conflict: newer words were there first, and the person has still to choose.
    is_apart = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["user", "entry_id", "revision"], name="journal_versions_of_entry"),
            models.Index(
                fields=["user", "goes_at"],
                condition=Q(goes_at__isnull=False),
                name="journal_going_versions",
            ),
        ]

    def __str__(self) -> str:
        return "an earlier version"


class PutAside(SealedRow):
    """What a person does not want to meet again when they look back: at most one row each.

    Sealed: ``prompts`` and ``chapters``, each a list of [book key, prompt id or chapter slug].
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )

    def __str__(self) -> str:
        return "what is hidden"


class Place(SealedRow):
    """Where a person was: one row each, read together with their session (``VAULT_SESSION_JOINS``).

    Sealed: ``book`` (its key), ``chapter`` (slug), ``seen`` (slugs of the chapters opened so far),
    ``asked`` and ``closed_cards`` (see reading_position.py).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="place"
    )

    def __str__(self) -> str:
        return "a place"


def _identity(payload: dict[str, Any]) -> tuple[str, str, str]:
    """Returns the book, the prompt and the occurrence that a payload answers."""
    book, prompt, occurrence = (
        str(payload.get(name, "")) for name in ("book", "prompt", "occurrence")
    )
    return book, prompt, occurrence

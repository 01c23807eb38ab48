"""The shape of every private row: what it says is sealed, what stays in the clear is chosen."""

import json
import uuid
from datetime import date
from functools import cache
from typing import Any, ClassVar, Self

from django.db import models, transaction

from workbook.vault import sealing, server_keys
from workbook.vault.data_keys import PersonRow, hold_data_key
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Damaged
from workbook.web.compiled_query import Prepared

BOUND = "bound"
"""In a sealed payload: where its row stands, see :attr:`SealedRow.BOUND`."""


class SealedRow(PersonRow):
    """A row that only its person can read. Inherit, add what must stay in the clear, no more.

    The seal covers user, id, data key and revision, and the fields named in ``BOUND``: set them
    first, then :meth:`seal`, then save. Raise ``revision`` with every new text.
    """

    BOUND: ClassVar[tuple[str, ...]] = ()
    """Fields in the clear that say where the row stands. Their values are sealed with the payload,
    so that whoever can write the table and holds no key can't move a row unnoticed.
    """

    data_key_id = models.UUIDField(editable=False)
    revision = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores the sealed row. Raises OperationalError if its data key was replaced meanwhile."""
        with transaction.atomic(savepoint=False):
            hold_data_key(self.user_id, self.data_key_id)
            super().save(*args, **kwargs)

    def seal(self, keyring: Keyring, payload: dict[str, Any]) -> None:
        """Seals a JSON object into this row, for its user, id, revision and place as they stand.

        Sets ``data_key_id`` and ``sealed``; the caller saves.

        Raises:
            ValueError: when the keyring is another person's.
        """
        if self.user_id != keyring.user_id:
            raise ValueError("This row is another person's.")
        if self.BOUND:
            payload = {**payload, BOUND: self.bound_values()}
        self.data_key_id = keyring.current_id
        self.sealed = keyring.seal(self.sealed_as(), self.id, self.revision, payload)

    def seal_and_save(self, keyring: Keyring, payload: dict[str, Any]) -> None:
        """Seals a JSON object into this row as its next revision, or its first, and saves it.

        Raises as :meth:`seal` and :meth:`save`.
        """
        is_new = self._state.adding
        self.revision += not is_new
        self.seal(keyring, payload)
        self.save(force_insert=is_new, force_update=not is_new)

    def open(self, keyring: Keyring) -> dict[str, Any]:
        """Returns the payload that this row was sealed with.

        Raises:
            Closed: when its data key isn't held.
            Damaged: when the seal is broken, or the row doesn't stand where it was sealed for.
        """
        sealed = bytes(self.sealed)
        payload = keyring.open(self.sealed_as(), self.id, self.data_key_id, self.revision, sealed)
        bound = payload.pop(BOUND, None) if self.BOUND else None
        is_theirs = self.user_id == keyring.user_id
        if not (is_theirs and self.is_in_place(keyring, payload, bound)):
            raise Damaged("A row was moved from where it was sealed for.")
        return payload

    def sealed_place(self, keyring: Keyring) -> Any:
        """Returns the place that the row's seal says it has; None where the seal names none.

        Raises as :meth:`open`, but for a row that was moved.
        """
        sealed = bytes(self.sealed)
        payload = keyring.open(self.sealed_as(), self.id, self.data_key_id, self.revision, sealed)
        return payload.get(BOUND)

    @classmethod
    def open_values(
        cls,
        keyring: Keyring,
        ident: uuid.UUID,
        data_key_id: uuid.UUID,
        revision: int,
        sealed: bytes | memoryview,
    ) -> dict[str, Any]:
        """Returns the payload of a row that was read as bare values, which is quicker.

        Raises as :meth:`open`, but for a row that was moved: nothing here says where it stands.
        """
        payload = keyring.open(cls.sealed_as(), ident, data_key_id, revision, bytes(sealed))
        payload.pop(BOUND, None)
        return payload

    def swap(self, keyring: Keyring, payload: dict[str, Any], **more: Any) -> bool:
        """Seals a payload as the next revision, in the place of the row as it was read.

        In one statement, so that nobody else's turn to write is held up by the sealing; outside a
        transaction it is committed once this returns. False, and nothing written, where the row
        isn't what was read anymore, or isn't under the current data key; then read it again.

        ``more`` are other fields to set: those in ``BOUND``, or what nobody else sets without a new
        revision. The blinded columns must stay as they are. Where False is returned, this object is
        as it was.
        """
        if self.data_key_id != keyring.current_id:
            return False
        names = ("revision", "sealed", *more)
        before = {name: getattr(self, name) for name in names}
        # A data key that is replaced meanwhile leaves its mark on the row: no need to hold it.
        seen = {"was_revision": self.revision, "was_key": self.data_key_id}
        seen |= {f"was_{name}": getattr(self, name) for name in self.BOUND}
        self.revision += 1
        for name, value in more.items():
            setattr(self, name, value)
        self.seal(keyring, payload)
        new = {name: getattr(self, name) for name in names}
        is_done = False
        try:
            query = _swapping(type(self), tuple(more))
            is_done = bool(query.update(user=self.user_id, id=self.id, **seen, **new))
        finally:
            if not is_done:
                for name, value in before.items():
                    setattr(self, name, value)
        return is_done

    @classmethod
    def present(cls) -> "models.QuerySet[Self]":
        """Returns the model's rows that can be replaced, here all of them."""
        return cls._default_manager.all()

    @classmethod
    def sealed_as(cls) -> str:
        """Returns the kind of row, bound into its seal: an entry can't pass for a bookmark.

        A model that gets another name must go on giving its old one here.
        """
        return cls._meta.label_lower

    def tags(self, keyring: Keyring, payload: dict[str, Any]) -> dict[str, bytes]:
        """Returns the blinded columns that follow from the payload: field name →
        ``keyring.tag(…)``.
        """
        return {}

    def bound_values(self) -> list[str | int]:
        """Returns the values of the fields in ``BOUND``, as they are sealed."""
        return [_as_json(getattr(self, name)) for name in self.BOUND]

    def is_in_place(self, keyring: Keyring, payload: dict[str, Any], bound: Any) -> bool:
        """Returns whether the row stands where its seal says.

        Args:
            bound: what was sealed of ``BOUND``; None for a row of a release that sealed none of it.
        """
        return bound is None or bound == self.bound_values()

    def reseal(self, old: Keyring, new: Keyring) -> tuple[str, ...]:
        """Moves the row to the current key of ``new``, tags too; the caller saves. Raises as
        ``open``.

        Returns the names of the fields that have changed.
        """
        payload = self.open(old)
        self.seal(new, payload)
        tags = self.tags(new, payload)
        for name, tag in tags.items():
            setattr(self, name, tag)
        return ("data_key_id", "sealed", *tags)

    @classmethod
    def prepare_resealing(cls, user_id: uuid.UUID, keyring: Keyring) -> None:
        """Does in a table what must be done before anything of a person is moved to another key."""

    def give_way(self, keyring: Keyring) -> None:
        """Finds another place for a row as :meth:`reseal` left it, its own being taken by a newer.

        Within a transaction that holds the current data key. For tables where no two rows may
        share a tag.
        """
        raise NotImplementedError


class WrappedRow(PersonRow):
    """A person's row that is written or read while their journal is closed.

    What it says is wrapped under the server's keys alone: noise to whoever has only the database,
    and readable to whoever runs the site. Never for what a person wrote.
    """

    wrapped = models.BinaryField()

    class Meta:
        abstract = True

    @classmethod
    def wrapped_as(cls) -> str:
        """Returns the purpose of its wrapping, so that no row of one kind can pass for another."""
        return cls._meta.label_lower

    def context(self) -> tuple[bytes, ...]:
        """Returns the values that the row's wrapping is bound to: its person's id, and its own."""
        return self.user_id.bytes, self.id.bytes

    def wrap(self, payload: dict[str, Any]) -> None:
        """Sets ``wrapped`` to a JSON object, padded; the caller saves."""
        text = sealing.pad(json.dumps(payload, separators=(",", ":")).encode())
        self.wrapped = server_keys.wrap(text, self.wrapped_as(), *self.context())

    def rewrap(self, payload: dict[str, Any]) -> bool:
        """Stores another payload, unless the row has changed since it was read.

        Returns whether it did: of two changes at once the later is refused.
        """
        rows = type(self)._default_manager.filter(pk=self.pk, wrapped=bytes(self.wrapped))
        self.wrap(payload)
        return bool(rows.update(wrapped=self.wrapped))

    def unwrap(self) -> dict[str, Any]:
        """Returns the JSON in ``wrapped``. Raises Damaged, or Closed without its server key."""
        text = server_keys.unwrap(bytes(self.wrapped), self.wrapped_as(), *self.context())
        try:
            payload: dict[str, Any] = json.loads(sealing.unpad(text))
        except ValueError:
            payload = {}
        if not isinstance(payload, dict) or not payload:
            raise Damaged("A wrapped row holds something else than a JSON object.")
        return payload


def _as_json(value: Any) -> str | int:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


@cache
def _swapping(model: type[SealedRow], more: tuple[str, ...]) -> Prepared:
    field = model._meta.get_field
    return Prepared(
        lambda given: model.present().filter(
            user=given("user", field("user")),
            id=given("id", field("id")),
            revision=given("was_revision", field("revision")),
            data_key_id=given("was_key", field("data_key_id")),
            **{name: given(f"was_{name}", field(name)) for name in model.BOUND},
        ),
        sets=("revision", "sealed", *more),
    )

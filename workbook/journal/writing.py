"""Keeping an answer: sealed, versioned, and never in the place of newer words."""

import datetime
import zoneinfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from workbook.accounts.models import User
from workbook.chapters.book import Book
from workbook.journal.models import Entry, occurrence_tag, prompt_tag
from workbook.journal.reading import Written, from_payload, opened
from workbook.prompts.base import Answer, Prompt
from workbook.vault.keyring import Keyring

TRIES = 3


class Stale(Exception):
    """The entry has changed since the page was drawn. ``current`` is what is kept now."""

    def __init__(self, current: Written) -> None:
        super().__init__("The entry has changed since.")
        self.current = current


def zone_of(person: User) -> datetime.tzinfo:
    """The person's time zone, else the keeper's."""
    for name in (person.time_zone, settings.SITE.time_zone):
        try:
            if name:
                return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
    return datetime.UTC


def today_of(person: User) -> datetime.date:
    return timezone.now().astimezone(zone_of(person)).date()


def write(
    person: User,
    keyring: Keyring,
    book: Book,
    prompt: Prompt,
    answer: Answer,
    *,
    expected: int,
    occurrence: str = "",
) -> Written:
    """Keep an answer; once this returns, it is committed.

    Args:
        expected: the version the page was drawn from; 0 where there was none.
        occurrence: which entry of a repeated prompt, "" otherwise.

    Raises:
        Stale: when another version is kept by now, and says something else.
        OperationalError: when the database can't; nothing is kept then.
    """
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _write(person, keyring, book, prompt, answer, expected, occurrence)
        except IntegrityError:
            # Another request began the same entry in between: now it can be found and compared.
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _write(
    person: User,
    keyring: Keyring,
    book: Book,
    prompt: Prompt,
    answer: Answer,
    expected: int,
    occurrence: str,
) -> Written:
    payload = {
        "book": book.key,
        "prompt": prompt.id,
        "occurrence": occurrence,
        "kind": prompt.kind,
        "question": prompt.question.plain,
        "answer": answer,
        "language": book.language,
        "written_at": timezone.now().isoformat(),
    }
    kept = _find(person, keyring, book, prompt, occurrence)
    if kept is None:
        entry = Entry(
            user=person,
            day=today_of(person),
            sequence=_next_sequence(person),
            prompt_tag=prompt_tag(keyring, payload),
            occurrence_tag=occurrence_tag(keyring, payload),
        )
        keyring.seal(entry, payload)
        entry.save(force_insert=True)
        return from_payload(entry, payload)
    if kept.answer == answer and kept.kind == prompt.kind and not kept.is_damaged:
        return kept  # A double press, or nothing changed: it is kept already.
    if kept.version != expected:
        raise Stale(kept)
    entry = kept.entry
    entry.revision += 1
    keyring.seal(entry, payload)
    # An answer found under an earlier id moves to today's.
    entry.prompt_tag = prompt_tag(keyring, payload)
    entry.occurrence_tag = occurrence_tag(keyring, payload)
    entry.save(force_update=True)
    return from_payload(entry, payload)


def _find(
    person: User, keyring: Keyring, book: Book, prompt: Prompt, occurrence: str
) -> Written | None:
    """The entry as it is kept, locked until the transaction ends.

    A damaged one is set aside, never written over: it keeps its seal under a tag that nothing else
    has, so that a backup may still mend it.
    """
    tags = [
        tag
        for ident in (prompt.id, *prompt.was)
        for tag in keyring.tags("occurrence", book.key, ident, occurrence)
    ]
    entries = Entry.objects.select_for_update().filter(user=person, occurrence_tag__in=tags)
    by_tag = {bytes(entry.occurrence_tag): entry for entry in entries}
    for tag in tags:
        if entry := by_tag.get(tag):
            written = opened(entry, keyring)
            if not written.is_damaged:
                return written
            entry.occurrence_tag = keyring.tag("set aside", str(entry.id))
            entry.save(force_update=True, update_fields=["occurrence_tag"])
    return None


def _next_sequence(person: User) -> int:
    """Two entries begun at the same instant may share one; the order between them is then free."""
    return (Entry.objects.filter(user=person).aggregate(last=Max("sequence"))["last"] or 0) + 1

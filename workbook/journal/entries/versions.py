"""Earlier versions of an entry: when one is kept, which go when there are many, what stands apart.

A version is kept before it is replaced, at moments a person would want to go back to: once a
sitting, before much is cut, before an older one is restored. Words that were typed on a page left
behind by newer ones are kept as well, apart, until their writer has chosen.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models.functions import Length

from workbook.accounts.models import User
from workbook.journal.entries.content import EntryContent, Written
from workbook.journal.entries.queries import says_nothing
from workbook.journal.models import EarlierVersion, Entry
from workbook.prompts.answers import Answer
from workbook.prompts.registry import words
from workbook.vault.keyring import Keyring
from workbook.vault.sealing import Closed, Damaged
from workbook.vault.storage import A_ROW, size_of

SITTING = datetime.timedelta(minutes=30)
"""Without a save for so long, what stands there is how a sitting ended."""
LARGE_CUT = 200
"""Characters: two or three sentences that someone may want back."""
SHORT_CUT = 40
"""Characters that are a large cut out of a short answer: when they are two fifths of it."""
MOST = 50
"""Versions kept of one entry."""
NEWEST = 10
"""Of those, so many of the newest are never thinned."""
FEW = NEWEST + 1
"""Versions left of an entry where there is no room for more: the first and the newest."""
GRAM = 4


@dataclass(frozen=True, kw_only=True)
class Earlier(Written):
    """A version, opened. ``entry`` is the entry as it stands now.

    ``is_closed``: it was sealed under a key that isn't held here.
    """

    row: EarlierVersion | None = None
    is_closed: bool = False

    @property
    def version(self) -> int:
        return self.row.revision if self.row else 0

    @property
    def is_apart(self) -> bool:
        return bool(self.row and self.row.is_apart)


def opened_version(entry: Entry, row: EarlierVersion, keyring: Keyring) -> Earlier:
    try:
        return Earlier.from_payload(row.open(keyring), entry=entry, row=row)
    except Damaged:
        return Earlier(entry=entry, row=row, is_damaged=True)
    except Closed:
        return Earlier(entry=entry, row=row, is_closed=True)


def versions_of(person: User, keyring: Keyring, entry: Entry) -> list[Earlier]:
    """All of them, those that stand apart first, then the newest first. One query."""
    rows = EarlierVersion.objects.filter(user=person, entry_id=entry.id).staying()
    found = [opened_version(entry, row, keyring) for row in rows]
    begin = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return sorted(found, key=lambda v: (v.is_apart, v.version, v.written_at or begin), reverse=True)


def version_of(person: User, keyring: Keyring, entry: Entry, ident: UUID) -> Earlier:
    """Raises EarlierVersion.DoesNotExist."""
    rows = EarlierVersion.objects.filter(user=person, id=ident, entry_id=entry.id).staying()
    return opened_version(entry, rows.get(), keyring)


# --- When one is kept ---


def cut_between(before: Answer, after: Answer) -> int:
    """About how many characters of one answer are not in the other.

    Counted in runs of four characters, so that it works in scripts without blanks and a sentence
    that only moved is not counted.
    """
    old, new = _middles("\n".join(words(before)), "\n".join(words(after)))
    if len(old) < GRAM or not new:
        return len(old)
    return (Counter(_grams(old)) - Counter(_grams(new))).total()


def is_worth_keeping(
    kept: Written, cut: int, now: datetime.datetime, *, is_lost: bool = False
) -> bool:
    """Whether an entry should be kept as a version before ``cut`` characters of it go.

    Small cuts add up (``kept.cut``): nobody loses a page by deleting it sentence by sentence.
    ``is_lost``: nothing of it stays, however short it is.
    """
    if says_nothing(kept.kind, kept.answer):
        return False
    length = sum(map(len, words(kept.answer)))
    # Either way: a clock that was set back must not join two sittings for a day.
    is_another_sitting = kept.written_at is None or abs(now - kept.written_at) > SITTING
    is_large = kept.cut + cut >= LARGE_CUT or (cut >= SHORT_CUT and cut * 5 >= length * 2)
    return is_lost or is_another_sitting or is_large


def _middles(old: str, new: str) -> tuple[str, str]:
    """Two texts without what they share at their beginning and end."""
    start = _shared(old, new)
    old, new = old[start:], new[start:]
    end = _shared(old[::-1], new[::-1])
    return old[: len(old) - end], new[: len(new) - end]


def _shared(old: str, new: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _grams(text: str) -> Iterable[str]:
    return (text[index : index + GRAM] for index in range(max(1, len(text) - GRAM + 1)))


# --- Keeping ---


def keep_version(person: User, keyring: Keyring, entry: Entry) -> int:
    """Keep an entry as it stands; the caller replaces it in the same transaction.

    Returns the bytes that the version counts.
    """
    row = EarlierVersion(user=person, entry_id=entry.id, revision=entry.revision)
    row.seal(keyring, entry.open(keyring))
    # Not ``save``, which would hold the data key: saving the entry does that for both.
    EarlierVersion.objects.bulk_create([row])
    thin(person, entry)
    return size_of(row)


def superfluous(revisions: Sequence[int], most: int = MOST) -> list[int]:
    """Which of a growing list of revisions to let go so that ``most`` are left: their places.

    The first and the newest stay. Of those between, the one goes whose neighbours are nearest, so
    that what is left reaches back evenly.
    """
    places = list(range(len(revisions)))
    gone = []
    while len(places) > most:
        between = range(1, max(2, len(places) - NEWEST))
        at = min(between, key=lambda i: revisions[places[i + 1]] - revisions[places[i - 1]])
        gone.append(places.pop(at))
    return gone


def thin(person: User, entry: Entry, just_settled: UUID | None = None) -> None:
    """Let go of what is superfluous of an entry's earlier versions.

    Those that stand apart are thinned by themselves (:func:`_thin_apart`): while nobody has chosen,
    they must not go for others. Nor does one go in the moment that it was settled.
    """
    rows = EarlierVersion.objects.filter(user=person, entry_id=entry.id, is_apart=False).staying()
    found = list(rows.exclude(id=just_settled).order_by("revision").values_list("id", "revision"))
    if gone := [found[at][0] for at in superfluous([revision for _id, revision in found])]:
        EarlierVersion.objects.filter(user=person, id__in=gone).delete()


def thin_to_fit(person: User, entry: Entry, size: int) -> int:
    """Let go of an entry's earlier versions until so many bytes are free, and returns how many
    are. In the order of :func:`superfluous`, as long as there are more than FEW.
    """
    rows = EarlierVersion.objects.filter(user=person, entry_id=entry.id, is_apart=False).staying()
    sized = rows.annotate(size=Length("sealed")).order_by("revision")
    found = list(sized.values_list("id", "revision", "size"))
    freed, gone = 0, []
    for at in superfluous([revision for _id, revision, _size in found], FEW):
        if freed >= size:
            break
        gone.append(found[at][0])
        freed += found[at][2] + A_ROW
    if gone:
        EarlierVersion.objects.filter(user=person, id__in=gone).delete()
    return freed


def few(person: User) -> list[UUID]:
    """Which versions to let go so that FEW are left of each entry; none that stand apart."""
    rows = EarlierVersion.objects.filter(user=person, is_apart=False).staying()
    ordered = rows.order_by("entry_id", "revision").values_list("entry_id", "id", "revision")
    gone = []
    for _entry, group in groupby(ordered.iterator(), key=lambda row: row[0]):
        found = list(group)
        gone += [found[at][1] for at in superfluous([row[2] for row in found], FEW)]
    return gone


def _thin_apart(person: User, versions: Iterable[Earlier]) -> None:
    """Thins conflict versions by when they were written: many may come from one revision.

    One that can't be read is left as it is.
    """
    apart = sorted(
        (version.written_at, version.row.id)
        for version in versions
        if version.row and version.is_apart and version.written_at
    )
    if gone := superfluous([int(written_at.timestamp()) for written_at, _id in apart]):
        EarlierVersion.objects.filter(user=person, id__in=[apart[at][1] for at in gone]).delete()


# --- What stands apart ---


def keep_apart(
    person: User, keyring: Keyring, entry: Entry, payload: dict[str, Any], expected: int
) -> Earlier:
    """Keep words beside newer ones. Those that come again, or go on on the same page, once."""
    said = EntryContent.from_payload(payload)
    known = versions_of(person, keyring, entry)
    row = None
    for version in known:
        if (version.kind, version.answer) == (said.kind, said.answer):
            return version
        if version.is_apart and version.page and version.page == said.page:
            if said.turn and said.turn < version.turn:
                return version  # An older state of the page, come late.
            row = version.row
    is_new = row is None
    # No page has seen a later version than there is, whatever it says.
    based_on = min(expected, entry.revision)
    row = row or EarlierVersion(user=person, entry_id=entry.id, revision=based_on, is_apart=True)
    row.seal(keyring, payload)
    row.save(force_insert=is_new, force_update=not is_new)
    if not entry.has_apart:
        entry.has_apart = True
        entry.save(force_update=True, update_fields=["has_apart"])
    version = opened_version(entry, row, keyring)
    if is_new:
        _thin_apart(person, [*known, version])
    return version


def thin_joined(person: User, keyring: Keyring, entry: Entry) -> None:
    """Let go of what is superfluous of an entry that was joined with another's versions."""
    thin(person, entry)
    _thin_apart(person, versions_of(person, keyring, entry))


def settle(person: User, entry: Entry, ident: UUID) -> None:
    """The person has chosen: a version that stood apart is now one of the earlier ones."""
    rows = EarlierVersion.objects.filter(user=person, entry_id=entry.id).staying()
    rows.filter(id=ident).update(is_apart=False)
    thin(person, entry, just_settled=ident)
    notice_apart(person, entry)


def notice_apart(person: User, entry: Entry) -> None:
    """Set ``has_apart`` as it is."""
    rows = EarlierVersion.objects.filter(user=person, entry_id=entry.id).staying()
    entry.has_apart = rows.filter(is_apart=True).exists()
    entry.save(force_update=True, update_fields=["has_apart"])

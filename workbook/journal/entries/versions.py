"""Earlier versions of an entry: when one is kept, which go when there are many, and conflicts.

A version is kept before it is replaced, at moments a person would want to go back to: once a
sitting, before much is cut, before an older one is restored. Words that were typed on a page left
behind by newer ones are kept as well, as a conflict version, until their writer has chosen.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from workbook.accounts.models import User
from workbook.journal.entries.comparing import middles
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
    """A kept version of an entry, opened; ``entry`` is the row of the entry as it stands now.

    Attributes:
        row: the row of the version.
        is_closed: it was sealed under a key that isn't held here.
    """

    row: EarlierVersion
    is_closed: bool = False

    @property
    def version(self) -> int:
        """The entry's revision that this version was, or that its page was drawn from."""
        return self.row.revision

    @property
    def is_apart(self) -> bool:
        """Whether this is a conflict version that its writer has not decided on yet."""
        return self.row.is_apart


def opened_version(entry: Entry, row: EarlierVersion, keyring: Keyring) -> Earlier:
    """Opens one version of an entry, which may turn out damaged or closed."""
    try:
        return Earlier.from_payload(row.open(keyring), entry=entry, row=row)
    except Damaged:
        return Earlier(entry=entry, row=row, is_damaged=True)
    except Closed:
        return Earlier(entry=entry, row=row, is_closed=True)


def versions_of(keyring: Keyring, entry: Entry) -> list[Earlier]:
    """Returns all versions of an entry, conflicts first, then the newest first. One query."""
    found = [opened_version(entry, row, keyring) for row in _rows(entry)]
    begin = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return sorted(found, key=lambda v: (v.is_apart, v.version, v.written_at or begin), reverse=True)


def version_of(keyring: Keyring, entry: Entry, ident: UUID) -> Earlier:
    """Returns one version of an entry. Raises EarlierVersion.DoesNotExist."""
    return opened_version(entry, _rows(entry).get(id=ident), keyring)


def _rows(entry: Entry) -> QuerySet[EarlierVersion]:
    return EarlierVersion.objects.filter(user=entry.user_id, entry_id=entry.id).staying()


# --- When one is kept ---


def cut_between(before: Answer, after: Answer) -> int:
    """Returns about how many characters of one answer are not in the other.

    Counted in runs of four characters, so that it works in scripts without blanks and a sentence
    that only moved is not counted.
    """
    old, new = "\n".join(words(before)), "\n".join(words(after))
    start, end = middles(old, new)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if len(old) < GRAM or not new:
        return len(old)
    return (Counter(_grams(old)) - Counter(_grams(new))).total()


def is_worth_keeping(kept: Written, new: EntryContent, cut: int) -> bool:
    """Whether an entry should be kept as a version before new words, which cut so many characters
    of it, are put in its place.

    Small cuts add up (``kept.cut``): nobody loses a page by deleting it sentence by sentence.
    """
    if says_nothing(kept.kind, kept.answer):
        return False
    # A form of another kind can't hold what was answered in this one.
    is_lost = says_nothing(new.kind, new.answer) or new.kind != kept.kind
    # Either way: a clock that was set back must not join two sittings for a day.
    since = abs(timezone.now() - kept.written_at) if kept.written_at else None
    length = sum(map(len, words(kept.answer)))
    is_large = kept.cut + cut >= LARGE_CUT or (cut >= SHORT_CUT and cut * 5 >= length * 2)
    return is_lost or since is None or since > SITTING or is_large


def _grams(text: str) -> Iterable[str]:
    return (text[index : index + GRAM] for index in range(max(1, len(text) - GRAM + 1)))


# --- Keeping ---


def keep_version(keyring: Keyring, entry: Entry) -> int:
    """Keeps an entry as it stands; the caller replaces it in the same transaction.

    Returns the bytes that the version counts.
    """
    row = EarlierVersion(user_id=entry.user_id, entry_id=entry.id, revision=entry.revision)
    row.seal(keyring, entry.open(keyring))
    # Not ``save``, which would hold the data key: saving the entry does that for both.
    EarlierVersion.objects.bulk_create([row])
    thin(entry)
    return size_of(row)


def superfluous(revisions: Sequence[int], most: int = MOST) -> list[int]:
    """Returns which of a growing list of revisions to let go so that ``most`` are left: their
    places in it.

    The first and the newest stay. Of those between, the one goes whose neighbors are nearest, so
    that what is left reaches back evenly.
    """
    places = list(range(len(revisions)))
    gone = []
    while len(places) > most:
        between = range(1, max(2, len(places) - NEWEST))
        at = min(between, key=lambda i: revisions[places[i + 1]] - revisions[places[i - 1]])
        gone.append(places.pop(at))
    return gone


def thin(entry: Entry, just_settled: UUID | None = None) -> None:
    """Lets go of what is superfluous of an entry's earlier versions.

    Conflict versions are thinned by themselves (:func:`_thin_conflicts`): while nobody has chosen,
    they must not go for others. Nor does one go in the moment that it was settled.
    """
    rows = _rows(entry).filter(is_apart=False)
    if just_settled:
        rows = rows.exclude(id=just_settled)
    found = list(rows.order_by("revision").values_list("id", "revision"))
    _let_go(entry, [found[at][0] for at in superfluous([revision for _id, revision in found])])


def thin_to_fit(entry: Entry, size: int) -> int:
    """Lets go of an entry's earlier versions until ``size`` bytes are free, and returns how many
    are. In the order of :func:`superfluous`, as long as there are more than FEW.
    """
    sized = _rows(entry).filter(is_apart=False).annotate(size=Length("sealed"))
    found = list(sized.order_by("revision").values_list("id", "revision", "size"))
    freed, gone = 0, []
    for at in superfluous([revision for _id, revision, _size in found], FEW):
        if freed >= size:
            break
        gone.append(found[at][0])
        freed += found[at][2] + A_ROW
    _let_go(entry, gone)
    return freed


def few(person: User) -> list[UUID]:
    """Returns which earlier versions to let go so that FEW are left of each entry; no conflicts."""
    rows = EarlierVersion.objects.filter(user=person, is_apart=False).staying()
    ordered = rows.order_by("entry_id", "revision").values_list("entry_id", "id", "revision")
    gone = []
    for _entry, group in groupby(ordered.iterator(), key=lambda row: row[0]):
        found = list(group)
        gone += [found[at][1] for at in superfluous([row[2] for row in found], FEW)]
    return gone


def _let_go(entry: Entry, gone: list[UUID]) -> None:
    if gone:
        EarlierVersion.objects.filter(user=entry.user_id, id__in=gone).delete()


# --- Conflicts ---


def keep_conflict(
    keyring: Keyring, entry: Entry, payload: dict[str, Any], expected: int
) -> Earlier:
    """Keeps words beside newer ones, as a conflict version of the entry.

    Words that come again, or go on on the same page, are kept once. ``expected`` is the revision
    that their page was drawn from.
    """
    said = EntryContent.from_payload(payload)
    known = versions_of(keyring, entry)
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
    row = row or EarlierVersion(
        user_id=entry.user_id,
        entry_id=entry.id,
        revision=min(expected, entry.revision),
        is_apart=True,
    )
    row.seal(keyring, payload)
    row.save(force_insert=is_new, force_update=not is_new)
    if not entry.has_apart:
        entry.has_apart = True
        entry.save(force_update=True, update_fields=["has_apart"])
    version = opened_version(entry, row, keyring)
    if is_new:
        _thin_conflicts(entry, [*known, version])
    return version


def _thin_conflicts(entry: Entry, versions: Iterable[Earlier]) -> None:
    """Thins conflict versions by when they were written: many may come from one revision.

    One that can't be read is left as it is.
    """
    conflicts = sorted(
        (version.written_at, version.row.id)
        for version in versions
        if version.is_apart and version.written_at
    )
    gone = superfluous([int(written_at.timestamp()) for written_at, _id in conflicts])
    _let_go(entry, [conflicts[at][1] for at in gone])


def thin_joined(keyring: Keyring, entry: Entry) -> None:
    """Lets go of what is superfluous of an entry that was joined with another's versions."""
    thin(entry)
    _thin_conflicts(entry, versions_of(keyring, entry))
    note_conflicts(entry)


def settle(entry: Entry, ident: UUID) -> None:
    """Makes a conflict version one of the earlier ones: its writer has chosen."""
    _rows(entry).filter(id=ident).update(is_apart=False)
    thin(entry, just_settled=ident)
    note_conflicts(entry)


def note_conflicts(entry: Entry) -> None:
    """Sets ``has_apart`` as it is: whether a conflict waits for its writer to choose."""
    entry.has_apart = _rows(entry).filter(is_apart=True).exists()
    entry.save(force_update=True, update_fields=["has_apart"])

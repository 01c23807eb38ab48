"""Looking back, only when asked to, and from what holds a person: never the latest or heaviest."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from workbook.accounts.models import User
from workbook.chapters.book import Book, Chapter
from workbook.chapters.loader import library
from workbook.journal.entries.content import Written
from workbook.journal.entries.placed import Standing
from workbook.journal.entries.queries import answers_for, says_nothing
from workbook.journal.entries.versions import Earlier, opened_version
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.review.hidden import Hidden
from workbook.prompts.base import Dated, Prompt, Recalled
from workbook.prompts.kinds.map import Map
from workbook.vault.keyring import Keyring


@dataclass(frozen=True)
class Offers:
    """What there is to look back at, without opening any of it, in reading order.

    Attributes:
        holding: questions that the book itself comes back to: who and what holds the reader.
        chapters: those that hold answers; ``heavier`` are for who looks for them.
        over_time: questions whose answers can be set side by side.
        maps: books with a map of the reader's people.
    """

    holding: tuple[Standing, ...] = ()
    chapters: tuple[tuple[Book, Chapter], ...] = ()
    heavier: tuple[tuple[Book, Chapter], ...] = ()
    over_time: tuple[Standing, ...] = ()
    maps: tuple[Book, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look back at."""
        return not (self.chapters or self.heavier)


def offers(person: User, keyring: Keyring, hidden: Hidden) -> Offers:
    """Returns what there is to look back at. One query, which opens nothing."""
    entries = Entry.objects.open_to(keyring)
    tags = {bytes(tag) for tag in entries.values_list("prompt_tag", flat=True).distinct()}
    books = library().books
    answered = [
        standing
        for standing in (Standing(book, placed) for book in books for placed in book.prompts)
        if not tags.isdisjoint(_tags(keyring, standing)) and not _is_hidden(standing, hidden)
    ]
    ids = {(standing.book.slug, standing.prompt.id) for standing in answered}
    written_in = {(s.book.slug, s.chapter.slug) for s in answered if s.chapter}
    chapters = [
        (book, chapter)
        for book in books
        for chapter in book.chapters
        if (book.slug, chapter.slug) in written_in
    ]
    return Offers(
        holding=tuple(s for s in answered if s.prompt.id in _held_on_to(s.book)),
        chapters=tuple(pair for pair in chapters if not pair[1].heavy),
        heavier=tuple(pair for pair in chapters if pair[1].heavy),
        over_time=tuple(s for s in answered if s.prompt.then_and_now and not s.prompt.sensitive),
        maps=tuple(
            book for book in books if (block := map_of(book)) and (book.slug, block.target) in ids
        ),
    )


def map_of(book: Book) -> Map | None:
    """Returns the first map that a book draws."""
    blocks = (block for chapter in book.chapters for block in chapter.blocks)
    return next((block for block in blocks if isinstance(block, Map)), None)


def _held_on_to(book: Book) -> set[str]:
    """Returns the ids of the prompts that the book's maps, cards, guides and recalls show again."""
    blocks = (block for chapter in book.chapters for block in chapter.blocks)
    needed = {ident for block in blocks for ident in block.needs()}
    return {p.prompt.id for p in book.prompts if p.prompt.id in needed and not p.prompt.sensitive}


def _tags(keyring: Keyring, standing: Standing) -> set[bytes]:
    idents = (standing.prompt.id, *standing.prompt.was)
    return {tag for ident in idents for tag in keyring.tags("prompt", standing.book.key, ident)}


def _is_hidden(standing: Standing, hidden: Hidden) -> bool:
    book, chapter = standing.book.key, standing.chapter
    return (book, standing.prompt.id) in hidden.prompts or (
        chapter is not None and (book, chapter.slug) in hidden.chapters
    )


# --- Then and now ---


@dataclass(frozen=True)
class ThenAndNow:
    """The first and the latest answer to one question. ``then`` is None where there is but one."""

    standing: Standing
    now: Written
    then: Written | None = None


def then_and_now(
    person: User, keyring: Keyring, book: Book, prompts: Iterable[Prompt], hidden: Hidden
) -> list[ThenAndNow]:
    """Returns the first and the latest answer to each prompt that has any, in their order.

    Three queries, however many there are.
    """
    wanted = [
        standing
        for prompt in prompts
        if not _is_hidden(standing := Standing(book, book.prompt(prompt.id)), hidden)
    ]
    answers = answers_for(person, keyring, book, [standing.prompt for standing in wanted])
    pairs = [(standing, _telling(answers.get(standing.prompt.id, []))) for standing in wanted]
    telling = [(standing, entries) for standing, entries in pairs if entries]
    firsts = _first_versions(person, keyring, [entries[0] for _standing, entries in telling])
    result = []
    for standing, entries in telling:
        then, now = firsts.get(entries[0].entry.id, entries[0]), entries[-1]
        result.append(ThenAndNow(standing, now, None if then.answer == now.answer else then))
    return result


def _telling(entries: Sequence[Written]) -> list[Written]:
    """Returns the entries that can be read and say something, oldest first."""
    found = [
        written
        for written in entries
        if not written.is_damaged and not says_nothing(written.kind, written.bare_answer)
    ]
    return sorted(found, key=lambda written: (written.entry.day, written.entry.sequence))


def _first_versions(
    person: User, keyring: Keyring, entries: Sequence[Written]
) -> dict[Any, Earlier]:
    """Returns the oldest version of each entry that has any, by the entry's id. Two queries."""
    by_id = {written.entry.id: written.entry for written in entries}
    versions = EarlierVersion.objects.filter(
        user=person, entry_id__in=list(by_id), is_apart=False, data_key_id__in=keyring.held
    ).staying()
    # Of each entry the last one of these stays, which is the oldest.
    oldest = dict(versions.order_by("-revision").values_list("entry_id", "id"))
    rows = EarlierVersion.objects.filter(user=person, id__in=list(oldest.values()))
    opened = (opened_version(by_id[row.entry_id], row, keyring) for row in rows)
    return {
        version.entry.id: version
        for version in opened
        if not version.is_damaged and not says_nothing(version.kind, version.answer)
    }


def over_time(
    person: User, keyring: Keyring, standing: Standing
) -> tuple[Any, list[tuple[datetime.date, Written]]]:
    """Returns the picture of a prompt's answers, None for too few, and the answers, oldest first.

    Of a question that is asked once, its earlier versions are the answers of before.
    """
    prompt = standing.prompt
    entries = _telling(answers_for(person, keyring, standing.book, [prompt]).get(prompt.id, []))
    dated: list[tuple[datetime.date, Written]] = []
    for written in entries:
        if not prompt.repeat:
            dated += [(v.local_day(), v) for v in _all_versions(keyring, written.entry)]
        dated.append((written.entry.day if prompt.repeat else written.local_day(), written))
    held = [(day, w) for day, w in dated if prompt.can_hold(w.kind, w.answer)]
    return prompt.look_back([Dated(day, written.answer) for day, written in held]), held


def _all_versions(keyring: Keyring, entry: Entry) -> list[Earlier]:
    rows = EarlierVersion.objects.open_to(keyring).filter(entry_id=entry.id, is_apart=False)
    versions = [opened_version(entry, row, keyring) for row in rows.order_by("revision")]
    return [version for version in versions if not version.is_damaged]


# --- The map ---


@dataclass(frozen=True)
class MapThen:
    """A map as it was, or is: what its template draws. ``day`` is when it was written."""

    block: Map
    day: datetime.date
    context: dict[str, Any]


def maps_then_and_now(person: User, keyring: Keyring, book: Book, hidden: Hidden) -> list[MapThen]:
    """Returns the map at first and as it is, or one where nothing changed; none without a map."""
    block = map_of(book)
    if block is None:
        return []
    prompts = [book.prompt(ident).prompt for ident in block.needs()]
    found = then_and_now(person, keyring, book, prompts, hidden)
    if not any(one.standing.prompt.id == block.target for one in found):
        return []

    def drawn(answers: dict[str, Written]) -> MapThen:
        recalled = {
            ident: Recalled(book.prompt(ident).prompt, written.answer)
            for ident, written in answers.items()
        }
        return MapThen(block, answers[block.target].local_day(), block.context(recalled))

    now = {one.standing.prompt.id: one.now for one in found}
    then = {one.standing.prompt.id: one.then or one.now for one in found}
    return [drawn(then), drawn(now)] if then != now else [drawn(now)]

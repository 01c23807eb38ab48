"""The rules that are lists of words: ``words.toml``, read once, found in one pass over a text."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from workbook.authoring.lint.codes import RULES, number
from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.spares import SPARES
from workbook.authoring.lint.text import Passage

FILE = Path(__file__).with_name("words.toml")
GAP = r"(?:[\s\-]+[\w'’]+){0,3}?"
BETWEEN = r"[\s\-\u2010\u2011]+"
KEY_LETTERS = 3
LETTERS = re.compile(rf"[\w']{{1,{KEY_LETTERS}}}")


class UnreadableWords(ValueError):
    """words.toml can't be used; the text says which entry, and why."""


@dataclass(frozen=True)
class Phrase:
    """One line of the file. ``instead`` may be empty."""

    find: str
    instead: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression; most phrases are never met, so it is made when one may be."""
        return pattern(self.find)


@dataclass(frozen=True)
class PhraseGroup:
    """One part of the file."""

    code: str
    why: str
    spare: tuple[Callable[[Passage, int, int], bool], ...]
    beside: tuple[re.Pattern[str], ...]
    quiet: bool
    only_prompts: bool


class PhraseEntry(NamedTuple):
    """A phrase with its part of the file; ``is_fine`` for those that spare what lies in them."""

    phrase: Phrase
    group: PhraseGroup
    is_fine: bool


class Phrases(NamedTuple):
    """The whole file.

    Attributes:
        by_letters: for the first letters of a word, every phrase that may begin there.
        begins: finds words that begin with any of them.
    """

    by_letters: dict[str, list[PhraseEntry]]
    begins: re.Pattern[str]


class PhraseHit(NamedTuple):
    """A phrase where it stands in a passage."""

    start: int
    end: int
    phrase: Phrase
    group: PhraseGroup


def pattern(find: str) -> re.Pattern[str]:
    """The regular expression for a phrase of the file."""
    out = ""
    for word in find.replace("-", " ").split():
        if word == "...":
            out += GAP
            continue
        ways = [
            re.escape(way.removesuffix("*")).replace("'", "['’]")
            + (r"[\w'’]*" if way.endswith("*") else "")
            for way in word.split("/")
        ]
        out += (BETWEEN if out else "") + f"(?:{'|'.join(ways)})"
    return re.compile(rf"{out}(?![\w])(?!['’]\w)", re.IGNORECASE)


def first_letters(find: str) -> set[str]:
    """The keys under which a phrase is looked up.

    Raises:
        UnreadableWords: when its first word can't be looked up.
    """
    first = find.replace("-", " ").split()[0]
    ways = first.split("/")
    if any(way in {"...", "*"} or (way.endswith("*") and len(way) <= KEY_LETTERS) for way in ways):
        raise UnreadableWords(f"'{find}' must begin with a word of at least {KEY_LETTERS} letters.")
    return {way.removesuffix("*").casefold()[:KEY_LETTERS] for way in ways}


def read(text: str) -> Phrases:
    """Raises UnreadableWords, naming the entry."""
    words: dict[str, list[PhraseEntry]] = {}
    try:
        parts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableWords(f"words.toml: {error}") from None
    for name, part in parts.items():
        code = name.partition("-")[0]
        if code not in RULES or not part.get("why") or not part.get("say"):
            raise UnreadableWords(f"[{name}] needs a rule's code, a 'why' and phrases to 'say'.")
        unknown = set(part.get("spare", ())) - set(SPARES)
        if unknown:
            raise UnreadableWords(f"[{name}] spares {sorted(unknown)}, which is not known.")
        group = PhraseGroup(
            code=code,
            why=part["why"],
            spare=tuple(SPARES[spare] for spare in part.get("spare", ())),
            beside=tuple(pattern(find) for find in part.get("beside", ())),
            quiet=part.get("quiet", False),
            only_prompts=part.get("only") == "prompts",
        )
        for find, instead in part["say"].items():
            _add(words, PhraseEntry(Phrase(find, instead), group, is_fine=False))
        for find in part.get("fine", ()):
            _add(words, PhraseEntry(Phrase(find), group, is_fine=True))
    return Phrases(words, _beginnings(words))


def _beginnings(letters: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all first letters, by their first one: words are many, and most are none."""
    heads: dict[str, list[str]] = {}
    for some in letters:
        heads.setdefault(some[0], []).append(re.escape(some[1:]))
    ways = (f"{re.escape(head)}(?:{'|'.join(rests)})" for head, rests in heads.items())
    return re.compile(rf"(?<![\w'’])(?:{'|'.join(ways)})")


def _add(words: dict[str, list[PhraseEntry]], entry: PhraseEntry) -> None:
    for letters in first_letters(entry.phrase.find):
        words.setdefault(letters, []).append(entry)


@cache
def words() -> Phrases:
    return read(FILE.read_text(encoding="utf-8"))


def found_in(passage: Passage, known: Phrases) -> Iterator[PhraseHit]:
    """Every phrase in a passage that nothing spares."""
    text = passage.text
    fine: list[PhraseHit] = []
    hits: list[PhraseHit] = []
    # A few capital letters become two small ones; such a text keeps its places as it is.
    small = text.lower()
    small = small if len(small) == len(text) else text
    for word in known.begins.finditer(small):
        letters = LETTERS.match(small, word.start())
        for phrase, group, is_fine in known.by_letters.get(letters[0], ()) if letters else ():
            if match := phrase.pattern.match(text, word.start()):
                (fine if is_fine else hits).append(PhraseHit(*match.span(), phrase, group))
    for hit in _longest(hits):
        if hit.group.only_prompts and not passage.is_asked:
            continue
        if any(
            other.start <= hit.start and hit.end <= other.end and other.group.code == hit.group.code
            for other in fine
        ):
            continue
        if not any(spares(passage, hit.start, hit.end) for spares in hit.group.spare):
            yield hit


def _longest(hits: list[PhraseHit]) -> Iterator[PhraseHit]:
    """One finding for each place and rule: the longest, of equals the first."""
    taken: list[PhraseHit] = []
    for hit in sorted(hits, key=lambda hit: hit.start - hit.end):
        if not any(
            other.start < hit.end
            and hit.start < other.end
            and number(other.group.code) == number(hit.group.code)
            for other in taken
        ):
            taken.append(hit)
            yield hit


def check(sheet: Sheet) -> Iterator[Finding]:
    """Rules 4 to 10, 13 and 14."""
    known = words()
    for passage in sheet.passages:
        for start, end, phrase, group in found_in(passage, known):
            if group.beside and not _is_beside(group.beside, passage, sheet.passages):
                continue
            found = " ".join(passage.text[start:end].split())
            yield sheet.at(group.code, passage, start, message=_message(found, phrase, group))


def _message(found: str, phrase: Phrase, group: PhraseGroup) -> str:
    subject = "This says more than is safe." if group.quiet else f"'{found}':"
    instead = (
        f" Say: {phrase.instead}." if phrase.instead else " Leave it out, or say it another way."
    )
    return f"{subject} {group.why}{instead}"


def _is_beside(
    patterns: Sequence[re.Pattern[str]], passage: Passage, passages: Sequence[Passage]
) -> bool:
    near = [passage] if passage.block is None else [p for p in passages if p.block is passage.block]
    return any(
        re.search(rf"(?<!\w){wanted.pattern}", other.text, re.IGNORECASE)
        for other in near
        for wanted in patterns
    )

"""The rules that are lists of words: ``words.toml``, read once, found in one pass over a text."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from workbook.authoring.lint.codes import RULES, number
from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.spares import SPARES, Spare
from workbook.authoring.lint.text import Passage

FILE = Path(__file__).with_name("words.toml")
GAP = r"(?:[\s\-]+[\w'’]+){0,3}?"
BETWEEN = r"[\s\-\u2010\u2011]+"
KEY_LETTERS = 3
LETTERS = re.compile(rf"[\w']{{1,{KEY_LETTERS}}}")


class UnreadableWords(ValueError):
    """words.toml can't be used; the text says which entry, and why."""


@dataclass(frozen=True)
class PhraseGroup:
    """A table of ``words.toml``: phrases that have a rule, a reason and their exceptions in common.

    Attributes:
        spare: what makes its phrases harmless where they stand.
        beside: of patterns, one of which has to be near.
        quiet: its findings don't echo what they found.
        only_prompts: it is about questions and their options.
    """

    code: str
    why: str
    spare: tuple[Spare, ...]
    beside: tuple[re.Pattern[str], ...]
    quiet: bool
    only_prompts: bool


@dataclass(frozen=True)
class Phrase:
    """A phrase of ``words.toml``. ``instead`` may be empty; ``is_fine`` spares what lies in it."""

    find: str
    instead: str
    group: PhraseGroup
    is_fine: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression; most phrases are never met, so it is made when one may be."""
        return pattern(self.find)


class Phrases(NamedTuple):
    """The phrases of ``words.toml``, arranged for finding them fast.

    Attributes:
        by_letters: for the first letters of a word, every phrase that may begin there.
        begins: a pattern for words that begin with any of those letters.
    """

    by_letters: dict[str, list[Phrase]]
    begins: re.Pattern[str]


class PhraseHit(NamedTuple):
    """A phrase where it stands in a passage."""

    start: int
    end: int
    phrase: Phrase

    @property
    def group(self) -> PhraseGroup:
        """The part of the file that the phrase belongs to."""
        return self.phrase.group

    def overlaps(self, other: "PhraseHit") -> bool:
        """Returns whether two hits share a letter."""
        return self.start < other.end and other.start < self.end


def pattern(find: str) -> re.Pattern[str]:
    """Returns the regular expression for a phrase of the file."""
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
    """Returns the keys under which a phrase is looked up.

    Raises:
        UnreadableWords: when its first word can't be looked up.
    """
    first = find.replace("-", " ").split()[0]
    ways = first.split("/")
    if any(way in {"...", "*"} or (way.endswith("*") and len(way) <= KEY_LETTERS) for way in ways):
        raise UnreadableWords(f"'{find}' must begin with a word of at least {KEY_LETTERS} letters.")
    return {way.removesuffix("*").casefold()[:KEY_LETTERS] for way in ways}


def read(text: str) -> Phrases:
    """Returns the phrases in the text of ``words.toml``.

    Raises UnreadableWords, naming the entry that is wrong.
    """
    words: dict[str, list[Phrase]] = {}
    try:
        parts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableWords(f"words.toml: {error}") from None
    for name, part in parts.items():
        code = name.partition("-")[0]
        if code not in RULES or not part.get("why") or not part.get("say"):
            raise UnreadableWords(f"[{name}] needs a rule's code, a 'why' and phrases to 'say'.")
        spare = part.get("spare", ())
        if unknown := set(spare) - set(SPARES):
            raise UnreadableWords(f"[{name}] spares {sorted(unknown)}, which is not known.")
        group = PhraseGroup(
            code=code,
            why=part["why"],
            spare=tuple(SPARES[one] for one in spare),
            beside=tuple(map(pattern, part.get("beside", ()))),
            quiet=part.get("quiet", False),
            only_prompts=part.get("only") == "prompts",
        )
        phrases = [Phrase(find, instead, group) for find, instead in part["say"].items()]
        phrases += [Phrase(find, "", group, is_fine=True) for find in part.get("fine", ())]
        for phrase in phrases:
            for letters in first_letters(phrase.find):
                words.setdefault(letters, []).append(phrase)
    return Phrases(words, _beginnings(words))


def _beginnings(letters: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all first letters, by their first one: words are many, and most are none."""
    heads: dict[str, list[str]] = {}
    for some in letters:
        heads.setdefault(some[0], []).append(re.escape(some[1:]))
    ways = (f"{re.escape(head)}(?:{'|'.join(rests)})" for head, rests in heads.items())
    return re.compile(rf"(?<![\w'’])(?:{'|'.join(ways)})")


@cache
def words() -> Phrases:
    """Returns the phrases of words.toml."""
    return read(FILE.read_text(encoding="utf-8"))


def found_in(passage: Passage, known: Phrases) -> Iterator[PhraseHit]:
    """Yields every phrase in a passage that nothing spares."""
    text = passage.text
    hits: list[PhraseHit] = []
    # A few capital letters become two small ones; such a text keeps its places as it is.
    small = text.lower()
    small = small if len(small) == len(text) else text
    for word in known.begins.finditer(small):
        letters = LETTERS.match(small, word.start())
        for phrase in known.by_letters.get(letters[0], ()) if letters else ():
            if match := phrase.pattern.match(text, word.start()):
                hits.append(PhraseHit(*match.span(), phrase))
    fine = [hit for hit in hits if hit.phrase.is_fine]
    for hit in _longest([hit for hit in hits if not hit.phrase.is_fine]):
        is_spared = (
            (hit.group.only_prompts and not passage.is_asked)
            or any(
                other.start <= hit.start
                and hit.end <= other.end
                and other.group.code == hit.group.code
                for other in fine
            )
            or any(spares(passage, hit.start, hit.end) for spares in hit.group.spare)
        )
        if not is_spared:
            yield hit


def _longest(hits: list[PhraseHit]) -> Iterator[PhraseHit]:
    """One hit for each place and rule: the longest, of equals the first."""
    taken: list[PhraseHit] = []
    for hit in sorted(hits, key=lambda hit: hit.start - hit.end):
        rule = number(hit.group.code)
        if not any(hit.overlaps(other) and number(other.group.code) == rule for other in taken):
            taken.append(hit)
            yield hit


def check(sheet: Sheet) -> Iterator[Finding]:
    """Yields what is said in words that can do harm (rules 4 to 10, 13 and 14)."""
    known = words()
    for passage in sheet.passages:
        for hit in found_in(passage, known):
            if _is_beside(hit.group.beside, passage, sheet.passages):
                yield sheet.at(hit.group.code, passage, hit.start, message=_said(passage, hit))


def _said(passage: Passage, hit: PhraseHit) -> str:
    found = " ".join(passage.text[hit.start : hit.end].split())
    subject = "This says more than is safe." if hit.group.quiet else f"'{found}':"
    instead = hit.phrase.instead
    mend = f"Say: {instead}." if instead else "Leave it out, or say it another way."
    return f"{subject} {hit.group.why} {mend}"


def _is_beside(
    patterns: Sequence[re.Pattern[str]], passage: Passage, passages: Sequence[Passage]
) -> bool:
    """Whether one of the patterns stands in the passage or its block; true where none has to."""
    near = [passage] if passage.block is None else [p for p in passages if p.block is passage.block]
    return not patterns or any(
        re.search(rf"(?<!\w){wanted.pattern}", other.text, re.IGNORECASE)
        for other in near
        for wanted in patterns
    )

"""Finds what a sentence means to say where no list of phrases can: ``meaning.toml``, read once.

The file has two parts. **Families** are wide groups of words that do the same work in a sentence:
medicines, amounts, words of blame, places where people have died. **Rules** say which families make
harm when they meet in one sentence, and which others make it harmless: a no in front of it, a
clinician who is to be asked, somebody quoted in order to be answered.

A rule sees which families meet, in which order and how close. It never sees a whole sentence, so it
is wrong now and then, in both directions. It counts in a sentence's score (``leaning``) and says
what was seen; the finding is advice to read the sentence again. What no rule can see stands on the
signing checklist.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).with_name("meaning.toml")
TOKEN = re.compile(r"[^\W_]+(?:['.,/][^\W_]+)*")
NUMBER = re.compile(r"(?P<digits>\d[\d.,/]*)(?P<unit>[a-z]*)")
YEAR = re.compile(r"(?:19|20)\d\d")
PART = re.compile(r"\s*(?:,|\n)\s*")
LEAST_PREFIX = 4
GAP = 3
"""Words that "..." in an entry may stand for."""
REACH = 7
"""Words before a find in which a no takes it back."""
VOWELS = "aeiou"
SHORT_VOWEL = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")


class UnreadableMeaning(ValueError):
    """meaning.toml can't be used; the text says which entry, and why."""


class Span(NamedTuple):
    """The place of a family in a sentence: the number of its first word, and one past its last."""

    start: int
    end: int


class LongerEntry(NamedTuple):
    """An entry of several words, as far as it isn't looked up by its first one.

    Attributes:
        pieces: for each further word the forms it may have; None stands for up to three words.
    """

    family: str
    pieces: tuple[frozenset[str] | None, ...]


@dataclass(frozen=True)
class Rule:
    """Families that make harm when they meet.

    Attributes:
        need: for each of its parts the families that may fill it.
        unless: families that take it back, anywhere in the sentence.
        near: words that may lie between two parts that follow each other; 0 for any number.
        ordered: its parts stand in this order.
        standing: a no in front doesn't take it back.
        sure: it is what a finding names first; others only add to the score.
    """

    name: str
    kind: str
    need: tuple[frozenset[str], ...]
    unless: frozenset[str] = frozenset()
    near: int = 0
    ordered: bool = False
    standing: bool = False
    sure: bool = False


class Kind(NamedTuple):
    """What is said about one kind of harm: its rule's code, why, and what to write instead."""

    code: str
    why: str
    instead: str = ""


@dataclass
class Meaning:
    """The whole file, arranged so that words are looked up instead of compared.

    Attributes:
        words: families by a word's whole form.
        prefixes: families by a word's beginning.
        longer: entries by their first word, then by their second, or "..." where that is a gap.
        met: the families of words that were asked for before.
    """

    words: dict[str, list[str]] = field(default_factory=dict)
    prefixes: dict[str, list[str]] = field(default_factory=dict)
    longer: dict[str, dict[str, list[LongerEntry]]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    met: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, word: str) -> tuple[str, ...]:
        """Returns the families that a single word belongs to."""
        if word not in self.met:
            self.met[word] = tuple(dict.fromkeys(self._of(word)))
        return self.met[word]

    def _of(self, word: str) -> Iterator[str]:
        yield from self.words.get(word, ())
        for size in range(LEAST_PREFIX, len(word) + 1):
            yield from self.prefixes.get(word[:size], ())
        if word.endswith("n't"):
            yield "no"
        match = NUMBER.fullmatch(word)
        if match and not YEAR.fullmatch(word):
            yield "number"
            if "mgs" in self.words.get(match["unit"], ()):
                yield from ("mgs", "unit")


def forms(word: str) -> Iterator[str]:
    """Yields the forms of an entry's word: ``swallow~`` is swallows, swallowed, swallowing, too."""
    for way in word.split("/"):
        if not way.endswith("~"):
            yield way
            continue
        base = way[:-1]
        last, before = base[-1:], base[-2:-1]
        # A short vowel doubles what follows it: stop, stopped.
        doubled = base + last if SHORT_VOWEL.search(base) else base
        yield from (base, f"{base}'s", f"{base}s")
        if base.endswith(("s", "x", "z", "ch", "sh", "o")):
            yield f"{base}es"
        if last == "e":
            yield from (f"{base}d", f"{base[:-1]}ing", f"{base}r", f"{base}rs")
        elif last == "y" and before not in VOWELS:
            yield from (f"{base[:-1]}ies", f"{base[:-1]}ied", f"{base}ing", f"{base[:-1]}ier")
        else:
            for stem in {base, doubled}:
                yield from (f"{stem}ed", f"{stem}ing", f"{stem}er", f"{stem}ers")


def read(text: str) -> Meaning:
    """Returns what the text of ``meaning.toml`` says.

    Raises:
        UnreadableMeaning: naming the entry that is wrong.
    """
    try:
        parts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableMeaning(f"meaning.toml: {error}") from None
    made = Meaning()
    made.kinds = {name: Kind(**kind) for name, kind in parts["kind"].items()}
    for family, listed in parts["family"].items():
        for entry in filter(None, PART.split(listed.strip())):
            _add(made, family, entry)
    made.rules = tuple(_rules(parts))
    return made


def _add(made: Meaning, family: str, entry: str) -> None:
    pieces = entry.casefold().split()
    if len(pieces) == 1 and pieces[0].endswith("*"):
        prefix = pieces[0][:-1]
        if len(prefix) < LEAST_PREFIX:
            raise UnreadableMeaning(f"'{entry}' of {family} is too short to stand for any ending.")
        made.prefixes.setdefault(prefix, []).append(family)
        return
    ways = [None if piece == "..." else frozenset(forms(piece)) for piece in pieces]
    if len(ways) == 1 and ways[0]:
        for form in ways[0]:
            made.words.setdefault(form, []).append(family)
    elif ways[0] is None:
        raise UnreadableMeaning(f"'{entry}' of {family} begins with a gap.")
    else:
        entry_behind = LongerEntry(family, tuple(ways[1:]))
        for form in ways[0]:
            by_second = made.longer.setdefault(form, {})
            for second in ways[1] or ("...",):
                by_second.setdefault(second, []).append(entry_behind)


def _rules(parts: Mapping[str, Any]) -> Iterator[Rule]:
    guards = parts.get("guard", {})
    known = {*parts["family"], "number", "unit", "no", "quoted", "question"}
    for number, rule in enumerate(parts["rule"], start=1):
        name = rule.get("name", f"rule {number}")
        need = tuple(frozenset(part.split("|")) for part in rule["need"])
        unless = [family for one in rule.get("unless", ()) for family in guards.get(one, (one,))]
        unknown = {family for part in need for family in part}.union(unless) - known
        if unknown or rule["kind"] not in parts["kind"]:
            raise UnreadableMeaning(f"Rule '{name}' names {sorted(unknown)}, which isn't there.")
        rest = {key: rule[key] for key in ("near", "ordered", "standing", "sure") if key in rule}
        yield Rule(name, rule["kind"], need, frozenset(unless), **rest)


@cache
def meaning() -> Meaning:
    """Returns what meaning.toml says."""
    return read(FILE.read_text(encoding="utf-8"))


def tokens(text: str) -> list[tuple[str, int]]:
    """Returns the words of a sentence in small letters, and where each begins."""
    plain = text.casefold()
    plain = plain if len(plain) == len(text) else text.lower()
    plain = plain.replace("’", "'").replace("‘", "'")
    return [(match[0], match.start()) for match in TOKEN.finditer(plain)]


def families_in(text: str, words: Sequence[str], known: Meaning) -> dict[str, list[Span]]:
    """Returns every family that is met among a sentence's words, with its places in order.

    "quoted" and "question" are among them where the sentence is that.
    """
    found: dict[str, list[Span]] = {}
    for at, word in enumerate(words):
        for family in known.of(word):
            found.setdefault(family, []).append(Span(at, at + 1))
        if by_second := known.longer.get(word):
            second = words[at + 1] if at + 1 < len(words) else ""
            for entry in (*by_second.get(second, ()), *by_second.get("...", ())):
                if end := _end(entry.pieces, words, at + 1):
                    found.setdefault(entry.family, []).append(Span(at, end))
    if any(mark in text for mark in '“"'):
        found["quoted"] = [Span(0, 0)]
    if text.rstrip(' \n"”’)').endswith("?"):
        found["question"] = [Span(0, 0)]
    return found


def _end(pieces: Sequence[frozenset[str] | None], words: Sequence[str], at: int) -> int:
    """Behind the last word of an entry that begins at a word; 0 where it doesn't go on."""
    for index, piece in enumerate(pieces):
        if piece is None:
            rest = pieces[index + 1 :]
            return next(
                (end for skip in range(GAP + 1) if (end := _end(rest, words, at + skip))), 0
            )
        if at >= len(words) or words[at] not in piece:
            return 0
        at += 1
    return at


def met(rule: Rule, found: Mapping[str, list[Span]]) -> tuple[Span, ...] | None:
    """Returns the places of a rule's parts in a sentence; None where it doesn't hold."""
    if not rule.unless.isdisjoint(found):
        return None
    places: list[list[Span]] = []
    for part in rule.need:
        spans = [span for family in part for span in found.get(family, ())]
        if not spans:
            return None
        places.append(sorted(set(spans)))
    for chosen in _choices(rule, places, ()):
        first = min(span.start for span in chosen)
        if rule.standing or not _is_taken_back(first, found, chosen):
            return chosen
    return None


def _choices(
    rule: Rule, places: Sequence[Sequence[Span]], chosen: tuple[Span, ...]
) -> Iterator[tuple[Span, ...]]:
    if not places:
        yield chosen
        return
    for span in places[0]:
        if any(span.start < other.end and other.start < span.end for other in chosen):
            continue
        if chosen:
            last = chosen[-1]
            if rule.ordered and span.start < last.end:
                continue
            gap = span.start - last.end if span.start >= last.end else last.start - span.end
            if rule.near and gap > rule.near:
                continue
        yield from _choices(rule, places[1:], (*chosen, span))


def _is_taken_back(first: int, found: Mapping[str, list[Span]], chosen: Sequence[Span]) -> bool:
    """Whether a no stands in front of what was found, with no turn between them."""
    turns = [span.start for span in found.get("turn", ())]
    return any(
        span.end <= first
        and first - span.end < REACH
        and not any(span.start < turn < first for turn in turns)
        and span not in chosen
        for span in found.get("no", ())
    )


def broken(
    found: Mapping[str, list[Span]], known: Meaning
) -> Iterator[tuple[Rule, tuple[Span, ...]]]:
    """Yields each rule that holds in a sentence, with the places of its parts."""
    for rule in known.rules:
        # Most rules end here, and there are many sentences.
        if not rule.need[0].isdisjoint(found) and (spans := met(rule, found)):
            yield rule, spans

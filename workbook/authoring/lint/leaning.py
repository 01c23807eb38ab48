"""How much a sentence leans toward ones that have hurt people: sums that an author can follow.

Each rule and family of ``meaning.toml``, each meeting of a heavy subject with a careful or a
careless word, and each word that is met often has weights in ``leaning.txt``: one for harm of any
kind, and one for each kind. So has, as "near" a word, what it means: one that stood in no sentence
weighs about as much as words near it in meaning. A sentence's score is the sum of what stands in
it, and from ``least`` in ``leaning.toml`` on it is worth reading again. The weights are made by
``scripts/weigh_meaning.py`` from sentences that several people wrote for that purpose, and from
this book's own as ones that do no harm. A rule alone would be too sure of itself: half of the
innocent sentences hold words of a dangerous one, and what is careful in the rest of them weighs
against it.

A finding names the words that weighed most, so that its author sees what it saw.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import mul
from pathlib import Path
from typing import NamedTuple, TypeAlias

from workbook.authoring.lint import meaning
from workbook.authoring.lint.meaning import Rule, Span

FILE = Path(__file__).with_name("leaning.toml")
WEIGHTS = Path(__file__).with_name("leaning.txt")
"""A name in each line, and behind a tab its weights in hundredths: of any kind, then of each."""
HEAVY = (
    "heavy_use", "heavy_mind", "heavy_death", "medicine", "drug", "alcohol", "condition",
    "death_strong", "neck", "relapse", "recovering", "trouble", "hidden", "means", "outcome_ill",
)  # fmt: skip
"""Families of subjects on which a careless sentence can do harm."""
CARELESS = (
    "blame", "waved_away", "sweet", "high_good", "cause_strong", "you_are", "fixes_it", "hide",
    "fatal_move", "drug_way", "up_down", "number", "absolute",
)  # fmt: skip
"""Families that can make such a sentence careless."""
WORD = 0.4
"""What a word counts beside a family: words are many, and each says little."""
MOST_WORDS = 40
STEM = 5
"""Letters by which forms of a word are one: relapse, relapsed, relapsing."""
LEAST_WORDS = 3
"""A shorter sentence says too little to be weighed."""
DAMPER = 3
"""Added to a sentence's words before what they mean is averaged, so that one alone isn't all."""

Weights: TypeAlias = tuple[float, ...]


class WeightTable(dict[str, Weights]):
    """Weights by the name of what is weighed; what has none weighs nothing.

    Attributes:
        lines: each name's numbers as they stand in the file. Most are never asked for, so each is
            made into weights on the way.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self.lines = dict(line.split("\t", 1) for line in lines)

    def __missing__(self, name: str) -> Weights:
        weights = tuple(int(number) / 100 for number in self.lines.get(name, "").split())
        self[name] = weights
        return weights


@dataclass(frozen=True)
class Leaning:
    """What a sentence's words weigh: of harm of any kind first, and then of each kind in turn.

    Attributes:
        least: the score above which a sentence is worth reading again.
        light: the score below which a small word does no harm, such as "just" or "clean".
        kinds: names of the kinds, in the order of the weights.
        weights: of each feature, and as "near ..." of each word by what it means.
    """

    least: float
    light: float
    kinds: tuple[str, ...]
    weights: WeightTable

    def sums(self, features: Mapping[str, float], words: Sequence[str]) -> list[float]:
        """Returns what a sentence weighs, for harm of any kind and then for each kind."""
        different = dict.fromkeys(words)
        share = 1 / math.sqrt(DAMPER + len(different))
        counts = {**features, **{f"near {word}": share for word in different}}
        met = [(weights, much) for name, much in counts.items() if (weights := self.weights[name])]
        counted = [much for _weights, much in met]
        columns = zip(*(weights for weights, _much in met), strict=True)
        return [sum(map(mul, column, counted)) for column in columns]

    def score(self, features: Mapping[str, float], words: Sequence[str]) -> float:
        """Returns how far a sentence leans toward harm, of any kind and of the nearest ones."""
        common, *kinds = self.sums(features, words)
        return common + math.log(sum(math.exp(min(one, 50.0)) for one in kinds))

    def of(self, name: str) -> float:
        """Returns what a feature weighs for harm of any kind."""
        return next(iter(self.weights[name]), 0.0)

    def of_word(self, word: str) -> float:
        """Returns what a word weighs for harm of any kind, by itself and by what it means."""
        own = self.of(f"word {word}") + self.of(f"stem {word[:STEM]}")
        return WORD * own + self.of(f"near {word}") / 3


def features(
    words: Sequence[str], found: Mapping[str, list[Span]], rules: Iterable[str]
) -> dict[str, float]:
    """Returns what there is to weigh in a sentence, by name.

    Args:
        words: of the sentence, in small letters.
        found: the families that were met in it.
        rules: names of the rules of meaning.toml that hold.
    """
    names = [f"rule {name}" for name in rules]
    if names:
        names.append("any rule")
    names += [f"family {family}" for family in found]
    heavy = [family for family in HEAVY if family in found]
    careful, denied = "careful" in found, "no" in found
    side = "careful" if careful else "bare"
    tone = f"{side} denied" if denied else side
    for family in heavy:
        names.append(f"{family} {tone}")
        if not careful:
            names.append(f"{family} bare")
    names.append(f"{'heavy' if heavy else 'light'} {tone}")
    names.append(f"heavy {min(len(heavy), 4)}")
    if heavy:
        names += [f"heavy with {family} {side}" for family in CARELESS if family in found]
    weighed = dict.fromkeys(names, 1.0)
    persons = [name for name in ("first_person", "second_person") if name in found]
    for family in heavy:
        weighed[f"{family} of {' '.join(persons) or 'others'}"] = 0.5
    for word in words:
        weighed[f"word {word}"] = WORD
        if len(word) > STEM:
            weighed[f"stem {word[:STEM]}"] = WORD
    weighed["always"] = 1.0
    weighed["length"] = min(len(words), MOST_WORDS) / 20
    return weighed


@cache
def leaning() -> Leaning:
    """Returns the bounds, the kinds and the weights that the linter's files hold."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    weights = WeightTable(WEIGHTS.read_text(encoding="utf-8").splitlines())
    return Leaning(read["least"], read["light"], tuple(read["kinds"]), weights)


class Weighed(NamedTuple):
    """A sentence with what was found in it, and how far it leans toward harm.

    Attributes:
        words: in small letters, each with the place where it begins.
        families: what was met, and where.
        broken: the rules that hold, and the places of their parts.
        score: how far it leans toward harm.
    """

    words: Sequence[tuple[str, int]]
    families: Mapping[str, list[Span]]
    broken: Sequence[tuple[Rule, tuple[Span, ...]]]
    score: float

    @property
    def is_heavy(self) -> bool:
        """Whether the sentence leans so far toward harm that it is worth reading again."""
        return len(self.words) >= LEAST_WORDS and self.score > leaning().least

    @property
    def is_light(self) -> bool:
        """Whether the sentence is so far from harm that a word such as "just" does none in it."""
        return len(self.words) >= LEAST_WORDS and self.score < leaning().light


@lru_cache(maxsize=20_000)
def weighed(text: str) -> Weighed:
    """Weighs a sentence, once for whoever asks."""
    known = meaning.meaning()
    words = meaning.tokens(text)
    plain = [word for word, _start in words]
    found = meaning.families_in(text, plain, known)
    broken = list(meaning.broken(found, known))
    there = features(plain, found, [rule.name for rule, _spans in broken])
    return Weighed(words, found, broken, leaning().score(there, plain))

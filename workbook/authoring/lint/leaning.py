"""How much a sentence leans towards ones that have hurt people: a sum that an author can follow.

Each rule and family of ``meaning.toml``, each meeting of a heavy subject with a careful or a
careless word, and each word that is met often has a weight in ``leaning.toml``. A sentence's score
is the sum of what stands in it, and from ``least`` on it is worth reading again. The weights are
made by ``scripts/weigh_meaning.py`` from sentences that several people wrote for that purpose, and
from this book's own as ones that do no harm. A rule alone would be too sure of itself: half of the
innocent sentences hold words of a dangerous one, and what is careful in the rest of them weighs
against it.

A finding names the words that weighed most, so that its author sees what it saw.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workbook.authoring.lint.meaning import Span

FILE = Path(__file__).with_name("leaning.toml")
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


@dataclass(frozen=True)
class Leaning:
    """The weights.

    Attributes:
        least: the score from which a sentence is worth reading again.
        weights: of each feature, by its name; what has none weighs nothing.
    """

    least: float
    weights: Mapping[str, float]

    def score(self, features: Mapping[str, float]) -> float:
        """The sum of what a sentence's features weigh; positive leans towards harm."""
        return sum(self.weights.get(name, 0.0) * much for name, much in features.items())


def features(
    words: Sequence[str], found: Mapping[str, list[Span]], rules: Iterable[str]
) -> dict[str, float]:
    """What there is to weigh in a sentence, by name.

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
    tone = f"{'careful' if careful else 'bare'}{' denied' if denied else ''}"
    for family in heavy:
        names.append(f"{family} {tone}")
        if not careful:
            names.append(f"{family} bare")
    names.append(f"{'heavy' if heavy else 'light'} {tone}")
    names.append(f"heavy {min(len(heavy), 4)}")
    if heavy:
        side = "careful" if careful else "bare"
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
    """The weights of the file."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Leaning(read["least"], read["weight"])

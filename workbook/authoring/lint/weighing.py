"""A sentence weighed once, for whoever asks: its words, what was met in it, how far it leans."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from workbook.authoring.lint import meaning
from workbook.authoring.lint.leaning import features, leaning
from workbook.authoring.lint.meaning import Rule, Span

LEAST_WORDS = 3
"""A shorter sentence says too little to be weighed."""


class Weighed(NamedTuple):
    """What there is to say of a sentence.

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
        """Whether it's worth reading again."""
        return len(self.words) >= LEAST_WORDS and self.score > leaning().least

    @property
    def is_light(self) -> bool:
        """Whether it is so far from harm that a small word such as "just" does none in it."""
        return len(self.words) >= LEAST_WORDS and self.score < leaning().light


@lru_cache(maxsize=20_000)
def weighed(text: str) -> Weighed:
    """Weighs a sentence."""
    known = meaning.meaning()
    words = meaning.tokens(text)
    plain = [word for word, _start in words]
    found = meaning.families_in(text, plain, known)
    broken = list(meaning.broken(found, known))
    there = features(plain, found, [rule.name for rule, _spans in broken])
    return Weighed(words, found, broken, leaning().score(there, plain))

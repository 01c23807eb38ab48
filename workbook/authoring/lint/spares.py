"""Tells where a word is spared that the linter reports elsewhere, such as behind a no.

Each function takes a passage and the span, in characters, in which the word was found.
"""

import re
from collections.abc import Callable

from workbook.authoring.lint.leaning import weighed
from workbook.authoring.lint.sentences import WORD
from workbook.authoring.lint.text import Passage

NO = re.compile(
    r"\b(?:not|no|never|nobody|none|nothing|neither|nor|cannot|without|instead\s+of|rather\s+than"
    r"|avoid\w*|refuse\w*|isn['’]?t|\w+n['’]t)\b",
    re.IGNORECASE,
)
LEAD_NO = re.compile(r"\b(?:not|never|cannot|\w+n['’]t)\b", re.IGNORECASE)
REACH = 12
"""Words between a no and what it denies: "no page is there to measure, to judge or to heal"."""
TURN = re.compile(r"[;—]|\bbut\b|\byet\b", re.IGNORECASE)
"""What a no doesn't reach across: "it isn't a cure, but it heals"."""
CLINICIAN = re.compile(
    r"\b(?:clinicians?|doctors?|therapists?|psychiatrists?|psychologists?|nurses?|prescribers?"
    r"|pharmacists?|physicians?|surgeons?|specialists?|professionals?|hospitals?|clinics?|counsell?ors?"
    r"|social\s+workers?|medical|treatment)\b",
    re.IGNORECASE,
)
PRESCRIBER = re.compile(
    r"\b(?:prescribers?|doctors?|pharmacists?|clinicians?|psychiatrists?|nurses?|clinics?)\b",
    re.IGNORECASE,
)
WARNING = re.compile(
    r"\b(?:dangerous|danger|risks?|risky|seizures?|withdrawal|threaten\w*|can['’]t\s+wait)\b",
    re.IGNORECASE,
)
I = re.compile(r"\b(?:I|I['’]\w+|me|my|mine|myself)\b")  # noqa: E741 - the pronoun

Spare = Callable[[Passage, int, int], bool]
"""A function that tells whether a word is spared: it takes a passage, the word's start and end."""


def negated(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a no stands before a word in its sentence, or in the passage's lead."""
    sentence = passage.sentence_at(start)
    before = TURN.split(passage.text[sentence.start : start])[-1]
    near = [match.start() for match in WORD.finditer(before)][-REACH:]
    if near and NO.search(before[near[0] :]):
        return True
    return bool(passage.lead and LEAD_NO.search(passage.lead))


def quoted(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a word stands in something that somebody says or thinks."""
    return passage.is_quoted(start)


def story(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a passage belongs to a story."""
    return passage.role == "story"


def own_story(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a word stands in a story that somebody tells of themselves.

    Other stories describe someone, who deserves care.
    """
    if passage.block is None or passage.role != "story":
        return False
    return "by" in passage.block.keys or first_person(passage, start, end)


def first_person(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a word's sentence speaks in the first person."""
    return bool(I.search(passage.sentence_at(start).of(passage.text)))


def clinician(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a word's sentence, or its table's column, is about somebody with training."""
    sentence = passage.sentence_at(start).of(passage.text)
    return bool(CLINICIAN.search(sentence) or CLINICIAN.search(passage.lead))


def prescriber(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a word's paragraph names someone who prescribes."""
    return bool(PRESCRIBER.search(passage.text))


def warning(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a word's paragraph says that something is dangerous."""
    return bool(WARNING.search(passage.text))


def question(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a word's sentence is a question."""
    return passage.sentence_at(start).of(passage.text).rstrip("\"”’') \n").endswith("?")


def light(passage: Passage, start: int, end: int) -> bool:
    """Returns whether a word's sentence is harmless and presses nobody, as "just a rough draft"."""
    seen = weighed(passage.sentence_at(start).of(passage.text))
    return seen.is_light and "second_person" not in seen.families


_ALL: tuple[Spare, ...] = (
    negated, quoted, story, own_story, first_person, clinician, prescriber, warning, question, light
)  # fmt: skip
SPARES = {spare.__name__.replace("_", " "): spare for spare in _ALL}
"""The functions of this module by the names that words.toml has for them, such as "own story"."""

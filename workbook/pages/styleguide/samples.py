"""The style guide's sample book and what a sample reader answered in it. All of it is invented."""

import datetime
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.http import QueryDict
from django.utils import timezone

from workbook.chapters.book import Book
from workbook.chapters.compiler import compile_chapter
from workbook.journal.entries.content import Written
from workbook.journal.models import Entry
from workbook.prompts.answers import Answer
from workbook.prompts.base import Block, Dated, Prompt, Recalled

TEXT = Path(__file__).with_name("samples.md")
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänswitwe"
"""Longer than a small phone is wide: nothing may burst over it."""

Posted = Mapping[str, str | list[str]]

POSTED: dict[str, Posted] = {
    "sample-short": {"answer": "The mail pile"},
    "sample-long": {"answer": f"You have had nights like this.\nIt did not stay.\n\n{LONG_WORD}"},
    "sample-one": {"answer": "Stable"},
    "sample-any": {"answer": ["Sleep or eating stays off"], "own": "The radio annoys me"},
    "sample-scale": {"answer": "3"},
    "sample-ticks": {
        "answer": ["A show I know by heart"],
        "own": [LONG_WORD, "The night bus"],
        "own-ticked": ["0"],
    },
    "sample-table": {
        "column": ["What or where", "How it holds me", "When I can get to it"],
        "cell0-0": "The river path", "cell1-0": "It moves, so I don't have to",
        "cell2-0": "Most mornings", "cell0-1": LONG_WORD, "cell1-1": "", "cell2-1": "Sundays",
    },
    "sample-people": {
        "who-0": "Dr. Osei", "kind-0": ["Professional"], "good_for-0": "Sleep",
        "reach-0": "555-0142, mornings",
        "who-1": "Marisol", "kind-1": ["Personal", "Peer"], "good_for-1": "Soup and no questions",
        "reach-1": "Sundays, she calls",
        "who-2": LONG_WORD, "kind-2": ["Personal"], "good_for-2": "", "reach-2": "",
    },
    "sample-check": {
        "statement-0": "Could you reach someone on an ordinary evening?", "answer-0": "not now",
        "statement-1": "Do you have ties that have nothing to do with health?",
        "answer-1": "partly",
    },
    "sample-plan": {
        "step-0": "Say in one line what is missing", "phase-0": "Notice", "state-0": "doing",
        "when-0": "Thursday", "step-1": "Ask the librarian", "own-1": "yes",
    },
    "sample-guide": {
        "do": "keep",
        "way": [
            "Is anyone in danger right now, you or someone else?",
            "What's left may be closeness: a listener, a ride, a seat beside you.",
        ],
        "end": "Marisol, on Sunday",
    },
}  # fmt: skip
BEFORE: dict[str, list[Posted]] = {
    "sample-one": [{"answer": "Acute crisis"}, {"answer": "Active treatment"}],
    "sample-scale": [{"answer": "2"}, {"answer": "6"}, {"answer": "5"}],
    "sample-check": [
        {
            "statement-0": "Could you reach someone on an ordinary evening?", "answer-0": "yes",
            "statement-1": "Do you have ties that have nothing to do with health?",
            "answer-1": "not now",
        }
    ],
}  # fmt: skip
"""What was answered a month apart before that, oldest first."""
TODAY = datetime.datetime(2025, 3, 14, 9, 30, tzinfo=datetime.UTC)


@cache
def sample_book() -> Book:
    """Returns the book of the style guide, whose one chapter has a sample of every kind.

    Raises ValueError, with the problems, where ``samples.md`` doesn't compile.
    """
    chapter, problems = compile_chapter(TEXT.read_text(encoding="utf-8"), "samples/01-samples.md")
    if chapter is None:
        raise ValueError("\n".join(map(str, problems)))
    return Book(key="samples", slug="samples", title="Samples", chapters=(chapter,))


def shown_blocks() -> list[Block]:
    """Returns the sample blocks that are read, not answered, in the order of their chapter."""
    return [block for block in sample_book().chapters[0].blocks if not isinstance(block, Prompt)]


def sample_of(slug: str) -> Prompt | None:
    """Returns the sample prompt of a kind, by the kind's slug with hyphens, or None."""
    for prompt in sample_book().chapters[0].prompts:
        if slug_of(prompt) == slug:
            return prompt
    return None


def slug_of(prompt: Prompt) -> str:
    """Returns the slug of a prompt's kind with hyphens, as it stands in addresses."""
    return prompt.slug().replace("_", "-")


def answer_of(prompt: Prompt) -> Answer:
    """Returns the sample answer to a sample prompt."""
    return _cleaned(prompt, POSTED[prompt.id])


def _cleaned(prompt: Prompt, posted: Posted) -> Answer:
    data = QueryDict(mutable=True)
    for name, value in posted.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return prompt.clean(data)


def recalled() -> dict[str, Recalled]:
    """Returns every sample answer by its prompt's id, for the blocks that show answers again."""
    return {
        prompt.id: Recalled(prompt, answer_of(prompt))
        for prompt in sample_book().chapters[0].prompts
    }


def written(prompt: Prompt, answer: Answer, question: str = "") -> Written:
    """Returns an entry with an answer, as if it had been saved; it is in no database."""
    entry = Entry(id=uuid.UUID(int=1), day=TODAY.date(), revision=1)
    return Written(
        entry=entry,
        prompt=prompt.id,
        kind=prompt.kind,
        question=question or prompt.question.plain,
        answer=answer,
        written_at=timezone.localtime(TODAY),
    )


def dated(prompt: Prompt) -> tuple[Dated, ...]:
    """Returns the sample answers to a repeated prompt, a month apart, oldest first."""
    answers = [*(_cleaned(prompt, posted) for posted in BEFORE[prompt.id]), answer_of(prompt)]
    first = TODAY.date() - datetime.timedelta(days=30 * (len(answers) - 1))
    return tuple(
        Dated(first + datetime.timedelta(days=30 * index), answer)
        for index, answer in enumerate(answers)
    )

"""A few statements, each answered in a word or skipped, with what to do where one is a gap.

The answer: ``{"answers": [{"statement": str, "answer": str}, …]}``; skipped ones are kept as
``skip``. Nothing is added up.
"""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workbook.prompts import rows
from workbook.prompts.answers import Answer, plain, records, same, trimmed
from workbook.prompts.author_form import LINES, OPTIONS, QUESTION, AuthorField
from workbook.prompts.base import COMMON_KEYS, Dated, Prompt, Recalled
from workbook.prompts.display import Display, Item
from workbook.prompts.examples import ExampleSource
from workbook.prompts.kinds.pick_any import OptionControl, choices
from workbook.prompts.source import OptionLine, Source, SourceLine

USUAL_ANSWERS = ("yes", "partly", "not now")
SKIP = "skip"
DETAIL = re.compile(r"\s*(?P<key>concern|gap|if [^:]{1,40}):\s*(?P<value>.*)", re.IGNORECASE)
MOST_DAYS = 4
"""Columns of dates side by side: as many as a phone shows without scrolling."""


class Statement(NamedTuple):
    """One line of a check.

    ``replies`` says what to show for which answer; ``concern`` is the answer that is a gap.
    """

    text: str
    concern: str
    replies: Mapping[str, SafeString]


class StatementFields(NamedTuple):
    """A statement in the form, with an answer that is no longer offered last."""

    text: str
    choices: list[OptionControl]
    offered: bool = True


class SideBySide(NamedTuple):
    """What was answered when: a row a statement, a cell a day ("" where it was not answered)."""

    days: tuple[datetime.date, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Check(Prompt):
    """Statements to answer in a word each."""

    kind = "check"
    keys = {
        **COMMON_KEYS,
        "answers": "the words to answer with, set apart by |, if not yes | partly | not now",
        "concern": "which answer is a gap",
    }

    read_keys = {**Prompt.read_keys, "answers": "|"}
    begins_reply = re.compile(r"\s+(?:gap|if [^:]{1,40}):\s*", re.IGNORECASE)
    about = "A few statements, each answered in a word. Nothing is added up."
    asked_by = (
        QUESTION,
        replace(OPTIONS, label="The statements, one a line"),
        AuthorField(
            "answers",
            "The words to answer with, one a line",
            "Two to four.",
            LINES,
            needed=True,
            begins="\n".join(USUAL_ANSWERS),
            between=" | ",
            usual=" | ".join(USUAL_ANSWERS),
        ),
    )
    statements: tuple[Statement, ...] = ()
    answers: tuple[str, ...] = USUAL_ANSWERS
    then_and_now = "prompts/_side_by_side.html"

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Reads the statements and the words to answer with."""
        answers = source.listed("answers", "|") or USUAL_ANSWERS
        if not 2 <= len({same(answer) for answer in answers}) == len(answers) <= 4:
            message = "'answers' takes two to four different words, such as 'answers: yes | no'."
            source.problem("B271", message, key="answers")
        concern = source.key("concern")
        if concern and same(concern) not in {same(answer) for answer in answers}:
            message = f"'concern' is one of the answers ({', '.join(answers)}), not '{concern}'."
            source.problem("B272", message, key="concern", word=concern, known=answers)
        question, options = source.options()
        return {
            "question_lines": question,
            "answers": answers,
            "statements": tuple(
                _statement(source, option, answers, same(concern)) for option in options
            ),
        }

    @classmethod
    def read_lines(cls, line: SourceLine) -> Iterator[SourceLine]:
        """Yields a line as readers meet it: which answer is a gap isn't told to them."""
        match = DETAIL.fullmatch(line.text)
        is_concern = match and match["key"].casefold() == "concern" and line.text[0].isspace()
        yield SourceLine(line.number, "") if is_concern else line

    def read(self, data: QueryDict) -> Answer:
        """Returns the statements that were answered."""
        answered = []
        allowed = {same(answer): answer for answer in self.answers}
        for number in rows.numbers(data, ("statement",)):
            # The statement as it stood on the reader's page, which may be older than the chapter.
            statement = trimmed(data.get(f"statement-{number}"))
            answer = trimmed(data.get(f"answer-{number}"))
            if statement and answer:
                answered.append(
                    {"statement": statement, "answer": allowed.get(same(answer), answer)}
                )
        return rows.bounded("answers", answered)

    def example_fields(self, source: ExampleSource) -> Mapping[str, Sequence[str]]:
        """Returns the fields of statements with their answers, one a line."""
        fields: dict[str, Sequence[str]] = {}
        form = f"- The statement -> {self.answers[0]}"
        for number, item in enumerate(source.listed(form)):
            statement, answer = item.sides
            if not answer:
                source.in_form(item, form)
                continue
            known = [statement.text for statement in self.statements]
            fields[f"statement-{number}"] = [source.known(item, statement, known, "statement")]
            fields[f"answer-{number}"] = [
                source.known(item, answer, (*self.answers, SKIP), "answer")
            ]
        return fields

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        """Returns whether no statement was answered."""
        return not answered_in(answer)

    def offer(self) -> Display:
        """Returns the statements, unanswered."""
        sentence = _("Answer each with: %(answers)s.") % {"answers": ", ".join(self.answers)}
        items = tuple(Item(statement.text, ticked=False) for statement in self.statements)
        return Display(paragraphs=(sentence,), items=items)

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns the statements with their controls, those that are asked no more last."""
        given = words_by_statement(answer)
        offered = {same(statement.text) for statement in self.statements}
        asked = [
            StatementFields(s.text, self.choices(given.get(same(s.text), "")))
            for s in self.statements
        ]
        gone = [
            StatementFields(statement, self.choices(word), offered=False)
            for statement, word in answered_in(answer)
            if same(statement) not in offered
        ]
        return {"statements": asked + gone}

    def choices(self, given: str) -> list[OptionControl]:
        """Returns the controls of one statement, with an answer that isn't offered last."""
        words = [*self.answers, *([SKIP] if SKIP not in map(same, self.answers) else [])]
        return choices(words, [given] if given else [])

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns each statement with its answer."""
        return Display(header=(_("Statement"), _("Your answer")), rows=tuple(answered_in(answer)))

    def look_back(self, entries: Sequence[Dated]) -> SideBySide | None:
        """Returns the last days' answers to the statements as they are asked today."""
        given = [(entry.day, words_by_statement(entry.answer)) for entry in entries]
        dated = [(day, words) for day, words in given if words][-MOST_DAYS:]
        if len(dated) < 2:
            return None
        return SideBySide(
            tuple(day for day, _words in dated),
            tuple(
                (s.text, tuple(words.get(same(s.text), "") for _day, words in dated))
                for s in self.statements
            ),
        )

    def follow_up(
        self, answer: Answer, earlier: Mapping[str, Recalled], day: datetime.date | None
    ) -> list[SafeString]:
        """Returns what its author says to each answer, under its statement."""
        given = words_by_statement(answer)
        return [
            format_html("<p><strong>{}</strong></p>{}", statement.text, reply)
            for statement in self.statements
            if (reply := statement.replies.get(same(given.get(same(statement.text), ""))))
        ]


def answered_in(answer: Answer) -> list[tuple[str, str]]:
    """Returns (statement, answer) pairs of a stored answer, whatever it really holds."""
    pairs = [
        (plain(item.get("statement")), plain(item.get("answer")))
        for item in records(answer.get("answers"))
    ]
    return [(statement, word) for statement, word in pairs if statement and word]


def words_by_statement(answer: Answer) -> dict[str, str]:
    """Returns a stored answer's words by their statements, in the form that spellings share."""
    return {same(statement): word for statement, word in answered_in(answer)}


def _statement(
    source: Source, option: OptionLine, answers: tuple[str, ...], concern: str
) -> Statement:
    """One statement with the indented lines under it; a later line may go on over several."""
    given: dict[str, list[SourceLine]] = {}
    key = ""
    for line in option.details:
        if match := DETAIL.fullmatch(line.text):
            key = " ".join(match["key"].casefold().split())
            if key in given:
                message = f"'{key}' stands twice under this statement. Keep one."
                source.problem("B276", message, line=line.number)
            given[key] = [SourceLine(line.number, match["value"])]
        elif key:
            given[key].append(SourceLine(line.number, line.text.strip()))
        else:
            message = "Under a statement, write 'concern: …', 'if yes: …' or 'gap: …'."
            source.problem("B273", message, line=line.number)
    known = {same(answer) for answer in answers}
    if "concern" in given:
        line = given.pop("concern")[0]
        concern = same(line.text)
        if concern not in known:
            message = f"'concern' is one of the answers ({', '.join(answers)}), not '{concern}'."
            source.problem("B272", message, line=line.number, word=concern, known=known)
    replies: dict[str, SafeString] = {}
    if "gap" in given:
        lines = given.pop("gap")
        if not concern:
            message = "'gap' needs to know which answer is the gap: add 'concern: …'."
            source.problem("B274", message, line=lines[0].number)
        replies[concern] = source.markdown(lines).html
    for name, lines in given.items():
        word = name.removeprefix("if ")
        if word not in known:
            message = f"'{word}' is not one of the answers ({', '.join(answers)})."
            source.problem("B275", message, line=lines[0].number, word=word, known=known)
        replies[word] = source.markdown(lines).html
    return Statement(option.text, concern, replies)

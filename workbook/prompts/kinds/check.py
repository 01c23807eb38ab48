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
from workbook.prompts.base import COMMON_KEYS, NOTHING_EARLIER, Dated, Prompt, Recalled
from workbook.prompts.display import Display, Item
from workbook.prompts.examples import ExampleSource
from workbook.prompts.kinds.pick_any import OptionControl
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
    is_filled_in_by_list = True
    statements: tuple[Statement, ...] = ()
    answers: tuple[str, ...] = USUAL_ANSWERS

    @property
    def then_and_now(self) -> str:
        return "prompts/_side_by_side.html"

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        answers = source.listed("answers", "|") or USUAL_ANSWERS
        if not 2 <= len({same(answer) for answer in answers}) == len(answers) <= 4:
            source.problem(
                "B271",
                "'answers' takes two to four different words, such as 'answers: yes | no'.",
                key="answers",
            )
        concern = source.key("concern")
        if concern and same(concern) not in {same(answer) for answer in answers}:
            source.problem(
                "B272", f"'concern' is one of the answers ({', '.join(answers)}), not '{concern}'.",
                key="concern", word=concern, known=answers,
            )  # fmt: skip
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
        # Which answer is a gap is between the author and the tools.
        match = DETAIL.fullmatch(line.text)
        is_concern = match and match["key"].casefold() == "concern" and line.text[0].isspace()
        yield SourceLine(line.number, "") if is_concern else line

    def read(self, data: QueryDict) -> Answer:
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
        return not answered_in(answer)

    def offer(self) -> Display:
        return Display(
            paragraphs=(
                _("Answer each with: %(answers)s.") % {"answers": ", ".join(self.answers)},
            ),
            items=tuple(Item(statement.text, ticked=False) for statement in self.statements),
        )

    def fields(self, answer: Answer) -> dict[str, Any]:
        given = {same(statement): word for statement, word in answered_in(answer)}
        offered = {same(statement.text) for statement in self.statements}
        return {
            "statements": [
                StatementFields(s.text, self.choices(given.get(same(s.text), "")))
                for s in self.statements
            ]
            + [
                StatementFields(statement, self.choices(word), offered=False)
                for statement, word in answered_in(answer)
                if same(statement) not in offered
            ],
        }

    def choices(self, given: str) -> list[OptionControl]:
        words = [*self.answers, *([SKIP] if SKIP not in map(same, self.answers) else [])]
        found = [OptionControl(word, same(word) == same(given)) for word in words]
        if given and not any(choice.chosen for choice in found):
            found.append(OptionControl(given, True, offered=False))
        return found

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        return Display(header=(_("Statement"), _("Your answer")), rows=tuple(answered_in(answer)))

    def look_back(self, entries: Sequence[Dated]) -> SideBySide | None:
        """Statements as they are asked today; one that is worded anew has no earlier answers."""
        dated = [
            (entry.day, {same(statement): word for statement, word in answered_in(entry.answer)})
            for entry in entries
            if answered_in(entry.answer)
        ][-MOST_DAYS:]
        if len(dated) < 2:
            return None
        return SideBySide(
            tuple(day for day, _given in dated),
            tuple(
                (s.text, tuple(given.get(same(s.text), "") for _day, given in dated))
                for s in self.statements
            ),
        )

    def follow_up(
        self,
        answer: Answer,
        earlier: Mapping[str, Recalled] = NOTHING_EARLIER,
        day: datetime.date | None = None,
    ) -> list[SafeString]:
        given = {same(statement): same(word) for statement, word in answered_in(answer)}
        return [
            format_html("<p><strong>{}</strong></p>{}", statement.text, reply)
            for statement in self.statements
            if (reply := statement.replies.get(given.get(same(statement.text), "")))
        ]


def answered_in(answer: Answer) -> list[tuple[str, str]]:
    """(statement, answer) pairs of a stored answer, whatever it really holds."""
    pairs = [
        (plain(item.get("statement")), plain(item.get("answer")))
        for item in records(answer.get("answers"))
    ]
    return [(statement, word) for statement, word in pairs if statement and word]


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
                source.problem(
                    "B276", f"'{key}' stands twice under this statement. Keep one.",
                    line=line.number,
                )  # fmt: skip
            given[key] = [SourceLine(line.number, match["value"])]
        elif key:
            given[key].append(SourceLine(line.number, line.text.strip()))
        else:
            source.problem(
                "B273", "Under a statement, write 'concern: …', 'if yes: …' or 'gap: …'.",
                line=line.number,
            )  # fmt: skip
    known = {same(answer) for answer in answers}
    if "concern" in given:
        line = given.pop("concern")[0]
        concern = same(line.text)
        if concern not in known:
            source.problem(
                "B272",
                f"'concern' is one of the answers ({', '.join(answers)}), not '{concern}'.",
                line=line.number, word=concern, known=known,
            )  # fmt: skip
    replies: dict[str, SafeString] = {}
    if "gap" in given:
        lines = given.pop("gap")
        if not concern:
            source.problem(
                "B274", "'gap' needs to know which answer is the gap: add 'concern: …'.",
                line=lines[0].number,
            )  # fmt: skip
        replies[concern] = source.markdown(lines).html
    for name, lines in given.items():
        word = name.removeprefix("if ")
        if word not in known:
            source.problem(
                "B275", f"'{word}' is not one of the answers ({', '.join(answers)}).",
                line=lines[0].number, word=word, known=known,
            )  # fmt: skip
        replies[word] = source.markdown(lines).html
    return Statement(option.text, concern, replies)

"""A few statements, each answered in a word or skipped, with what to do where one is a gap.

The answer: ``{"answers": [{"statement": str, "answer": str}, …]}``; skipped ones are kept as
``skip``. Nothing is added up.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workbook.prompts.base import COMMON_KEYS, Answer, Display, Item, Prompt, plain, same

if TYPE_CHECKING:
    from workbook.prompts.source import OptionLine, Source

USUAL_ANSWERS = ("yes", "partly", "not now")
SKIP = "skip"
DETAIL = re.compile(r"\s*(?P<key>concern|gap|if [^:]{1,40}):\s*(?P<value>.*)", re.IGNORECASE)
MAX_STATEMENTS = 100


class Statement(NamedTuple):
    """One line of a check.

    ``replies`` says what to show for which answer; ``concern`` is the answer that is a gap.
    """

    text: str
    concern: str
    replies: Mapping[str, SafeString]


class StatementFields(NamedTuple):
    text: str
    answer: str
    offered: bool


@dataclass(frozen=True, kw_only=True)
class Check(Prompt):
    kind = "check"
    keys = {
        **COMMON_KEYS,
        "answers": "the words to answer with, set apart by |, if not yes | partly | not now",
        "concern": "which answer is a gap",
    }

    statements: tuple[Statement, ...] = ()
    answers: tuple[str, ...] = USUAL_ANSWERS

    @classmethod
    def parse_own(cls, source: "Source") -> dict[str, Any] | None:
        answers = source.listed("answers", "|") or USUAL_ANSWERS
        if not 2 <= len(answers) <= 4:
            source.problem("B271", "'answers' takes two to four words, set apart by |.")
        concern = source.key("concern")
        if concern and same(concern) not in {same(answer) for answer in answers}:
            source.problem(
                "B272", f"'concern' is one of the answers ({', '.join(answers)}), not '{concern}'.",
                line=source.keys["concern"].line, word=concern, known=answers,
            )  # fmt: skip
        question, options = source.options()
        return {
            "question_lines": question,
            "answers": answers,
            "statements": tuple(
                _statement(source, option, answers, same(concern)) for option in options
            ),
        }

    def read(self, data: QueryDict) -> Answer:
        answered = []
        allowed = {same(answer): answer for answer in self.answers}
        for number in range(MAX_STATEMENTS):
            statement = plain(data.get(f"statement-{number}")).strip()
            answer = plain(data.get(f"answer-{number}")).strip()
            if statement and answer:
                answered.append(
                    {"statement": statement, "answer": allowed.get(same(answer), answer)}
                )
        return {"answers": answered}

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
            "answers": (*self.answers, SKIP),
            "statements": [
                StatementFields(statement.text, given.get(same(statement.text), ""), True)
                for statement in self.statements
            ]
            + [
                StatementFields(statement, word, False)
                for statement, word in answered_in(answer)
                if same(statement) not in offered
            ],
        }

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        return Display(header=(_("Statement"), _("Your answer")), rows=tuple(answered_in(answer)))

    def follow_up(self, answer: Answer) -> list[SafeString]:
        given = {same(statement): same(word) for statement, word in answered_in(answer)}
        return [
            format_html("<p><strong>{}</strong></p>{}", statement.text, reply)
            for statement in self.statements
            if (reply := statement.replies.get(given.get(same(statement.text), "")))
        ]


def answered_in(answer: Answer) -> list[tuple[str, str]]:
    """(statement, answer) pairs of a stored answer, whatever it really holds."""
    value = answer.get("answers")
    pairs = [
        (plain(item.get("statement")), plain(item.get("answer")))
        for item in (value if isinstance(value, list) else [])
        if isinstance(item, dict)
    ]
    return [(statement, word) for statement, word in pairs if statement and word]


def _statement(
    source: "Source", option: "OptionLine", answers: tuple[str, ...], concern: str
) -> Statement:
    """One statement with the indented lines under it; a later line may go on over several."""
    from workbook.prompts.source import Line

    given: dict[str, list[Line]] = {}
    key = ""
    for line in option.details:
        if match := DETAIL.fullmatch(line.text):
            key = " ".join(match["key"].casefold().split())
            given[key] = [Line(line.number, match["value"])]
        elif key:
            given[key].append(Line(line.number, line.text.strip()))
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
                f"'concern' is one of the answers ({', '.join(answers)}).",
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

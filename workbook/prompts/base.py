"""What every block of a chapter is, and what a prompt can do.

A kind is one module here and one template ``prompts/<slug>.html``. A *shown* kind is read; an
*answered* kind (a :class:`Prompt`) is also written, and is a storage format: its answers must stay
readable for as long as the site runs.
"""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workbook.prompts.answers import (
    LANE,
    MAX_CHARACTERS,
    MAX_VALUES,
    NOT_TODAY,
    Answer,
    Refused,
    TooMany,
    count_characters,
    has_too_many_parts,
)
from workbook.prompts.author_form import COMMON_FIELDS, KEYS, QUESTION, AuthorField
from workbook.prompts.display import NO_TEXT, Display, Text
from workbook.prompts.examples import ExampleSource
from workbook.prompts.source import Source, SourceLine


class Recalled(NamedTuple):
    """A reader's earlier answer with the prompt it belongs to today, and its entry's day."""

    prompt: "Prompt"
    answer: Answer
    day: datetime.date | None = None

    @property
    def shown(self) -> "Display":
        """The answer to be read, as the prompt of today shows it."""
        return self.prompt.show(self.answer)


class Dated(NamedTuple):
    """One entry of a prompt that repeats."""

    day: datetime.date
    answer: Answer


class Reference(NamedTuple):
    """What a block points at: a ``prompt`` (of one of ``kinds``, if given) or a ``chapter``."""

    target: str
    line: int
    what: str = "prompt"
    kinds: tuple[str, ...] = ()


NOTHING_EARLIER: Mapping[str, Recalled] = MappingProxyType({})
"""For who has no earlier answers at hand."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of a chapter. ``line`` is where it opens in its file."""

    kind: ClassVar[str]
    answered: ClassVar[bool] = False
    keys: ClassVar[Mapping[str, str]] = {}
    """Each key an author may give, with one line of help."""
    key_patterns: ClassVar[Mapping[str, str]] = {}
    """Keys with a free part, as regular expressions, each with one line of help."""
    role: ClassVar[str] = ""
    """What it is in a chapter, for the linter: "question", "story", "idea", "tool", "example",
    "note" or "help"; "" for what no rule asks for."""
    read_keys: ClassVar[Mapping[str, str]] = {"title": ""}
    """Keys whose words readers see, each with what sets the parts of its value apart, if any."""
    share_read: ClassVar[float] = 1
    """The part of its words that one reader meets, roughly, from 0 to 1."""
    shows: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Fields with the id of a prompt whose answer it shows, each with the kinds that fit (any for
    none)."""
    begins_reply: ClassVar[re.Pattern[str] | None] = None
    """How a line of its body begins that only some readers see, after their answer."""

    line: int = 0

    @classmethod
    def slug(cls) -> str:
        """Returns the kind's name as it stands in names of files and classes."""
        return cls.kind.replace(" ", "_")

    @property
    def template(self) -> str:
        """The template that draws the block."""
        return f"prompts/{self.slug()}.html"

    @classmethod
    def parse(cls, source: Source) -> Self | None:
        """Reads an author's block.

        Problems go to ``source``; None when nothing useful is left.
        """
        raise NotImplementedError(cls.kind)

    def references(self) -> tuple[Reference, ...]:
        """Returns what must exist in the book for this block to work; loading it checks that."""
        return tuple(
            Reference(ident, self.line, kinds=kinds)
            for name, kinds in self.shows.items()
            if (ident := getattr(self, name))
        )

    def needs(self) -> tuple[str, ...]:
        """Returns the ids of the prompts whose answers the block shows to their writer."""
        return tuple(ident for name in self.shows if (ident := getattr(self, name)))

    def context(self, answers: Mapping[str, "Recalled"]) -> dict[str, Any]:
        """Returns what the template needs besides ``block``, out of the reader's earlier answers.

        ``answers`` holds an item for each of :meth:`needs` that was answered.
        """
        return {}

    @classmethod
    def read_lines(cls, line: SourceLine) -> Iterator[SourceLine]:
        """Yields what readers meet of a line of the body, for the linter.

        What only the tools read is blank, and every letter keeps its place in the line.
        """
        yield line

    @classmethod
    def knows_key(cls, name: str) -> bool:
        """Says whether an author may give a key of this name."""
        return name in cls.keys or any(re.fullmatch(p, name) for p in cls.key_patterns)


@dataclass(frozen=True, kw_only=True)
class Shown(Block):
    """A block that is read, not answered: a titled box of markdown unless a kind says otherwise."""

    keys: ClassVar[Mapping[str, str]] = {"title": "words above the box"}
    may_be_empty: ClassVar[bool] = False
    target_is: ClassVar[str] = ""
    """What the opening line names: a prompt that the block shows; "" where it names nothing."""

    title: str = ""
    body: Text = NO_TEXT
    target: str = ""

    @classmethod
    def parse(cls, source: Source) -> Self | None:
        """Reads a title and markdown; a box without text is a problem unless it may be empty."""
        target = source.target(cls.target_is) if cls.target_is else ""
        if not cls.target_is:
            source.expect_no_ident()
        body = source.markdown(source.body)
        own = cls.parse_own(source)
        if not (body.plain or cls.may_be_empty):
            source.problem("B201", f"This '{cls.kind}' is empty. Write its text, or remove it.")
            return None
        if cls.target_is and not target:
            return None
        return cls(line=source.line, title=source.key("title"), body=body, target=target, **own)

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any]:
        """Returns values for the fields that a kind has besides title and text; here none."""
        return {}


COMMON_KEYS: Mapping[str, str] = {
    "repeat": "daily or any: each answer is kept as an entry of its own",
    "sensitive": "yes: framed, hidden when coming back, never recalled unasked",
    "was": "ids this prompt had before, so that old answers are found",
    "hint": "one line under the question",
    "framing": "what to know before a sensitive prompt",
    "way out": "where to go from a sensitive prompt",
    "comes back after": "a prompt's id: once that is answered, a later visit asks this, once",
}


MOST_FIELDS = 2 * MAX_VALUES
"""Posted fields that are looked at: what comes with the values of the fullest answer is no more."""


@dataclass(frozen=True, kw_only=True)
class Prompt(Block):
    """A question with a place for an answer.

    Attributes:
        id: the storage key, unique in its book, the same in each language.
        was: ids under which earlier answers may be kept.
        question: as the author asks it now.
        comes_back_after: id of the prompt whose answer makes this one worth asking later, or "".
        repeat: "" for one answer, "daily" for one a day, "any" for as many as the reader wants.
        follows_up: it asks for a small step, which may be asked about once.
    """

    answered: ClassVar[bool] = True
    keys: ClassVar[Mapping[str, str]] = COMMON_KEYS
    role = "question"
    read_keys = {**Block.read_keys, "hint": "", "framing": "", "way out": ""}
    about: ClassVar[str] = ""
    """What it asks for, in a line, for authors who choose a kind at the writing desk."""
    asked_by: ClassVar[tuple[AuthorField, ...]] = (QUESTION,)
    """The kind's own fields in the writing desk's form."""
    is_joinable: ClassVar[bool] = False
    """Whether two answers can stand in one."""
    works_signed_out: ClassVar[bool] = False
    """Whether its controls are of use to someone who can't keep an answer."""
    speaks_of_earlier: ClassVar[bool] = False
    """Whether what it says to an answer may depend on earlier ones."""
    takes_earlier: ClassVar[bool] = False
    """Whether a press in its form may take something over from earlier answers."""
    id: str
    was: tuple[str, ...] = ()
    question: Text = NO_TEXT
    repeat: str = ""
    sensitive: bool = False
    hint: str = ""
    framing: Text = NO_TEXT
    way_out: Text = NO_TEXT
    comes_back_after: str = ""
    follows_up: bool = False
    stamped: bool = field(default=True, compare=False)
    """False while the author has not given it an id (the draft's stand-in can't keep answers)."""

    @property
    def then_and_now(self) -> str:
        """The template that sets dated entries side by side, where that says something."""
        return ""

    def references(self) -> tuple[Reference, ...]:
        """Returns the prompt after whose answer this one comes back, and those that it shows."""
        later = self.comes_back_after
        return ((Reference(later, self.line),) if later else ()) + super().references()

    def clean(self, data: QueryDict) -> Answer:
        """Returns the answer that a posted form means.

        Raises:
            Refused: with a sentence for the reader; nothing may be stored.
            TooMany: a Refused whose parts are too many to be drawn as fields again.
        """
        too_many = _(
            "This has more parts than one answer can hold. Your words are still here on the page. "
            "Move some of them to another place, then save again."
        )
        if sum(len(values) for _name, values in data.lists()) > MOST_FIELDS:
            raise TooMany(too_many)
        answer = self.read(data)
        if has_too_many_parts(answer):
            raise TooMany(too_many, answer)
        if data.get(LANE) == NOT_TODAY:
            # Beside the words, not instead of them: a tap must never cost what was typed.
            answer[LANE] = NOT_TODAY
        if count_characters(answer) > MAX_CHARACTERS:
            message = _(
                "This is longer than one answer can hold (%(limit)s characters). "
                "It is still here on the page. "
                "Move a part of it to another place, then save again."
            )
            raise Refused(message % {"limit": f"{MAX_CHARACTERS:,}"}, answer)
        return answer

    def read(self, data: QueryDict) -> Answer:
        """Returns a posted form's answer, unchecked: the kind's own part of :meth:`clean`.

        Raises nothing but Refused, whatever was posted.
        """
        raise NotImplementedError(self.kind)

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        """Says whether an answer says nothing: the form as it was first shown."""
        return not any(answer.values())

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns what the kind's template needs to draw its controls.

        The answer may be empty, of an earlier wording, or of another kind altogether.
        """
        return {}

    def offer(self) -> Display:
        """Returns what there is to answer with, for who only reads: signed out, or on paper."""
        return Display()

    def show(self, answer: Answer) -> Display:
        """Returns an answer to be read, with what is no longer offered marked."""
        return display(type(self), answer, self)

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns an answer to be read: the kind's own part of :func:`display`.

        ``prompt`` is None once the author has removed it: answers must be readable by themselves.
        """
        raise NotImplementedError(cls.kind)

    @classmethod
    def as_text(cls, answer: Answer) -> str:
        """Returns an answer as plain text, as it is compared and searched."""
        return display(cls, answer, None).as_text()

    def can_hold(self, kind: str, answer: Answer) -> bool:
        """Says whether an answer of that kind can be edited in this form without losing a word.

        Where it can't (the author made this another kind), it is read beside the form instead.
        """
        return kind == self.kind

    @classmethod
    def can_join(cls, first: Answer, second: Answer) -> bool:
        """Whether these two answers can stand in one without losing a word."""
        return cls.is_joinable

    @classmethod
    def asks_later(cls, answer: Answer) -> bool:
        """Returns whether a reader wants to be asked once how the step in their answer went."""
        return False

    def look_back(self, entries: Sequence[Dated]) -> Any:
        """Returns what :attr:`then_and_now` draws of entries, oldest first; None for too few."""
        return None

    def with_earlier(
        self, answer: Answer, data: QueryDict, earlier: Mapping[str, "Recalled"]
    ) -> Answer:
        """Returns the answer with what a press in the form took over from earlier ones.

        ``earlier`` holds an item for each of :meth:`needs` that was answered; most kinds take
        nothing.

        Raises:
            Refused: as :meth:`clean` does.
        """
        return answer

    def follow_up(
        self, answer: Answer, earlier: Mapping[str, "Recalled"], day: datetime.date | None
    ) -> list[SafeString]:
        """Returns what the author has to say to an answer once it is saved.

        Args:
            earlier: an item for each of :meth:`needs` that was answered.
            day: that of the answer's entry.
        """
        return []

    @classmethod
    def author_fields(cls) -> tuple[AuthorField, ...]:
        """Every field of the writing desk's form: the kind's own, then those of the common keys."""
        fields = (*cls.asked_by, *COMMON_FIELDS)
        return tuple(f for f in fields if f.place != KEYS or cls.knows_key(f.name))

    def example(self, source: ExampleSource) -> Answer:
        """Returns the answer that an author filled in, as this prompt's form would give it.

        What doesn't fit goes to ``source``.
        """
        data = QueryDict(mutable=True)
        for name, values in self.example_fields(source).items():
            data.setlist(name, list(values))
        try:
            return self.clean(data)
        except Refused as refusal:
            source.problem(None, "B336", f"No reader could keep this. {refusal}")
            return refusal.answer

    def example_fields(self, source: ExampleSource) -> Mapping[str, Sequence[str]]:
        """Returns what the form's fields would hold: the kind's own part of :meth:`example`."""
        return {"answer": [source.text]}

    @classmethod
    def is_filled_in_by_list(cls) -> bool:
        """Says whether an author fills in an example of it as a list; else all of it is words."""
        return cls.example_fields is not Prompt.example_fields

    @classmethod
    def parse(cls, source: Source) -> Self | None:
        """Reads an author's question; one without words is a problem, and None."""
        ident = source.prompt_id()
        own = cls.parse_own(source)
        if own is None:
            return None
        question = source.markdown(own.pop("question_lines", source.body))
        if not question.plain:
            message = "There is no question. Write it on the line under the opening one."
            source.problem("B202", message)
            return None
        return cls(
            line=source.line,
            id=ident or f"draft-line-{source.line}",
            stamped=bool(ident),
            question=question,
            **source.common_keys(),
            **own,
        )

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Reads the kind's own fields; None where nothing useful is left.

        ``question_lines`` is among them where the body holds more than the question.
        """
        return {}


def display(kind: type[Prompt], answer: Answer, prompt: Prompt | None) -> Display:
    """Returns an answer to be read, whether or not its prompt is still there."""
    rest = {key: value for key, value in answer.items() if key != LANE}
    shown = Display() if kind.is_empty(rest) else kind.read_back(rest, prompt)
    if answer.get(LANE) == NOT_TODAY:
        return replace(shown, paragraphs=(_("Not today."), *shown.paragraphs))
    return shown

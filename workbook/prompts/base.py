"""What every block of a chapter is, and what a prompt can do.

A kind is one module here and one template ``prompts/<slug>.html``. A *shown* kind is read; an
*answered* kind (a :class:`Prompt`) is also written, and is a storage format: its answers must stay
readable for as long as the site runs.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from workbook.prompts.source import Source

Answer = dict[str, Any]
"""An answer as JSON. Each kind documents its own keys; ``lane`` is common to all.

An answer reads by itself: it holds the labels it was given under, so that an author may change or
remove the prompt without making it unreadable.
"""

LANE = "lane"
NOT_TODAY = "not today"
MAX_CHARACTERS = 100_000
"""Longest answer, in characters: about 200 pages, so that nobody is cut off while writing."""


class Refused(Exception):
    """An answer can't be kept as it is.

    The text is for the reader and never repeats their words; ``answer`` holds them as far as they
    could be read, so that they can be shown again.
    """

    def __init__(self, message: str, answer: "Answer | None" = None) -> None:
        super().__init__(message)
        self.answer: Answer = answer or {}


class Text(NamedTuple):
    """An author's words twice: compiled to safe HTML, and plain for labels, prints and exports."""

    html: SafeString
    plain: str


NO_TEXT = Text(SafeString(""), "")


@dataclass(frozen=True)
class Item:
    """One line of an answer. ``ticked`` is None where ticking means nothing."""

    text: str
    ticked: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Display:
    """An answer to be read: paragraphs, then a list, then a table (any of them empty).

    The reader's words in it are plain text; whoever renders them escapes them.
    """

    paragraphs: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def as_text(self) -> str:
        """The same as plain text, for exports and copying."""
        ticks = {None: "- ", True: "- [x] ", False: "- [ ] "}
        lines = [*self.paragraphs]
        lines += [
            ticks[item.ticked] + item.text + (f" ({item.note})" if item.note else "")
            for item in self.items
        ]
        for row in self.rows:
            cells = [
                f"{name}: {cell}" if name else cell
                for name, cell in zip(self.header or ("",) * len(row), row, strict=False)
                if cell
            ]
            lines.append("- " + "; ".join(cells))
        return "\n".join(lines)


class Recalled(NamedTuple):
    """A reader's earlier answer with the prompt it belongs to today."""

    prompt: "Prompt"
    answer: Answer

    @property
    def shown(self) -> "Display":
        return self.prompt.show(self.answer)


class Reference(NamedTuple):
    """What a block points at: a ``prompt`` (of one of ``kinds``, if given) or a ``chapter``."""

    target: str
    line: int
    what: str = "prompt"
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of a chapter. ``line`` is where it opens in its file."""

    kind: ClassVar[str]
    answered: ClassVar[bool] = False
    keys: ClassVar[Mapping[str, str]] = {}
    """Each key an author may give, with one line of help."""
    key_patterns: ClassVar[Mapping[str, str]] = {}
    """Keys with a free part, as regular expressions, each with one line of help."""

    line: int = 0

    @classmethod
    def slug(cls) -> str:
        return cls.kind.replace(" ", "_")

    @property
    def template(self) -> str:
        return f"prompts/{self.slug()}.html"

    @classmethod
    def parse(cls, source: "Source") -> Self | None:
        """Read an author's block. Problems go to ``source``; None when nothing useful is left."""
        raise NotImplementedError(cls.kind)

    def references(self) -> tuple[Reference, ...]:
        """What must exist in the book for this block to work; the loader checks it."""
        return ()

    def needs(self) -> tuple[str, ...]:
        """Ids of the prompts whose answers the block shows to their writer."""
        return ()

    def context(self, answers: Mapping[str, "Recalled"]) -> dict[str, Any]:
        """What the template needs besides ``block``, out of the reader's own earlier answers.

        ``answers`` holds an item for each of :meth:`needs` that was answered.
        """
        return {}

    @classmethod
    def knows_key(cls, name: str) -> bool:
        return name in cls.keys or any(re.fullmatch(p, name) for p in cls.key_patterns)


@dataclass(frozen=True, kw_only=True)
class Shown(Block):
    """A block that is read, not answered: a titled box of markdown unless a kind says otherwise."""

    keys: ClassVar[Mapping[str, str]] = {"title": "words above the box"}
    may_be_empty: ClassVar[bool] = False
    takes_target: ClassVar[bool] = False
    """Whether the opening line names a prompt that the block shows."""

    title: str = ""
    body: Text = NO_TEXT

    @classmethod
    def parse(cls, source: "Source") -> Self | None:
        if not cls.takes_target:
            source.expect_no_ident()
        body = source.markdown(source.body)
        if not (body.plain or cls.may_be_empty):
            source.problem("B201", f"This '{cls.kind}' is empty. Write its text, or remove it.")
            return None
        return cls(line=source.line, title=source.key("title"), body=body)


COMMON_KEYS: Mapping[str, str] = {
    "repeat": "daily or any: each answer is kept as an entry of its own",
    "sensitive": "yes: framed, hidden when coming back, never recalled unasked",
    "was": "ids this prompt had before, so that old answers are found",
    "hint": "one line under the question",
    "framing": "what to know before a sensitive prompt",
    "way out": "where to go from a sensitive prompt",
}


@dataclass(frozen=True, kw_only=True)
class Prompt(Block):
    """A question with a place for an answer.

    Attributes:
        id: the storage key, unique in its book, the same in each language.
        was: ids under which earlier answers may be kept.
        question: as the author asks it now.
        repeat: "" for one answer, "daily" for one a day, "any" for as many as the reader wants.
    """

    answered: ClassVar[bool] = True
    keys: ClassVar[Mapping[str, str]] = COMMON_KEYS
    works_signed_out: ClassVar[bool] = False
    """Whether its controls are of use to someone who can't keep an answer."""

    id: str
    was: tuple[str, ...] = ()
    question: Text = NO_TEXT
    repeat: str = ""
    sensitive: bool = False
    hint: str = ""
    framing: Text = NO_TEXT
    way_out: Text = NO_TEXT
    stamped: bool = field(default=True, compare=False)
    """False while the author has not given it an id (the draft's stand-in can't keep answers)."""

    def clean(self, data: QueryDict) -> Answer:
        """The answer that a posted form means.

        Raises:
            Refused: with a sentence for the reader; nothing may be stored.
        """
        answer = self.read(data)
        if data.get(LANE) == NOT_TODAY:
            # Beside the words, not instead of them: a tap must never cost what was typed.
            answer[LANE] = NOT_TODAY
        if count_characters(answer) > MAX_CHARACTERS:
            raise Refused(
                _(
                    "This is longer than one answer can hold (%(limit)s characters). "
                    "It is still here on the page. Move a part of it to another place, "
                    "then save again."
                )
                % {"limit": f"{MAX_CHARACTERS:,}"},
                answer,
            )
        return answer

    def read(self, data: QueryDict) -> Answer:
        """The kind's own part of :meth:`clean`. Unknown and odd values never raise a 500."""
        raise NotImplementedError(self.kind)

    @classmethod
    def is_empty(cls, answer: Answer) -> bool:
        """Whether nothing was answered: the form as it was first shown."""
        return not any(answer.values())

    def fields(self, answer: Answer) -> dict[str, Any]:
        """What the kind's template needs to draw its controls.

        The answer may be empty, of an earlier wording, or of another kind altogether.
        """
        return {}

    def offer(self) -> Display:
        """What there is to answer with, for who only reads: signed out, or on paper."""
        return Display()

    def show(self, answer: Answer) -> Display:
        """The answer to be read, with what is no longer offered marked."""
        return display(type(self), answer, self)

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """The kind's own part of :func:`display`.

        ``prompt`` is None once the author has removed it: answers must be readable by themselves.
        """
        raise NotImplementedError(cls.kind)

    def follow_up(self, answer: Answer) -> list[SafeString]:
        """What the author has to say to this answer; shown once it is saved."""
        return []

    @classmethod
    def parse(cls, source: "Source") -> Self | None:
        ident = source.prompt_id()
        own = cls.parse_own(source)
        if own is None:
            return None
        question = source.markdown(own.pop("question_lines", source.body))
        if not question.plain:
            source.problem(
                "B202", "There is no question. Write it on the line under the opening one."
            )
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
    def parse_own(cls, source: "Source") -> dict[str, Any] | None:
        """The kind's own fields; ``question_lines`` where the body holds more than the question."""
        return {}


def display(kind: type[Prompt], answer: Answer, prompt: Prompt | None) -> Display:
    """An answer to be read, whether or not its prompt is still there."""
    rest = {key: value for key, value in answer.items() if key != LANE}
    shown = Display() if kind.is_empty(rest) else kind.read_back(rest, prompt)  # type: ignore[arg-type]
    if answer.get(LANE) == NOT_TODAY:
        return replace(shown, paragraphs=(_("Not today."), *shown.paragraphs))
    return shown


def plain(value: Any) -> str:
    """A posted or stored value as one text: line ends as ``\\n``, no NUL, never an exception."""
    if not isinstance(value, str):
        return ""
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def texts(value: Any) -> list[str]:
    """A stored value as a list of texts, whatever it really is."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def same(text: str) -> str:
    """What two labels share if they differ only in case, blanks or composition of letters."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def count_characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(count_characters(item) for item in value.values())
    if isinstance(value, list):
        return sum(count_characters(item) for item in value)
    return 0

"""One colon block as an author wrote it, before its kind reads it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from workbook.prompts.display import NO_TEXT, Text
from workbook.prompts.problems import Problem, did_you_mean

ID = re.compile(r"[a-z0-9-]{1,64}")
BULLET = re.compile(
    r"(?P<indent>\s{0,3})(?:[-*+•‣·–—]|\d{1,3}[.)])(?:\s+|$)(?:\[[ xX]?\]\s+)?(?P<text>.*)"
)
YES = {"yes", "true", "y"}
NO = {"no", "false", "n", ""}


class SourceLine(NamedTuple):
    number: int
    text: str


class Value(NamedTuple):
    text: str
    line: int


@dataclass(frozen=True)
class OptionLine:
    """One bullet: its text, where it stands, and the indented lines under it."""

    text: str
    line: int
    details: tuple[SourceLine, ...] = ()


class Source:
    """What a kind's ``parse`` is given.

    Attributes:
        kind: the name of its kind, as authors write it.
        line: where the block opens, from 1.
        ident: what stands behind the kind's words on the opening line ("" if nothing).
        keys: the known keys that were given.
        body: the lines between the keys and the closing colons.
    """

    def __init__(
        self,
        *,
        kind: str,
        path: str,
        line: int,
        ident: str,
        keys: Mapping[str, Value],
        body: Sequence[SourceLine],
        render: Callable[[Sequence[SourceLine]], Text],
        report: Callable[[Problem], None],
    ) -> None:
        self.kind = kind
        self.path = path
        self.line = line
        self.ident = ident
        self.keys = keys
        self.body = tuple(body)
        self._render = render
        self._report = report

    def problem(
        self,
        code: str,
        message: str,
        *,
        line: int | None = None,
        key: str = "",
        col: int = 1,
        word: str = "",
        known: Iterable[str] = (),
    ) -> None:
        """Tell the author: about a ``line``, a ``key``, or else the whole block.

        ``word`` and ``known`` add a did-you-mean.
        """
        if line is None:
            line = self.keys[key].line if key in self.keys else self.line
        hint = did_you_mean(word, known) if word else ""
        self._report(Problem(self.path, line, col, code, message + hint))

    def markdown(self, lines: Sequence[SourceLine] | Value | None) -> Text:
        """Lines of the body, or one key's value, compiled."""
        if isinstance(lines, Value):
            lines = (SourceLine(lines.line, lines.text),)
        return self._render(lines) if lines else NO_TEXT

    def key(self, name: str, default: str = "") -> str:
        return self.keys[name].text if name in self.keys else default

    def yes(self, name: str) -> bool:
        value = self.keys.get(name)
        if value and value.text.casefold() not in YES | NO:
            self.problem(
                "B203",
                f"'{name}' is yes or no, not '{value.text}'. Write one of them.",
                key=name,
            )
        return bool(value) and value.text.casefold() in YES  # type: ignore[union-attr]

    def listed(self, name: str, separator: str) -> tuple[str, ...]:
        """A key's value split at ``separator``, blanks and empty parts dropped."""
        return tuple(part.strip() for part in self.key(name).split(separator) if part.strip())

    def prompt_id(self) -> str:
        """The id on the opening line; "" (with a problem) when it is missing or malformed."""
        if not self.ident:
            self.problem(
                "B204",
                f"This prompt has no id. Add one after the kind, such as "
                f"'::: {self.kind} my-words', and never change it once people answered.",
            )
            return ""
        if not ID.fullmatch(self.ident):
            self.problem(
                "B205",
                f"'{self.ident}' can't be an id. Use small letters, digits and hyphens, "
                "at most 64, such as 'heavy-day'.",
            )
            return ""
        return self.ident

    def target(self, what: str) -> str:
        """The id of another prompt on the opening line."""
        if not ID.fullmatch(self.ident):
            self.problem(
                "B206",
                f"Say which {what}: its id belongs on the opening line, "
                f"such as '::: {self.kind} my-people'.",
            )
            return ""
        return self.ident

    def expect_no_ident(self) -> None:
        if self.ident:
            self.problem(
                "B207",
                f"'{self.ident}' is too much on the opening line: a {self.kind} has no id. "
                "If it is a title, write it below as 'title: …'.",
            )

    def common_keys(self) -> dict[str, Any]:
        """The fields that every prompt has besides id and question."""
        repeat = self.key("repeat").casefold()
        if repeat not in {"", "daily", "any", "no"}:
            self.problem(
                "B208",
                f"'repeat' is daily or any, not '{repeat}'. Without it there is one answer.",
                key="repeat",
                word=repeat,
                known=("daily", "any"),
            )
            repeat = ""
        was = split_ids(self.key("was"))
        for old in was:
            if not ID.fullmatch(old):
                message = (
                    f"'{old}' can't be an id, so 'was' can't name it. "
                    "Write the id that this prompt had before, as it was then."
                )
                self.problem("B205", message, key="was")
        return {
            "repeat": "" if repeat == "no" else repeat,
            "was": tuple(old for old in was if ID.fullmatch(old)),
            "sensitive": self.yes("sensitive"),
            "hint": self.key("hint"),
            "framing": self.markdown(self.keys.get("framing")),
            "way_out": self.markdown(self.keys.get("way out")),
            "comes_back_after": self.key("comes back after"),
        }

    def split_options(self) -> tuple[tuple[SourceLine, ...], list[OptionLine]]:
        """The question's lines and the options: the last list of the body.

        Bullets of one list may be set apart by blank lines; indented lines belong to the bullet
        above them.
        """
        return split_options(self.body)

    def options(self, *, least: int = 1) -> tuple[tuple[SourceLine, ...], list[OptionLine]]:
        """Like :meth:`split_options`, with problems for too few, empty or doubled options."""
        question, options = self.split_options()
        if len(options) < least:
            need = "options as a list" if least == 1 else f"at least {least} options as a list"
            self.problem(
                "B209", f"A '{self.kind}' needs {need}, each on a line that starts with '- '."
            )
        seen: set[str] = set()
        kept = []
        for option in options:
            key = " ".join(option.text.casefold().split())
            if not key:
                self.problem(
                    "B210", "This option is empty. Write its words, or remove its dash.",
                    line=option.line,
                )  # fmt: skip
            elif key in seen:
                self.problem(
                    "B211", f"'{option.text}' is there twice. Answers are kept by their words, "
                    "so make each different.", line=option.line,
                )  # fmt: skip
            else:
                seen.add(key)
                kept.append(option)
        return question, kept


def split_ids(text: str) -> tuple[str, ...]:
    """Returns the ids in an author's list of them, set apart by commas or blanks."""
    return tuple(re.split(r"[,\s]+", text.strip())) if text else ()


def split_options(body: Sequence[SourceLine]) -> tuple[tuple[SourceLine, ...], list[OptionLine]]:
    """See :meth:`Source.split_options`."""
    start = len(body)
    for index in range(len(body) - 1, -1, -1):
        text = body[index].text
        if BULLET.fullmatch(text):
            start = index
        elif text.strip() and not text.startswith((" ", "\t")):
            break
    options: list[OptionLine] = []
    for line in body[start:]:
        bullet = BULLET.fullmatch(line.text)
        if bullet:
            options.append(OptionLine(bullet["text"].strip(), line.number))
        elif line.text.strip():
            last = options[-1]
            options[-1] = OptionLine(last.text, last.line, (*last.details, line))
    return tuple(body[:start]), options

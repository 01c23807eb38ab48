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
    """A line of a file, and its number from 1."""

    number: int
    text: str


class Value(NamedTuple):
    """What an author gave for a key, and the line in which the key stands."""

    text: str
    line: int


@dataclass(frozen=True)
class OptionLine:
    """One bullet of a block's source: its text, its line, and the indented lines under it."""

    text: str
    line: int
    details: tuple[SourceLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """One block as an author wrote it: what a kind's ``parse`` is given.

    Attributes:
        kind: the name of its kind, as authors write it.
        path: of its file, relative to the content folder.
        line: where the block opens, from 1.
        ident: what stands behind the kind's words on the opening line ("" if nothing).
        keys: the known keys that were given.
        body: the lines between the keys and the closing colons.
        render: compiles lines of markdown.
        report: where problems go.
    """

    kind: str
    path: str
    line: int
    ident: str
    keys: Mapping[str, Value]
    body: tuple[SourceLine, ...]
    render: Callable[[Sequence[SourceLine]], Text]
    report: Callable[[Problem], None]

    def problem(
        self,
        code: str,
        message: str,
        *,
        line: int | None = None,
        key: str = "",
        word: str = "",
        known: Iterable[str] = (),
    ) -> None:
        """Tells the author of a problem with a ``line``, a ``key``, or else the whole block.

        Args:
            word, known: what was written and what could have been, for a did-you-mean.
        """
        if line is None:
            line = self.keys[key].line if key in self.keys else self.line
        hint = did_you_mean(word, known) if word else ""
        self.report(Problem(self.path, line, 1, code, message + hint))

    def markdown(self, lines: Sequence[SourceLine] | Value | None) -> Text:
        """Compiles lines of the body, or one key's value."""
        if isinstance(lines, Value):
            lines = (SourceLine(lines.line, lines.text),)
        return self.render(lines) if lines else NO_TEXT

    def key(self, name: str, default: str = "") -> str:
        """Returns the text that the author gave for a key, or else ``default``."""
        return self.keys[name].text if name in self.keys else default

    def yes(self, name: str) -> bool:
        """Says whether a key was given as yes; what is neither yes nor no is a problem."""
        value = self.key(name)
        if value.casefold() not in YES | NO:
            message = f"'{name}' is yes or no, not '{value}'. Write one of them."
            self.problem("B203", message, key=name)
        return value.casefold() in YES

    def listed(self, name: str, separator: str) -> tuple[str, ...]:
        """Returns a key's value split at ``separator``, blanks and empty parts dropped."""
        return tuple(part.strip() for part in self.key(name).split(separator) if part.strip())

    def prompt_id(self) -> str:
        """Returns the id on the opening line; "" (with a problem) where none is fit."""
        if not self.ident:
            message = (
                "This prompt has no id. "
                f"Add one after the kind, such as '::: {self.kind} my-words', "
                "and never change it once people answered."
            )
            self.problem("B204", message)
            return ""
        if not ID.fullmatch(self.ident):
            message = (
                f"'{self.ident}' can't be an id. "
                "Use small letters, digits and hyphens, at most 64, such as 'heavy-day'."
            )
            self.problem("B205", message)
            return ""
        return self.ident

    def target(self, what: str) -> str:
        """Returns the id of another prompt on the opening line; "" (with a problem) without one."""
        if not ID.fullmatch(self.ident):
            example = f"'::: {self.kind} my-people'"
            message = f"Say which {what}: its id belongs on the opening line, such as {example}."
            self.problem("B206", message)
            return ""
        return self.ident

    def expect_no_ident(self) -> None:
        """Makes it a problem where an id stands on the opening line."""
        if self.ident:
            message = (
                f"'{self.ident}' is too much on the opening line: a {self.kind} has no id. "
                "If it is a title, write it below as 'title: …'."
            )
            self.problem("B207", message)

    def common_keys(self) -> dict[str, Any]:
        """Reads the fields that every prompt has besides id and question."""
        repeat = self.key("repeat").casefold()
        if repeat not in {"", "daily", "any", "no"}:
            message = f"'repeat' is daily or any, not '{repeat}'. Without it there is one answer."
            self.problem("B208", message, key="repeat", word=repeat, known=("daily", "any"))
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

    def options(self, *, least: int = 1) -> tuple[tuple[SourceLine, ...], list[OptionLine]]:
        """Returns the body's question and options, as :func:`split_options` finds them.

        Too few options are a problem, and so are empty and doubled ones, which are left out.
        """
        question, options = split_options(self.body)
        if len(options) < least:
            need = "options as a list" if least == 1 else f"at least {least} options as a list"
            message = f"A '{self.kind}' needs {need}, each on a line that starts with '- '."
            self.problem("B209", message)
        kept: dict[str, OptionLine] = {}
        for option in options:
            key = " ".join(option.text.casefold().split())
            if not key:
                message = "This option is empty. Write its words, or remove its dash."
                self.problem("B210", message, line=option.line)
            elif key in kept:
                message = (
                    f"'{option.text}' is there twice. "
                    "Answers are kept by their words, so make each different."
                )
                self.problem("B211", message, line=option.line)
            else:
                kept[key] = option
        return question, list(kept.values())


def split_ids(text: str) -> tuple[str, ...]:
    """Returns the ids in an author's list of them, set apart by commas or blanks."""
    return tuple(re.split(r"[,\s]+", text.strip())) if text else ()


def split_options(body: Sequence[SourceLine]) -> tuple[tuple[SourceLine, ...], list[OptionLine]]:
    """Returns the question's lines and the options, which are the last list of the lines.

    Bullets of one list may be set apart by blank lines; indented lines belong to the bullet above
    them.
    """
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

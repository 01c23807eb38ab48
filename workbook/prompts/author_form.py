"""How the writing desk asks for a prompt: the fields of its form, and the block they make.

Each kind lists its fields in ``asked_by``; a field is named after the key of the block that it
fills. So an author can ask a question without knowing how a block is written.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LINES, WORDS, TICK, CHOICE = "lines", "words", "tick", "choice"
KEYS, TEXT, LIST = "keys", "text", "list"
MARK = re.compile(r"^\s*(?:[-*+•‣·–—]|\d{1,3}[.)])\s+")
COLONS = re.compile(r"^\s*:{2,}")


@dataclass(frozen=True)
class AuthorField:
    """A field of the form in which an author asks a question at the writing desk.

    Attributes:
        name: of the key that it fills, or of what it is in the block's body.
        shape: "words" (one line), "lines" (several), "tick", or "choice" among ``choices``.
        needed: whether the form can't be sent without it.
        begins: what stands in it while the form is empty.
        place: the part of the block that it is written to: "keys", "text", or "list" below that.
        between: what sets its lines apart in a key's value; "" where that is one line.
        usual: the value that the block has without this key, so that it needn't be written.
        ticked: what a checked box writes.
        heading: how a line of a list begins that is no item of it, as a regular expression.
        only_with: name of the box without which it isn't written; "" for always.
    """

    name: str
    label: str
    help: str = ""
    shape: str = WORDS
    needed: bool = False
    begins: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    place: str = KEYS
    between: str = ""
    usual: str = ""
    ticked: str = "yes"
    heading: str = ""
    only_with: str = ""

    def written(self, given: str) -> list[str]:
        """Returns the lines that the field adds to its part of the block."""
        value = self.ticked if self.shape == TICK else given
        if self.place == TEXT:
            # Text can't open or close a block by accident.
            return [COLONS.sub("", line) for line in value.split("\n")]
        parts = [MARK.sub("", line).strip() for line in value.split("\n")]
        if self.place == LIST:
            heads = self.heading and re.compile(self.heading, re.IGNORECASE)
            return [p if heads and heads.match(p) else f"- {p}" for p in parts if p]
        line = self.between.join(filter(None, parts)) if self.between else value
        line = " ".join(line.split())
        return [f"{self.name}: {line}"] if line not in {"", self.usual} else []


QUESTION = AuthorField(
    "question",
    "The question",
    "Ask what, when or who. A tired person can answer it.",
    LINES,
    needed=True,
    place=TEXT,
)
OPTIONS = AuthorField(
    "options", "The answers to pick from, one a line", shape=LINES, needed=True, place=LIST
)
OWN = AuthorField(
    "own",
    "Let people add words of their own",
    shape=TICK,
    begins="yes",
    place=LIST,
    ticked="Something else: ___",
)
COMMON_FIELDS = (
    AuthorField("hint", "A hint below it, if any", "Such as: Three words will do."),
    AuthorField(
        "repeat",
        "How often it may be answered",
        shape=CHOICE,
        choices=(
            ("", "Once; the answer can be changed"),
            ("daily", "Each day, kept side by side"),
            ("any", "Any number of times, kept side by side"),
        ),
    ),
    AuthorField("sensitive", "It may stir something up", shape=TICK),
    AuthorField(
        "framing",
        "Then: what to know before it",
        "Such as: A few words will do.",
        only_with="sensitive",
    ),
    AuthorField(
        "way out",
        "Then: where to go from it",
        "Such as: You can stop here. [Steady First](steady-first) is close.",
        only_with="sensitive",
    ),
)
"""Fields of every kind that knows their keys."""


def block(kind: str, ident: str, fields: Iterable[AuthorField], given: Mapping[str, str]) -> str:
    """Returns the lines of a colon block as the form was filled in, its closing one included."""
    given = {name: value.replace("\r\n", "\n").strip() for name, value in given.items()}
    parts: dict[str, list[str]] = {KEYS: [f"::: {kind} {ident}"], TEXT: [], LIST: []}
    for field in fields:
        if given.get(field.name) and (not field.only_with or given.get(field.only_with)):
            parts[field.place] += field.written(given[field.name])
    if len(parts[KEYS]) > 1:
        parts[KEYS].append("")
    if parts[LIST]:
        parts[TEXT].append("")
    return "\n".join([*parts[KEYS], *parts[TEXT], *parts[LIST], ":::", ""])

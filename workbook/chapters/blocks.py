"""Cuts lines into prose and colon blocks. Knows nothing of markdown besides code."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from workbook.chapters.codes import Report
from workbook.chapters.lexing import Fences, without_code
from workbook.prompts.base import Block
from workbook.prompts.problems import did_you_mean
from workbook.prompts.registry import KINDS
from workbook.prompts.source import BULLET, ID, SourceLine, Value, split_ids

MAX_BLOCKS = 400
COLONS = re.compile(r"(?P<colons>:{3,})(?P<rest>.*)")
LED = re.compile(r"(?=[^:])[\s>*+•‣·–—-]*(?:\d{1,3}[.)]\s*)?:{3,}.*")
TWO = re.compile(r"\s{0,3}::(?!:)(?P<rest>.*)")
KEY = re.compile(r"(?P<name>[^:|]{1,40}?)\s*:\s*(?P<value>.*)")
QUOTES = str.maketrans("", "", "\"'\u201c\u201d\u2018\u2019")
MOST_WORDS_OF_A_KIND = 3


@dataclass
class RawBlock:
    """A block as it stands in the file; ``kind`` is None when it is not known."""

    kind: type[Block] | None
    name: str
    ident: str
    line: int
    keys: dict[str, Value] = field(default_factory=dict)
    body: list[SourceLine] = field(default_factory=list)

    @property
    def storage_ids(self) -> tuple[str, ...]:
        """The id this block goes by and those it went by, as far as they are well formed."""
        if self.kind is None or "id" not in self.kind.__dataclass_fields__:
            return ()
        return tuple(ident for ident in (self.ident, *self.former_ids) if ID.fullmatch(ident))

    @property
    def role(self) -> str:
        """The role of the block's kind in a chapter, such as "story"; "" for an unknown kind."""
        return self.kind.role if self.kind else ""

    @property
    def former_ids(self) -> tuple[str, ...]:
        """The ids that answers to this block were kept under before."""
        return split_ids(self.keys["was"].text) if "was" in self.keys else ()


Piece = SourceLine | RawBlock


def read_blocks(lines: Sequence[SourceLine], report: Report) -> list[Piece]:
    """Returns lines of prose and blocks in order.

    What is wrong is reported, and read as it was meant.
    """
    return _Reader(report).read(lines)


class _Reader:
    """Goes through the lines of a text once, with at most one block open."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.pieces: list[Piece] = []
        self.open: RawBlock | None = None
        self.count = 0

    def read(self, lines: Sequence[SourceLine]) -> list[Piece]:
        """Returns lines of prose and blocks in order."""
        fences = Fences()
        fence_line = 0
        for line in lines:
            was_inside = bool(fences.fence)
            if fences.takes(line.text):
                fence_line = fence_line if was_inside else line.number
                self.keep(line)
            elif ":" in line.text:
                self.take(line)
            else:
                self.keep(line)
        if fences.fence:
            hint = f"Write '{fences.fence}' on a line of its own under it."
            self.report(fence_line, 1, "B111", f"This code is never closed. {hint}")
            self.close()
        self.break_off()
        return self.pieces

    def break_off(self) -> None:
        """Closes the open block, which nothing closes."""
        if self.open:
            hint = "Write ':::' on a line of its own where it ends."
            message = f"This '{self.open.name}' is never closed. {hint}"
            self.report(self.open.line, 1, "B102", message)
        self.close()

    def keep(self, line: SourceLine) -> None:
        """Takes a line of text: the open block's, or the chapter's."""
        if self.open:
            self.open.body.append(line)
        else:
            self.pieces.append(line)

    def close(self) -> None:
        """Takes the block that is open, if any, as it stands."""
        if self.open:
            read_keys(self.open, self.report)
            self.pieces.append(self.open)
        self.open = None

    def take(self, line: SourceLine) -> None:
        """Takes a line with a colon outside code fences."""
        text = line.text.replace("\u00a0", " ")
        if match := COLONS.fullmatch(text):
            self.colons(line, match["rest"].strip())
        elif LED.fullmatch(text):
            message = (
                "A block can't stand in a list or a quote, or be indented. "
                "Put ':::' at the very start of the line."
            )
            start = text.index(":::")
            self.report(line.number, start + 1, "B105", message)
            self.colons(line, text[start:].lstrip(": "), quiet=True)
        elif (match := TWO.fullmatch(text)) and self.is_marker(match["rest"].strip()):
            col = text.index("::") + 1
            self.report(line.number, col, "B107", "A block opens and closes with three colons.")
            self.colons(line, match["rest"].strip(), quiet=True)
        else:
            place = without_code(text).find(":::")
            if place >= 0:
                message = (
                    "Three colons open or close a block only at the start of a line. "
                    "To show them, put them in `code`."
                )
                self.report(line.number, place + 1, "B106", message)
            self.keep(line)

    def is_marker(self, rest: str) -> bool:
        """Says whether what stands behind colons opens a block, or closes the open one."""
        return not rest if self.open else self.kind_of(rest)[0] is not None

    def colons(self, line: SourceLine, rest: str, *, quiet: bool = False) -> None:
        """Takes a line that starts with three colons; ``quiet`` when it already has its problem."""
        col = line.text.find("::") + 1
        if not rest:
            if self.open:
                self.close()
            elif not quiet:
                message = (
                    "This closes nothing: no block is open here. Remove it, or open one above."
                )
                self.report(line.number, col, "B103", message)
            return
        kind, name, ident = self.kind_of(rest)
        if kind is None and self.open and not did_you_mean(name, KINDS):
            message = f"Behind closing colons stands '{rest[:60]}'. Put it on the next line."
            self.report(line.number, col, "B104", message)
            self.close()
            return
        self.break_off()
        if kind is None:
            hint = did_you_mean(name, KINDS) or f" Known are: {', '.join(KINDS)}."
            message = f"There is no kind of block called '{name[:40]}'.{hint}"
            self.report(line.number, col, "B101", message)
        if ":::" in ident:
            message = "A block ends on a line of its own: write its text below, and then ':::'."
            self.report(line.number, line.text.rfind(":::") + 1, "B104", message)
            return
        self.open = RawBlock(kind, name, ident, line.number)
        self.count += 1
        if self.count == MAX_BLOCKS + 1:
            message = f"A chapter holds at most {MAX_BLOCKS} blocks. Make two chapters of it."
            self.report(line.number, 1, "F107", message)

    def kind_of(self, rest: str) -> tuple[type[Block] | None, str, str]:
        """Returns the kind (None if unknown), its name, and the rest of an opening line."""
        words = rest.translate(QUOTES).split()
        for count in range(min(MOST_WORDS_OF_A_KIND, len(words)), 0, -1):
            name = " ".join(words[:count]).casefold()
            if name in KINDS:
                return KINDS[name], name, " ".join(words[count:])
        name = " ".join(words[:2]).casefold()
        if not did_you_mean(name, KINDS):
            name = words[0].casefold() if words else ""
        return None, name, ""


def read_keys(block: RawBlock, report: Report) -> None:
    """Moves the keys at the top of a block's body to its ``keys``."""
    if block.kind is None:
        return
    last = ""
    while block.body:
        line = block.body[0]
        key = _key(line.text)
        if not line.text.strip():
            last = ""
        elif key and block.kind.knows_key(key[0]):
            last = key[0]
            if last in block.keys:
                report(line.number, 1, "B109", f"'{last}' is given twice. Keep one.")
            block.keys[last] = Value(key[1], line.number)
        elif last and line.text[0] in " \t\u00a0":
            value = block.keys[last]
            block.keys[last] = Value(f"{value.text} {line.text.strip()}".strip(), value.line)
        elif key and (hint := _near_miss(key[0], block.kind)):
            last = ""
            report(line.number, 1, "B108", f"'{key[0]}' is no key of '{block.name}'.{hint}")
        else:
            break
        del block.body[0]
    while block.body and not block.body[-1].text.strip():
        del block.body[-1]
    _look_for_late_keys(block, report)


def _key(text: str) -> tuple[str, str] | None:
    match = KEY.fullmatch(text.replace("\u00a0", " ").strip())
    if not match or BULLET.fullmatch(text):
        return None
    value = text.strip()[match.start("value") :].strip()
    return " ".join(match["name"].translate(QUOTES).casefold().split()), value


def _near_miss(name: str, kind: type[Block]) -> str:
    return did_you_mean(name, kind.keys) if len(name.split()) <= MOST_WORDS_OF_A_KIND else ""


def _look_for_late_keys(block: RawBlock, report: Report) -> None:
    fences = Fences()
    for line in block.body:
        if fences.takes(line.text) or line.text[:1].isspace():
            continue
        key = _key(line.text)
        if key and block.kind and block.kind.knows_key(key[0]):
            message = (
                f"'{key[0]}: …' is a key, and keys stand directly under the opening line. "
                "Move it there, or begin this line with another word."
            )
            report(line.number, 1, "B110", message)

"""Cuts lines into prose and colon blocks. Knows nothing of markdown besides code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbook.chapters.lexing import Fences, Report, without_code
from workbook.prompts.base import Block
from workbook.prompts.problems import did_you_mean
from workbook.prompts.registry import KINDS
from workbook.prompts.source import BULLET, ID, SourceLine, Value

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
        """The id it goes by and those it went by, as far as they are well formed."""
        if self.kind is None or "id" not in self.kind.__dataclass_fields__:
            return ()
        return tuple(ident for ident in (self.ident, *self.former_ids) if ID.fullmatch(ident))

    @property
    def role(self) -> str:
        """What it is in a chapter, as its kind says; "" for a block that isn't known."""
        return self.kind.role if self.kind else ""

    @property
    def former_ids(self) -> tuple[str, ...]:
        was = self.keys.get("was")
        return tuple(re.split(r"[,\s]+", was.text.strip())) if was else ()


Piece = SourceLine | RawBlock


def read_blocks(
    lines: Sequence[SourceLine], report: Report, kinds: Mapping[str, type[Block]] = KINDS
) -> list[Piece]:
    """Prose lines and blocks in order. What is wrong is reported, and read as it was meant."""
    return _Reader(report, kinds).read(lines)


class _Reader:
    def __init__(self, report: Report, kinds: Mapping[str, type[Block]]) -> None:
        self.report = report
        self.kinds = kinds
        self.pieces: list[Piece] = []
        self.open: RawBlock | None = None
        self.count = 0

    def read(self, lines: Sequence[SourceLine]) -> list[Piece]:
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
            self.report(
                fence_line, 1, "B111",
                f"This code is never closed. Write '{fences.fence}' on a line of its own under it.",
            )  # fmt: skip
        elif self.open:
            self.report(self.open.line, 1, "B102", self.unclosed())
        self.close()
        return self.pieces

    def unclosed(self) -> str:
        name = self.open.name if self.open else ""
        return f"This '{name}' is never closed. Write ':::' on a line of its own where it ends."

    def keep(self, line: SourceLine) -> None:
        """A line of text: the open block's, or the chapter's."""
        if self.open:
            self.open.body.append(line)
        else:
            self.pieces.append(line)

    def close(self) -> None:
        if self.open:
            read_keys(self.open, self.report)
            self.pieces.append(self.open)
        self.open = None

    def take(self, line: SourceLine) -> None:
        """A line with a colon outside code fences."""
        text = line.text.replace("\u00a0", " ")
        if match := COLONS.fullmatch(text):
            self.colons(line, match["rest"].strip())
        elif LED.fullmatch(text):
            self.report(
                line.number, text.index(":::") + 1, "B105",
                "A block can't stand in a list or a quote, or be indented. Put ':::' at the very "
                "start of the line.",
            )  # fmt: skip
            self.colons(line, text[text.index(":::") :].lstrip(": "), quiet=True)
        elif (match := TWO.fullmatch(text)) and self.is_marker(match["rest"].strip()):
            col = text.index("::") + 1
            self.report(line.number, col, "B107", "A block opens and closes with three colons.")
            self.colons(line, match["rest"].strip(), quiet=True)
        else:
            place = without_code(text).find(":::")
            if place >= 0:
                self.report(
                    line.number, place + 1, "B106",
                    "Three colons open or close a block only at the start of a line. To show them, "
                    "put them in `code`.",
                )  # fmt: skip
            self.keep(line)

    def is_marker(self, rest: str) -> bool:
        return not rest if self.open else self.kind_of(rest)[0] is not None

    def colons(self, line: SourceLine, rest: str, *, quiet: bool = False) -> None:
        """A line that starts with three colons; ``quiet`` when it already has its problem."""
        col = line.text.find("::") + 1
        if not rest:
            if self.open:
                self.close()
            elif not quiet:
                self.report(
                    line.number, col, "B103",
                    "This closes nothing: no block is open here. Remove it, or open one above.",
                )  # fmt: skip
            return
        kind, name, ident = self.kind_of(rest)
        if kind is None and self.open and not did_you_mean(name, self.kinds):
            self.report(
                line.number, col, "B104",
                f"Behind closing colons stands '{rest[:60]}'. Put it on the next line.",
            )  # fmt: skip
            self.close()
            return
        if self.open:
            self.report(self.open.line, 1, "B102", self.unclosed())
            self.close()
        if kind is None:
            hint = did_you_mean(name, self.kinds) or f" Known are: {', '.join(self.kinds)}."
            self.report(
                line.number, col, "B101", f"There is no kind of block called '{name[:40]}'.{hint}"
            )
        if ":::" in ident:
            self.report(
                line.number, line.text.rfind(":::") + 1, "B104",
                "A block ends on a line of its own: write its text below, and then ':::'.",
            )  # fmt: skip
            return
        self.open = RawBlock(kind, name, ident, line.number)
        self.count += 1
        if self.count == MAX_BLOCKS + 1:
            self.report(
                line.number, 1, "F107",
                f"A chapter holds at most {MAX_BLOCKS} blocks. Make two chapters of it.",
            )  # fmt: skip

    def kind_of(self, rest: str) -> tuple[type[Block] | None, str, str]:
        """The kind (None if unknown), its name, and what else stands on the opening line."""
        words = rest.translate(QUOTES).split()
        for count in range(min(MOST_WORDS_OF_A_KIND, len(words)), 0, -1):
            name = " ".join(words[:count]).casefold()
            if name in self.kinds:
                return self.kinds[name], name, " ".join(words[count:])
        name = " ".join(words[:2]).casefold()
        if not did_you_mean(name, self.kinds):
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
            report(
                line.number, 1, "B110",
                f"'{key[0]}: …' is a key, and keys stand directly under the opening line. Move it "
                "there, or begin this line with another word.",
            )  # fmt: skip

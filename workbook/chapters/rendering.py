"""Markdown of one file to sanitized HTML, with the problems' places found in the source."""

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown.preprocessors import Preprocessor

from workbook.chapters.blocks import RawBlock, read_blocks
from workbook.chapters.codes import Report
from workbook.chapters.lexing import without_code
from workbook.chapters.links import Index, address, picture
from workbook.chapters.markup import Findings, make_markdown
from workbook.chapters.sanitize import sanitize
from workbook.chapters.tokens import Tokens
from workbook.chapters.words import plain
from workbook.prompts.display import NO_TEXT, Text
from workbook.prompts.source import SourceLine

MAX_HTML = 2_000_000
MAX_NOTICES = 100
"""Problems of markup that are reported of one file; finding each one's place takes time."""
TABLE = re.compile(r"<table>(?P<inside>.*?)</table>", re.DOTALL)
HEADER_CELL = re.compile(r"<th(?=[ >])")


Clean = Callable[[str], SafeString]
"""What makes rendered HTML fit to be served. Only who serves nothing may leave it out."""


class Tangled(Exception):
    """A text nests so deep, or grows so large, that it can't be rendered."""


class Renderer:
    """Renders every piece of one file; heading ids are unique among them.

    Attributes:
        edition: a running hash of all that was rendered.
    """

    def __init__(
        self,
        lines: Sequence[SourceLine],
        report: Report,
        index: Index,
        here: str,
        tokens: Tokens,
        clean: Clean = sanitize,
    ) -> None:
        self.report = report
        self.clean = clean
        self.tokens = tokens
        self.edition = hashlib.sha256()
        self.nonce = unguessable("\n".join(line.text for line in lines))
        self.blocks: list[RawBlock] = []
        self.source = {line.number: line.text for line in lines}
        self.lines: Sequence[SourceLine] = ()
        self._found: dict[str, tuple[int, int]] = {}
        self._notices = 0
        self.findings = Findings(
            self.notice,
            link=lambda target: address(target, index, here=here),
            picture=lambda target: picture(target, index),
            token=tokens.html,
        )
        self.takes_blocks = False
        self.markdown = make_markdown(self.findings, LeaveSlots(self))

    def document(self, lines: Sequence[SourceLine]) -> list[SafeString | RawBlock]:
        """Renders a whole text: its prose and its blocks in their order.

        Raises:
            Tangled: as :meth:`convert` does.
        """
        html = self.convert(lines, takes_blocks=True)
        parts = re.split(rf"<p>{self.nonce}-(\d+)</p>\s*", html)
        pieces: list[SafeString | RawBlock] = []
        for place, part in enumerate(parts):
            if place % 2:
                pieces.append(self.blocks[int(part)])
            elif part.strip():
                pieces.append(mark_safe(part.strip()))
        if parts[1::2] != [str(number) for number in range(len(self.blocks))]:
            raise Tangled
        return pieces

    def text(self, lines: Sequence[SourceLine]) -> Text:
        """Renders markdown inside a block. Raises Tangled."""
        if not any(line.text.strip() for line in lines):
            return NO_TEXT
        html = self.convert(lines, takes_blocks=False)
        return Text(html, plain(html))

    def convert(self, lines: Sequence[SourceLine], *, takes_blocks: bool) -> SafeString:
        """Turns markdown into sanitized HTML.

        Args:
            takes_blocks: whether colon blocks in the lines are cut out and kept.

        Raises:
            Tangled: for what nests too deep or grows too large.
        """
        self.lines = lines
        self.takes_blocks = takes_blocks
        self._found = {}
        self.markdown.reset()
        self.findings.tables.clear()
        try:
            raw = self.markdown.convert("\n".join(line.text for line in lines))
            if len(raw) > MAX_HTML:
                raise Tangled
            html = with_tables(self.clean(raw), self.findings.tables)
        except RecursionError:
            raise Tangled from None
        # A slot's name is new each time; the page it leads to is not.
        self.edition.update(html.replace(self.nonce, "").encode())
        return html

    def notice(self, piece: str, code: str, message: str) -> None:
        """Reports a problem where ``piece`` stands, and a second one like it at its next place."""
        self._notices += 1
        if self._notices > MAX_NOTICES:
            return
        numbers = [line.number for line in self.lines]
        line, col = self.place(piece, numbers, self._found.get(piece, (0, 0)))
        self._found[piece] = (line, col)
        self.report(line, col, code, message)

    def place(
        self, piece: str, numbers: Sequence[int], after: tuple[int, int] = (0, 0)
    ) -> tuple[int, int]:
        """Returns the line and column where a piece of the source stands.

        Args:
            piece: some characters of the source, or what markdown made of them.
            numbers: the lines to look in.
            after: a line and a column that lie before the piece.
        """
        # What markdown made of a piece may differ from what stands there behind its first word.
        for part in dict.fromkeys((piece, piece.lstrip("]("), *piece.split()[:1])):
            for number in numbers:
                text = self.source.get(number, "")
                start = after[1] if number == after[0] else 0
                if number < after[0] or not part:
                    continue
                found = (text if "`" in part else without_code(text)).find(part, start)
                if found >= 0:
                    return number, found + 1
        return after if after[0] else (numbers[0] if numbers else 1, 1)


class LeaveSlots(Preprocessor):
    """Takes the colon blocks out and leaves a paragraph that no author can write in their place."""

    def __init__(self, renderer: Renderer) -> None:
        super().__init__()
        self.renderer = renderer

    def run(self, lines: list[str]) -> list[str]:
        """Returns the lines with each block's place kept by a paragraph."""
        renderer = self.renderer
        if not renderer.takes_blocks:
            return lines
        # Two empty lines were added behind the last; those have no number and hold nothing.
        numbered = [
            SourceLine(line.number, text) for line, text in zip(renderer.lines, lines, strict=False)
        ]
        out: list[str] = []
        for piece in read_blocks(numbered, renderer.report):
            if isinstance(piece, RawBlock):
                out += ["", f"{renderer.nonce}-{len(renderer.blocks)}", ""]
                renderer.blocks.append(piece)
            else:
                out.append(piece.text)
        return out


def unguessable(text: str) -> str:
    """Makes a word that isn't in the text and that nobody can foresee."""
    while (nonce := f"slot{secrets.token_hex(16)}") in text:
        pass
    return nonce


def with_tables(html: str, labels: Sequence[str]) -> SafeString:
    """Gives header cells their scope, and each table a box of its own that scrolls by keyboard.

    Args:
        labels: for each table in the HTML, the words of its header.
    """
    waiting = iter(labels)

    def wrapped(match: re.Match[str]) -> str:
        label = next(waiting, "")
        head, found, rest = match["inside"].partition("</thead>")
        inside = HEADER_CELL.sub('<th scope="col"', head) + found
        inside += HEADER_CELL.sub('<th scope="row"', rest)
        name = _("Table: %(columns)s") % {"columns": label} if label else _("Table")
        return format_html(
            '<div class="table-scroll" role="region" aria-label="{}" tabindex="0">'
            "<table>{}</table></div>",
            name,
            mark_safe(inside),
        )

    return mark_safe(TABLE.sub(wrapped, html))

"""Rule 18: what eyes, ears and screen readers need of pictures, tables, links and headings."""

import re
from collections.abc import Iterator

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.markup import links
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.text import TABLE_RULE
from workbook.chapters.blocks import RawBlock
from workbook.chapters.lexing import Fences, without_code
from workbook.prompts.source import SourceLine

PICTURE = re.compile(
    r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^\s)]*)(?P<caption>\s+[\"“'][^\"”']+[\"”'])?\s*\)"
)
EMPTY_ALT = re.compile(
    r"(?:an?\s+|the\s+)?(?:image|picture|photo(?:graph)?|drawing|graphic|icon|illustration|screenshot)"
    r"(?:\s+of)?|[\w-]+\.(?:png|jpe?g|gif|svg|webp|avif)|\d+",
    re.IGNORECASE,
)
EMPTY_LINK = re.compile(
    r"(?:please\s+)?(?:click|tap|press)?\s*(?:on\s+)?(?:here|this|this\s+(?:link|page)|link|more|read\s+more"
    r"|learn\s+more|find\s+out\s+more|see\s+more|website|page|go)",
    re.IGNORECASE,
)
CLICK = re.compile(r"\bclick(?:ing)?\s+(?:here|on\s+this|below|the\s+link)\b", re.IGNORECASE)


def check(sheet: Sheet) -> Iterator[Finding]:
    if "![" in sheet.draft.text or "|" in sheet.draft.text:
        yield from pictures_and_tables(sheet)
    yield from links_and_headings(sheet)


def links_and_headings(sheet: Sheet) -> Iterator[Finding]:
    level = 1
    for passage in sheet.passages:
        if passage.what == "heading" and passage.block is None:
            if passage.level > level + 1:
                yield sheet.finding(
                    passage.line, 1, "C18e",
                    "This heading skips a level, and people who go by headings lose the way. "
                    "Write "
                    f"'{'#' * (level + 1)}' before it.",
                )  # fmt: skip
            level = max(passage.level, 2)
        match = CLICK.search(passage.text) if "lick" in passage.text else None
        if match and not passage.is_quoted(match.start()):
            line, col = passage.place(match.start())
            yield sheet.finding(line, col, "C18d", NOT_EVERYONE_CLICKS)
            continue
        for words, start in links(without_code(passage.source)) if "](" in passage.source else ():
            if EMPTY_LINK.fullmatch(words.strip(" *_.!→»")):
                line, col = passage.place(start)
                yield sheet.finding(line, col, "C18d", NOT_EVERYONE_CLICKS)


NOT_EVERYONE_CLICKS = (
    "Read aloud by itself, this doesn't say where it leads, and not everyone clicks. Make the "
    "name of "
    "the page the link: '[Steady First](steady-first)'."
)


def pictures_and_tables(sheet: Sheet) -> Iterator[Finding]:
    for lines in _texts(sheet):
        fences = Fences()
        for index, line in enumerate(lines):
            if fences.takes(line.text):
                continue
            if "![" in line.text:
                yield from _pictures(sheet, line)
            after = lines[index + 1].text if index + 1 < len(lines) else ""
            if "|" in line.text and "|" in after and "-" in after and TABLE_RULE.fullmatch(after):
                yield from _header(sheet, line)


def _texts(sheet: Sheet) -> Iterator[list[SourceLine]]:
    yield [piece for piece in sheet.pieces if isinstance(piece, SourceLine)]
    for piece in sheet.pieces:
        if isinstance(piece, RawBlock):
            yield piece.body


def _pictures(sheet: Sheet, line: SourceLine) -> Iterator[Finding]:
    for match in PICTURE.finditer(without_code(line.text)):
        col = match.start() + 1
        if EMPTY_ALT.fullmatch(match["alt"].strip()):
            yield sheet.finding(
                line.number, col, "C18b",
                "These words don't say what the picture shows. Write what someone would see, in "
                "one "
                "sentence: '![Two chairs on a porch, one of them empty](…)'.",
            )  # fmt: skip
        if not match["caption"]:
            yield sheet.finding(
                line.number, col, "C18a",
                "This picture has no caption. Put one in quotes behind its file: "
                f"'![…]({match['target'] or 'images/porch.jpg'} \"The porch in May\")'.",
            )  # fmt: skip


def _header(sheet: Sheet, line: SourceLine) -> Iterator[Finding]:
    """The corner may be empty; every other column has a name."""
    inner = line.text.strip()
    offset = line.text.index("|") if inner.startswith("|") else 0
    cells = inner.strip("|").split("|") if inner.startswith("|") else inner.split("|")
    for index, cell in enumerate(cells):
        if index and not cell.strip(" *_"):
            yield sheet.finding(
                line.number, offset + 1, "C18c",
                f"Column {index + 1} of this table has no name. Write one in its first row.",
            )  # fmt: skip

"""Rule 18: what eyes, ears and screen readers need of pictures, tables, links and headings."""

import re
from collections.abc import Iterator

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.markup import links
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.text import TABLE_RULE
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
    """Yields what of a text not everyone can use."""
    if "![" in sheet.draft.text or "|" in sheet.draft.text:
        yield from pictures_and_tables(sheet)
    yield from links_and_headings(sheet)


def links_and_headings(sheet: Sheet) -> Iterator[Finding]:
    """Yields headings that skip a level, and links whose words don't say where they lead."""
    level = 1
    for passage in sheet.passages:
        if passage.what == "heading" and passage.block is None:
            if passage.level > level + 1:
                yield sheet.finding("C18e", passage.line, marks="#" * (level + 1))
            level = max(passage.level, 2)
        match = CLICK.search(passage.text) if "lick" in passage.text else None
        if match and not passage.is_quoted(match.start()):
            yield sheet.at("C18d", passage, match.start())
            continue
        for words, start in links(without_code(passage.source)) if "](" in passage.source else ():
            if EMPTY_LINK.fullmatch(words.strip(" *_.!→»")):
                yield sheet.at("C18d", passage, start)


def pictures_and_tables(sheet: Sheet) -> Iterator[Finding]:
    """Yields pictures without words or caption, and tables with a column that has no name."""
    prose = [piece for piece in sheet.draft.pieces if isinstance(piece, SourceLine)]
    for lines in (prose, *(block.body for block in sheet.blocks)):
        fences = Fences()
        for index, line in enumerate(lines):
            if fences.takes(line.text):
                continue
            if "![" in line.text:
                yield from _pictures(sheet, line)
            after = lines[index + 1].text if index + 1 < len(lines) else ""
            if "|" in line.text and "|" in after and "-" in after and TABLE_RULE.fullmatch(after):
                yield from _header(sheet, line)


def _pictures(sheet: Sheet, line: SourceLine) -> Iterator[Finding]:
    for match in PICTURE.finditer(without_code(line.text)):
        col = match.start() + 1
        if EMPTY_ALT.fullmatch(match["alt"].strip()):
            yield sheet.finding("C18b", line.number, col)
        if not match["caption"]:
            target = match["target"] or "images/porch.jpg"
            yield sheet.finding("C18a", line.number, col, target=target)


def _header(sheet: Sheet, line: SourceLine) -> Iterator[Finding]:
    """The corner may be empty; every other column has a name."""
    inner = line.text.strip()
    offset = line.text.index("|") if inner.startswith("|") else 0
    cells = inner.strip("|").split("|") if inner.startswith("|") else inner.split("|")
    for index, cell in enumerate(cells):
        if index and not cell.strip(" *_"):
            yield sheet.finding("C18c", line.number, offset + 1, column=index + 1)

"""Python-Markdown as this dialect wants it: what it reads, what it refuses, what it must not do.

Nothing an author writes turns into HTML here except by markdown itself; the result still passes
:func:`~workbook.chapters.sanitize.sanitize`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from xml.etree import ElementTree

from django.utils.text import slugify
from markdown import Markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import InlineProcessor, SimpleTextInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX, AtomicString

from workbook.chapters.lexing import Fences
from workbook.chapters.links import BadLink
from workbook.chapters.pasted import mended
from workbook.chapters.tokens import TOKEN, UnknownToken

BLANK = r"(_{3,})"
"""A place to fill in, never emphasis."""
RAW_HTML = r"<(?=[A-Za-z/!?])[^<>\n]{0,200}>?"
HALF_LINK = re.compile(r"\]\(")
REFERENCE = re.compile(r"^ {0,3}\[[^\[\]\n]{1,200}\]:(?=[ \t]*\S)", re.MULTILINE)
HEADING = re.compile(r"h[1-6]")
STASHED = re.compile(f"{STX}[^{ETX}]*{ETX}")

Notice = Callable[[str, str, str], None]
"""Takes a piece of the source that tells where, a code and a message."""


@dataclass
class Findings:
    """Where markdown reports problems, and asks what links and crisis lines turn into.

    Attributes:
        notice: where problems go.
        link, picture: turn a target into an address, or raise BadLink.
        token: turns a token's name into HTML, or raises UnknownToken.
        heading_ids: every id given so far in this chapter, and the last number behind it.
        tables: for each table of the last rendering, the words of its header.
    """

    notice: Notice
    link: Callable[[str], str]
    picture: Callable[[str], str]
    token: Callable[[str], str]
    heading_ids: dict[str, int] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)


def make_markdown(findings: Findings, leave_slots: Preprocessor) -> Markdown:
    """Makes a renderer for one chapter; ``leave_slots`` takes the colon blocks out of its lines."""
    md = Markdown(extensions=[SaneListExtension()], output_format="html")
    # Raw HTML is shown, not run. Text under a line of dashes is no heading and indented text is no
    # code: both surprise people who don't know markdown. Links have one form, so that each can be
    # checked.
    md.preprocessors.deregister("html_block")
    for name in ("code", "setextheader", "reference"):
        md.parser.blockprocessors.deregister(name)
    references = ("reference", "image_reference", "short_reference", "short_image_ref")
    for name in (*references, "automail", "html"):
        md.inlinePatterns.deregister(name)
    md.preprocessors.register(leave_slots, "colon_blocks", 28)
    md.preprocessors.register(CodeFences(md), "code_fences", 26)
    md.preprocessors.register(Mend(md), "mend", 24)
    md.parser.blockprocessors.register(Tables(md.parser, findings), "table", 75)
    md.inlinePatterns.register(Token(md, findings), "token", 175)
    md.inlinePatterns.register(RawHtml(md, findings), "html", 90)
    md.inlinePatterns.register(SimpleTextInlineProcessor(BLANK, md), "blank", 70)
    md.treeprocessors.register(Finish(md, findings), "finish", 15)
    return md


class CodeFences(Preprocessor):
    """Sets fenced code aside, in one pass however many fences are opened."""

    def run(self, lines: list[str]) -> list[str]:
        """Returns the lines with a placeholder for each piece of code."""
        out: list[str] = []
        fences = Fences()
        code: list[str] = []
        for line in lines:
            was_inside = bool(fences.fence)
            if not fences.takes(line):
                out.append(line)
            elif not was_inside:
                code = []
                indent = line[: len(line) - len(line.lstrip())]
            elif fences.fence:
                code.append(line.removeprefix(indent))
            else:
                out += ["", indent + self.store(code), ""]
        if fences.fence:
            out += ["", self.store(code)]
        return out

    def store(self, code: Sequence[str]) -> str:
        """Puts code away as HTML, and returns its placeholder."""
        text = escape("\n".join(code))
        stored: str = self.md.htmlStash.store(f"<pre><code>{text}\n</code></pre>")
        return stored


class Mend(Preprocessor):
    """Mends pasted text, and drops the empty lines that end up in the last paragraph."""

    def run(self, lines: list[str]) -> list[str]:
        """Returns the lines as markdown wants them."""
        while lines and not lines[-1].strip():
            lines = lines[:-1]
        return mended(lines)


class Tables(TableProcessor):
    """Reads tables with a header; a cell beyond it is a problem instead of vanishing."""

    def __init__(self, parser: Any, findings: Findings) -> None:
        super().__init__(parser, {"use_align_attribute": True})
        self.findings = findings

    # Python-Markdown gives no public way to see a row; the types leave these two out as well.
    def _build_row(self, row: str, parent: ElementTree.Element, align: Any) -> None:
        if any(cell.strip() for cell in self._split_row(row)[len(align) :]):  # type: ignore[attr-defined]
            message = (
                "This row has more cells than the table's first one. "
                "Add a heading for each, or write '\\|' where a line is meant."
            )
            self.findings.notice(row, "H104", message)
        super()._build_row(row, parent, align)  # type: ignore[misc]


class Token(InlineProcessor):
    """Spells out ``{{lifeline}}`` and its kin, once code and escapes are set aside."""

    def __init__(self, md: Markdown, findings: Findings) -> None:
        super().__init__(TOKEN.pattern + r"|\{\{", md)
        self.findings = findings

    def handleMatch(  # type: ignore[override] # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int, int]:
        """Returns a placeholder for the line's HTML; what is unknown stays as it is."""
        name = m["name"]
        if name is None:
            message = (
                "'{{' begins the name of a crisis line and needs '}}' behind it, "
                "such as '{{lifeline}}'."
            )
            self.findings.notice("{{", "L113", message)
            return None, m.start(), m.end()
        try:
            html = self.findings.token(name)
        except UnknownToken as problem:
            self.findings.notice(m[0], problem.code, problem.message)
            return None, m.start(), m.end()
        return self.md.htmlStash.store(html), m.start(), m.end()


class RawHtml(InlineProcessor):
    """Leaves HTML as the text it is, and reports it."""

    def __init__(self, md: Markdown, findings: Findings) -> None:
        super().__init__(RAW_HTML, md)
        self.findings = findings

    def handleMatch(  # type: ignore[override] # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[None, int, int]:
        """Reports the HTML and leaves it as it stands."""
        message = (
            "HTML is not understood here and would be shown as it stands. "
            "Use markdown, or put it in `code`."
        )
        self.findings.notice(m[0].split(STX)[0], "H101", message)
        return None, m.start(), m.end()


class Finish(Treeprocessor):
    """Checks links and pictures, names headings, and looks for markdown left half done."""

    def __init__(self, md: Markdown, findings: Findings) -> None:
        super().__init__(md)
        self.findings = findings

    def run(self, root: ElementTree.Element) -> None:
        """Goes through all elements of one text."""
        self.findings.tables = []
        for element in list(root.iter()):
            if element.tag == "a":
                self.link(element)
            elif element.tag == "img":
                self.picture(element)
            elif element.tag == "table":
                self.table(element)
            elif HEADING.fullmatch(element.tag):
                self.heading(element)
            self.half_done(element)
        # Last, because a picture loses its title to the caption.
        for element in list(root.iter("p")):
            self.figure(element)
        for element in root.iter():
            if element.tag != "figure" and any(child.tag == "img" for child in element):
                message = "A picture stands on a line of its own, with empty lines around it."
                self.findings.notice("![", "L124", message)

    def unescaped(self, text: str) -> str:
        """Returns the text an author typed where markdown has put its own signs."""
        value: str = self.md.treeprocessors["unescape"].unescape(text)  # type: ignore[attr-defined]
        return value

    def words(self, element: ElementTree.Element) -> str:
        """Returns the plain words of an element."""
        text = self.unescaped("".join(element.itertext()))
        return " ".join(STASHED.sub(" ", text).split())

    def link(self, element: ElementTree.Element) -> None:
        """Turns a link's target into an address; a link without one loses it."""
        target = self.unescaped(element.get("href", ""))
        words = "".join(element.itertext())
        if STX in target:
            message = "A link's target is plain: no code and no '{{…}}' in it."
            self.findings.notice("](", "L104", message)
            return
        if f"{STX}wzxhzdk:" in words:
            message = "A crisis line brings its own links. Write it without '[…](…)' around it."
            self.findings.notice(f"]({target}", "L114", message)
        elif not words.strip() and not len(element):
            self.findings.notice(f"]({target}", "L108", "This link has no words to press.")
        try:
            element.set("href", self.findings.link(target))
        except BadLink as problem:
            element.attrib.pop("href", None)
            self.findings.notice(f"({target}", problem.code, problem.message)

    def picture(self, element: ElementTree.Element) -> None:
        """Turns a picture's target into an address."""
        target = self.unescaped(element.get("src", ""))
        if not element.get("alt", "").strip():
            example = "'![A hand on a rail](…)'"
            message = f"Say what the picture shows, for those who can't see it: {example}."
            self.findings.notice(f"]({target}", "L121", message)
        element.set("loading", "lazy")
        try:
            element.set("src", self.findings.picture(target))
        except BadLink as problem:
            self.findings.notice(f"({target}", problem.code, problem.message)

    def figure(self, paragraph: ElementTree.Element) -> None:
        """Turns a paragraph that holds only a picture into a figure, its title into the caption."""
        if len(paragraph) != 1 or paragraph[0].tag != "img":
            return
        picture = paragraph[0]
        if (paragraph.text or "").strip() or (picture.tail or "").strip():
            return
        paragraph.tag = "figure"
        paragraph.text = picture.tail = None
        if caption := picture.attrib.pop("title", ""):
            ElementTree.SubElement(paragraph, "figcaption").text = AtomicString(caption)

    def heading(self, element: ElementTree.Element) -> None:
        """Gives a heading its id; one of the title's level is a problem."""
        words = self.words(element)
        if element.tag == "h1":
            element.tag = "h2"
            message = (
                "One '#' is for the title, which stands above. "
                "Begin headings with '##', and put a backslash before a '#' that isn't a heading."
            )
            self.findings.notice(f"#{words[:20]}", "H103", message)
        base = heading_id(words)
        ident = base
        while ident in self.findings.heading_ids:
            self.findings.heading_ids[base] += 1
            ident = f"{base}-{self.findings.heading_ids[base]}"
        self.findings.heading_ids[ident] = 1
        element.set("id", ident)

    def table(self, element: ElementTree.Element) -> None:
        """Keeps the header's words, and makes first cells headers under an empty corner."""
        header = [self.words(cell) for cell in element.iterfind(".//th")]
        self.findings.tables.append(", ".join(words for words in header if words))
        if header and not header[0]:
            for row in element.iterfind("./tbody/tr"):
                row[0].tag = "th"

    def half_done(self, element: ElementTree.Element) -> None:
        """Reports links that were begun and not finished, or are written as references."""
        texts = [element.tail] if element.tag in {"code", "pre"} else [element.text, element.tail]
        for text in texts:
            if not text or isinstance(text, AtomicString):
                continue
            if HALF_LINK.search(text):
                message = (
                    "This link is not finished. "
                    "It is the words in square brackets, "
                    "and directly behind them where it leads in round ones: "
                    "'[Steady First](steady-first)'."
                )
                self.findings.notice("](", "L105", message)
            for match in REFERENCE.finditer(text):
                message = (
                    "Write where a link leads directly behind its words, in round brackets: "
                    "'[Steady First](steady-first)'."
                )
                self.findings.notice(match[0].strip(), "L106", message)


def heading_id(words: str) -> str:
    """Returns the id of a heading with these words, such as ``s-if-it-doesnt-work``."""
    return "s-" + (slugify(words, allow_unicode=True)[:60].strip("-_") or "part")

"""The words of sanitised HTML."""

import re
from html.parser import HTMLParser

BREAKS = frozenset({"p", "li", "tr", "br", "blockquote", "pre", "figure", "h2", "h3", "h4", "hr"})
MORE_THAN_PARAGRAPHS = re.compile(r"<(?!/?p>)|&")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.keeps_lines = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.keeps_lines = self.keeps_lines or tag == "pre"
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.keeps_lines = self.keeps_lines and tag != "pre"
        self.parts.append("\n" if tag in BREAKS else " " if tag in {"td", "th"} else "")

    def handle_data(self, data: str) -> None:
        self.parts.append(data if self.keeps_lines else data.replace("\n", " "))


def plain(html: str) -> str:
    """The words of sanitised HTML, a line for each paragraph or item."""
    if not MORE_THAN_PARAGRAPHS.search(html):
        paragraphs = (" ".join(part.split()) for part in html.replace("<p>", "").split("</p>"))
        return "\n".join(paragraph for paragraph in paragraphs if paragraph)
    words = _Words()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)

"""The words of sanitized HTML."""

from html.parser import HTMLParser

BREAKS = frozenset({"p", "li", "tr", "br", "blockquote", "pre", "figure", "h2", "h3", "h4", "hr"})


class _Words(HTMLParser):
    """Collects the text of what it is fed, with a line break where a reader sees one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.keeps_lines = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins a line where an element does, and keeps those of preformatted text."""
        self.keeps_lines = self.keeps_lines or tag == "pre"
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Ends a line where an element does, and sets cells of a table apart."""
        self.keeps_lines = self.keeps_lines and tag != "pre"
        self.parts.append("\n" if tag in BREAKS else " " if tag in {"td", "th"} else "")

    def handle_data(self, data: str) -> None:
        """Collects a piece of text."""
        self.parts.append(data if self.keeps_lines else data.replace("\n", " "))


def plain(html: str) -> str:
    """Returns the words of sanitized HTML, a line for each paragraph or item."""
    words = _Words()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)

"""The allow-list that compiled markdown must pass, twice.

bleach shows what isn't allowed as text, so that nothing an author writes vanishes; it gets no more
releases, so nh3 cleans again with the same list.
"""

import re
from html.parser import HTMLParser

import bleach
import nh3
from django.utils.safestring import SafeString, mark_safe

TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6"}
    | {"hr", "img", "li", "ol", "p", "pre", "strong"}
    | {"table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "loading"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"align"}),
    "th": frozenset({"align"}),
    **{f"h{level}": frozenset({"id"}) for level in range(2, 7)},
}
SCHEMES = frozenset({"http", "https", "mailto", "tel", "sms"})
FORMS = {
    # Every id an author can cause: no page's own name can be forged.
    "id": re.compile(r"s-[\w-]{1,80}"),
    "align": re.compile(r"left|center|right"),
    "start": re.compile(r"[0-9]{1,9}"),
    "loading": re.compile(r"lazy"),
    # Pictures come from this site: a foreign one would tell its server who reads.
    "src": re.compile(r"/(?!/)[^\\\s]*"),
}
LINK = re.compile(r'<a((?: [a-z]+="[^"]*")*)>')
EXTERNAL = re.compile(r' href="(?:https?:)?//', re.IGNORECASE)
BREAKS = frozenset({"p", "li", "tr", "br", "blockquote", "pre", "figure", "h2", "h3", "h4", "hr"})


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES.get(tag, ()):
        return False
    return name not in FORMS or bool(FORMS[name].fullmatch(value))


def _filtered(tag: str, name: str, value: str) -> str | None:
    return value if _is_allowed(tag, name, value) else None


def sanitize(html: str) -> SafeString:
    """HTML that holds nothing but what :data:`TAGS` and :data:`ATTRIBUTES` allow.

    Links that leave the site get ``rel="noopener noreferrer external"``.
    """
    once = bleach.clean(html, tags=TAGS, attributes=_is_allowed, protocols=SCHEMES)
    twice = nh3.clean(
        once,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_filtered,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    return mark_safe(LINK.sub(_with_rel, twice))


def _with_rel(match: re.Match[str]) -> str:
    if EXTERNAL.search(match[1]):
        return f'<a{match[1]} rel="noopener noreferrer external">'
    return match[0]


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

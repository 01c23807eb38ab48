"""The allow-list that compiled markdown must pass, twice.

bleach shows what isn't allowed as text, so that nothing an author writes vanishes; it gets no more
releases, so nh3 cleans again with the same list.
"""

import re

import bleach
import nh3
from django.utils.safestring import SafeString, mark_safe

TAGS = (
    {"a", "blockquote", "br", "code", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6"}
    | {"hr", "img", "li", "ol", "p", "pre", "strong"}
    | {"table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "loading"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
SCHEMES = {"http", "https", "mailto", "tel", "sms"}
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


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES.get(tag, ()):
        return False
    return name not in FORMS or bool(FORMS[name].fullmatch(value))


def sanitize(html: str) -> SafeString:
    """Returns HTML that holds nothing but what :data:`TAGS` and :data:`ATTRIBUTES` allow.

    Links that leave the site get ``rel="noopener noreferrer external"``.
    """
    once = bleach.clean(html, tags=TAGS, attributes=_is_allowed, protocols=SCHEMES)
    twice = nh3.clean(
        once,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=lambda tag, name, value: value if _is_allowed(tag, name, value) else None,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return mark_safe(LINK.sub(_with_rel, twice))


def _with_rel(match: re.Match[str]) -> str:
    if EXTERNAL.search(match[1]):
        return f'<a{match[1]} rel="noopener noreferrer external">'
    return match[0]

"""Blanks markdown in a text without moving a letter, and finds what is quoted in it."""

import re

from workbook.chapters.lexing import without_code
from workbook.chapters.tokens import TOKEN

LINK = re.compile(
    r"(?P<open>!?\[)(?P<words>[^\[\]]*)(?P<close>\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\))?)"
)
ADDRESS = re.compile(r"https?://[^\s)>\]]+|\bwww\.[^\s)>\]]+")
MARKS = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|~~|(?<=\s)\\(?=[^\w\s])")
QUOTED = re.compile(r"“[^”]*”|(?<!\w)\"[^\"]*\"|(?<!\w)‘[^’]*’(?!\w)")
EMPHASIS = re.compile(r"(?<![*\w])\*(?![*\s])(?P<words>[^*]+)\*(?![*\w])")
LEAST_SAID = 3
"""Words of an emphasised span that make it something said or thought, not something stressed."""


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _link(match: re.Match[str]) -> str:
    return " " * len(match["open"]) + match["words"] + " " * len(match["close"])


def _token(match: re.Match[str]) -> str:
    """A crisis line stands as a word or two of its name: it is read, and is no telephone number."""
    name = re.sub(r"[^A-Za-z]", " ", match["name"])
    return "  " + name.ljust(len(match[0]) - 2)


def bare(text: str) -> str:
    """Returns the words of a text, everything else blank; as long as it was."""
    text = without_code(text)
    if "{{" in text:
        text = TOKEN.sub(_token, text)
    if "[" in text:
        text = LINK.sub(_link, text)
    if "://" in text or "www." in text:
        text = ADDRESS.sub(_blank, text)
    if "*" in text or "_" in text or "~" in text or "\\" in text:
        text = MARKS.sub(_blank, text)
    return text


def quoted_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Returns where somebody speaks or thinks, from the first to behind the last character."""
    spans = [match.span() for match in QUOTED.finditer(text)] if _may_quote(text) else []
    if "*" in text:
        spans += [
            match.span()
            for match in EMPHASIS.finditer(text)
            if len(match["words"].split()) >= LEAST_SAID
        ]
    return tuple(sorted(spans))


def _may_quote(text: str) -> bool:
    return '"' in text or "“" in text or "‘" in text


def links(text: str) -> list[tuple[str, int]]:
    """Returns the words of each link, and where they begin."""
    return [
        (match["words"], match.start("words"))
        for match in LINK.finditer(text)
        if match["open"] == "[" and len(match["close"]) > 1
    ]

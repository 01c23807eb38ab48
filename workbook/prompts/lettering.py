"""How much of a text fits a line of a drawing, which can't reflow: counted in letters."""

import re
import unicodedata

_EACH_IS_ONE = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*")
"""Latin letters and their punctuation, as most words are: nothing wide, and no marks."""


def width(text: str) -> int:
    """Counts letters; wide ones count twice, marks and joiners not at all."""
    if _EACH_IS_ONE.fullmatch(text):
        return len(text)
    shown = [c for c in text if unicodedata.category(c) not in {"Mn", "Me", "Cf"}]
    return len(shown) + sum(unicodedata.east_asian_width(c) in "WF" for c in shown)


def split(text: str, letters: int) -> tuple[str, str]:
    """Returns as much of a text as fits and the rest, never between a letter and its accents."""
    end = 0
    while end < len(text) and (width(text[: end + 1]) <= letters or not width(text[end])):
        end += 1
    return text[:end], text[end:]


def cut(text: str, letters: int) -> str:
    """Returns a text, or its first words and … where all of it is too much."""
    if width(text) <= letters:
        return text
    kept, rest = split(text, letters - 1)
    whole = kept if rest.startswith(" ") else kept.rpartition(" ")[0]
    return (whole or kept).rstrip() + "…"


def lines(text: str, letters: int, most: int = 0) -> list[str]:
    """Returns a text on lines of so many letters, at least one; a longer word is broken.

    Of more than ``most`` lines (any number for 0) the last one ends in ….
    """
    found = [""]
    for word in text.split():
        if width(f"{found[-1]} {word}".strip()) <= letters:
            found[-1] = f"{found[-1]} {word}".strip()
            continue
        if found[-1]:
            found.append("")
        while width(word) > letters:
            found[-1], word = split(word, letters)
            found.append("")
        found[-1] = word
    if most and len(found) > most:
        found = [*found[: most - 1], cut(" ".join(found[most - 1 :]), letters)]
    return found

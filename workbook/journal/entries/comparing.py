"""Two texts side by side, with what stands only in one of them marked."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

TOO_MANY = 4_000_000
"""Pairs of lines or words: beyond that a comparison would take longer than a person waits."""

# A word with what follows it; each sign by itself in scripts that set no blanks between words.
_SIGN = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_WORD = re.compile(rf"{_SIGN}\W*|(?:(?!{_SIGN})\w)+\W*|\W+")


Text = TypeVar("Text", str, list[str])


class ComparedPiece(NamedTuple):
    """A piece of one of two texts; ``is_only_here``: the other text has not got it."""

    text: str
    is_only_here: bool


def compared(left: str, right: str) -> tuple[list[ComparedPiece], list[ComparedPiece]]:
    """Returns both texts in pieces; what the other hasn't got is marked.

    First by lines, then by words within the lines that differ.
    """
    pieces: tuple[list[ComparedPiece], list[ComparedPiece]] = ([], [])
    for lines, is_same in _runs(left.splitlines(keepends=True), right.splitlines(keepends=True)):
        runs = [(lines, True)] if is_same else _runs(*(_WORD.findall("".join(s)) for s in lines))
        for run, is_same_too in runs:
            for side, texts in zip(pieces, run, strict=True):
                _add(side, texts, is_same=is_same_too)
    return pieces


def marked(pieces: Sequence[ComparedPiece]) -> SafeString:
    """Returns pieces as HTML, told by an underline, and by words to those who listen: no color.

    Those words are the style sheet's to add, so that what is copied holds the writer's alone.
    """
    return format_html_join("", "{}", ((_mark(piece),) for piece in pieces))


def _mark(piece: ComparedPiece) -> str:
    if not piece.is_only_here or not piece.text.strip():
        return piece.text
    words = piece.text.strip()
    before, after = piece.text.split(words, 1)
    return format_html(
        '{}<mark class="only-here" data-before="{}" data-after="{}">{}</mark>{}',
        before,
        _("[only here:"),
        _("]"),
        words,
        after,
    )


def _add(side: list[ComparedPiece], run: Sequence[str], *, is_same: bool) -> None:
    """Adds a run to the pieces of its side, joined to the last one where that is of its sort."""
    text = "".join(run)
    if text and side and side[-1].is_only_here is not is_same:
        text = side.pop().text + text
    if text:
        side.append(ComparedPiece(text, not is_same))


def middles(old: Text, new: Text) -> tuple[int, int]:
    """Returns how many pieces two sequences share at their beginning, and how many at their end."""
    start = _shared(old, new)
    return start, _shared(old[start:][::-1], new[start:][::-1])


def _shared(old: Text, new: Text) -> int:
    """Returns with how many pieces two sequences begin alike."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _runs(old: list[str], new: list[str]) -> list[tuple[tuple[list[str], list[str]], bool]]:
    """Returns stretches of both, in order, and of each whether it is shared."""
    start, end = middles(old, new)
    first, second = old[start : len(old) - end], new[start : len(new) - end]
    runs = [((old[:start], new[:start]), True)]
    if len(first) * len(second) > TOO_MANY:
        runs.append(((first, second), False))
    else:
        matcher = SequenceMatcher(None, first, second)
        runs += [
            ((first[a:b], second[c:d]), what == "equal")
            for what, a, b, c, d in matcher.get_opcodes()
        ]
    runs.append(((old[len(old) - end :], new[len(new) - end :]), True))
    return runs

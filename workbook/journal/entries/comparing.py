"""Two texts side by side, with what stands only in one of them marked."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

TOO_MANY = 4_000_000
"""Pairs of lines or words: beyond that a comparison would take longer than a person waits."""

# A word with what follows it; each sign by itself in scripts that set no blanks between words.
_SIGN = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_WORD = re.compile(rf"{_SIGN}\W*|(?:(?!{_SIGN})\w)+\W*|\W+")


class ComparedPiece(NamedTuple):
    text: str
    is_only_here: bool


def compared(left: str, right: str) -> tuple[list[ComparedPiece], list[ComparedPiece]]:
    """Both texts in pieces; what the other hasn't got is marked.

    First by lines, then by words within the lines that differ.
    """
    pieces: tuple[list[ComparedPiece], list[ComparedPiece]] = ([], [])
    old, new = left.splitlines(keepends=True), right.splitlines(keepends=True)
    for lines, others, is_same in _runs(old, new):
        if is_same:
            _add(pieces, lines, others, is_same=True)
            continue
        words, other_words = _words("".join(lines)), _words("".join(others))
        for run, other, same_words in _runs(words, other_words):
            _add(pieces, run, other, is_same=same_words)
    return pieces


def marked(pieces: Sequence[ComparedPiece]) -> SafeString:
    """Pieces as HTML. Told by an underline and, to those who listen, by words: never by colour.

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


def _add(
    pieces: tuple[list[ComparedPiece], list[ComparedPiece]],
    run: Sequence[str],
    other: Sequence[str],
    *,
    is_same: bool,
) -> None:
    for side, texts in zip(pieces, (run, other), strict=True):
        text = "".join(texts)
        if not text:
            continue
        if side and side[-1].is_only_here is not is_same:
            side[-1] = ComparedPiece(side[-1].text + text, not is_same)
        else:
            side.append(ComparedPiece(text, not is_same))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _runs(old: list[str], new: list[str]) -> list[tuple[list[str], list[str], bool]]:
    """Stretches of both, in order: shared or not."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    first, second = old[start : len(old) - end], new[start : len(new) - end]
    runs = [(old[:start], new[:start], True)]
    if len(first) * len(second) > TOO_MANY:
        runs.append((first, second, False))
    else:
        matcher = SequenceMatcher(None, first, second)
        runs += [
            (first[a:b], second[c:d], what == "equal") for what, a, b, c, d in matcher.get_opcodes()
        ]
    runs.append((old[len(old) - end :], new[len(new) - end :], True))
    return [run for run in runs if run[0] or run[1]]

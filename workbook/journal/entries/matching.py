"""Text as it is searched: without what makes no difference, and where in it terms stand."""

import heapq
import unicodedata
from collections.abc import Iterator, Sequence

Span = tuple[int, int]

FEW_SIGNS = 50
"""Different signs beyond ASCII, of few in all, are quicker replaced one by one than looked up."""


def _folded(sign: str) -> str:
    # Twice: what is taken apart may have a case of its own (ℌ).
    spread = unicodedata.normalize("NFKD", sign.casefold())
    spread = unicodedata.normalize("NFKD", spread.casefold())
    kept = (letter for letter in spread if letter > "\uffff" or not unicodedata.combining(letter))
    return "".join(kept).replace("’", "'")


class _Folds(dict[int, str]):
    """What each sign becomes, worked out when it is first met: taking whole texts through the
    tables of Unicode takes several times as long each time.
    """

    MOST = 30_000
    """Kept at the most: more than Unicode folds. What signs people write is theirs."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < self.MOST:
            self[code] = folded
        return folded


_folds = _Folds()
_ASCII = bytes(range(128))


def fold(text: str) -> str:
    """Returns text as it is compared: without case, accents, or what a keyboard adds by itself."""
    if not text.isascii():
        beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
        signs = set(beyond.decode("utf-8", "replace"))
        if len(beyond) * 5 >= len(text) or len(signs) >= FEW_SIGNS:
            return text.translate(_folds)
        for sign in signs:
            text = text.replace(sign, _folds[ord(sign)])
    return text.lower() if text.isascii() else text.translate(_folds)


def spans(text: str, terms: Sequence[str]) -> Iterator[Span]:
    """Returns where folded terms stand in a text as it was written: in order, without overlaps.

    Looked for as they are asked for: whoever needs a few doesn't wait for all.
    """
    folded = fold(text)
    if text.isascii():
        yield from _finds(folded, terms)
        return
    place = reached = until = 0
    for start, end in _finds(folded, terms):
        found = []
        # From the place of its first letter to behind that of its last one.
        for offset in (start, end - 1):
            while reached + (width := len(_folds[ord(text[place])])) <= offset:
                place, reached = place + 1, reached + width
            found.append(place)
        first, last = found[0], found[1] + 1
        # A letter's accents follow it in the text; they are marked with it.
        while last < len(text) and unicodedata.combining(text[last]):
            last += 1
        if first >= until:
            yield first, last
            until = last


def _finds(folded: str, terms: Sequence[str]) -> Iterator[Span]:
    """Returns where terms stand: leftmost first, at one place the longest, and on from its end."""
    heads = [(at, -len(term), term) for term in terms if term and (at := folded.find(term)) >= 0]
    heapq.heapify(heads)
    until = 0
    while heads:
        at, length, term = heads[0]
        if at >= until:
            yield at, at - length
            until = at - length
        following = folded.find(term, until)
        if following < 0:
            heapq.heappop(heads)
        else:
            heapq.heapreplace(heads, (following, length, term))

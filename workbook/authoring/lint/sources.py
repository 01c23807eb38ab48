"""Rule 19: a number from research names where it comes from."""

import re
from collections.abc import Iterator, Sequence

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.text import Passage

COUNT = r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten)"
NUMBER = re.compile(
    rf"\b\d[\d,.]*\s?(?:%|percent\b|per\s+cent\b)"
    rf"|\b{COUNT}\s+(?:in|out\s+of)\s+(?:every\s+)?(?:\d[\d,]*|four|five|six|seven|eight|nine|ten|twenty)"
    r"(?=\s+(?:of\s+)?(?:us\b|(?:\w+\s+){0,2}(?:people|adults|americans|men|women|students|calls|users"
    r"|veterans|teens|patients|drinkers|callers|workers|parents|families|lives|times)))"
    rf"|\b{COUNT}\s+(?:times|x)\s+(?:more|less|as|likelier)\b"
    rf"|\b(?:twice|half)\s+as\s+(?:likely|many|much|often)\b"
    rf"|\b\d[\d,.]*\s+(?:trials?|studies|million|billion|states)\b"
    rf"|\b(?:r|g|d|SMD|OR)\s*=\s*[−-]?\d*\.?\d+"
    r"|\b(?:studies|research|science|experts?)\s+(?:show|shows|prove|proves|say|says|agree|agrees)\b"
    r"|\bmost\s+(?:studies|researchers|experts)\b",
    re.IGNORECASE,
)
CITED = re.compile(
    r"\]\(https?://|\]\(page:|\((?:[^()]*\b)?[A-Z][\w’'-]+[^()]*?(?:,\s*)?(?:1[89]|20)\d\d[a-z]?\)"
    r"|\([A-Z][\w’'-]+ and [A-Z][\w’'-]+\)|\b(?:Sources?|From):\s"
)


HINT = re.compile(
    r"\d|%|[Ss]tud|[Rr]esearch|[Ss]cien|[Ee]xpert|likel|times|\bas\s+(?:many|much|often)"
    r"|\b(?:in|of)\s+(?:every\s+)?(?:four|five|six|seven|eight|nine|ten|twenty)"
)
"""What every such number has about it; a quick look before the careful one."""
SOURCE = re.compile(r"\W*(?:Sources?|From):\s")
"""A paragraph that names where its section's numbers come from."""


def check(sheet: Sheet) -> Iterator[Finding]:
    """Yields each number from research that neither it nor its section has a source for."""
    for section in _sections(sheet.passages):
        if any(SOURCE.match(passage.text) for passage in section):
            continue
        for passage in section:
            if passage.role == "story" or passage.is_asked or not HINT.search(passage.text):
                continue
            match = next(
                (m for m in NUMBER.finditer(passage.text) if not passage.is_quoted(m.start())), None
            )
            if match and not CITED.search(passage.source):
                number = " ".join(match[0].split())
                yield sheet.at("C19", passage, match.start(), number=number)


def _sections(passages: Sequence[Passage]) -> list[list[Passage]]:
    """The passages between headings."""
    sections: list[list[Passage]] = [[]]
    for passage in passages:
        if passage.what == "heading":
            sections.append([])
        sections[-1].append(passage)
    return sections

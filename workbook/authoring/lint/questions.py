"""Rules 12 and 13a: how a prompt asks, and what stands around one that may hurt."""

import re
from collections.abc import Iterator

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.prompts.source import YES

WHY = re.compile(r"\W*(?:and\s+|so,?\s+)?(why)\b(?!\s+not\b)", re.IGNORECASE)


def check(sheet: Sheet) -> Iterator[Finding]:
    """Yields sensitive prompts without framing or a way out, and questions that begin with why."""
    for block in sheet.prompts:
        sensitive = block.keys.get("sensitive")
        if sensitive and sensitive.text.strip().casefold() in YES:
            for code, key in (("C12a", "framing"), ("C12b", "way out")):
                if key not in block.keys or not block.keys[key].text.strip():
                    yield sheet.finding(code, sensitive.line)
        for passage in sheet.question(block):
            for sentence in passage.sentences if passage.what == "text" else ():
                if match := WHY.match(passage.text, sentence.start, sentence.end):
                    yield sheet.at("C13a", passage, match.start(1))

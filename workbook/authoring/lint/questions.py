"""Rules 12 and 13a: how a prompt asks, and what stands around one that may hurt."""

import re
from collections.abc import Iterator

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.prompts.source import YES

WHY = re.compile(r"\W*(?:and\s+|so,?\s+)?(why)\b(?!\s+not\b)", re.IGNORECASE)


def check(sheet: Sheet) -> Iterator[Finding]:
    for block in sheet.prompts:
        sensitive = block.keys.get("sensitive")
        if sensitive and sensitive.text.strip().casefold() in YES:
            if not block.keys.get("framing") or not block.keys["framing"].text.strip():
                yield sheet.finding(
                    sensitive.line, 1, "C12a",
                    "This prompt is sensitive, and nothing says so before it. Add a line such as "
                    "'framing: A few words will do. You can skip this one.'",
                )  # fmt: skip
            if not block.keys.get("way out") or not block.keys["way out"].text.strip():
                yield sheet.finding(
                    sensitive.line, 1, "C12b",
                    "This prompt is sensitive, and nothing leads on from it. Add a line such as "
                    "'way out: You can stop here. [Steady First](steady-first) is close.'",
                )  # fmt: skip
        for passage in sheet.question(block):
            if passage.what != "text":
                continue
            for sentence in passage.sentences:
                if match := WHY.match(passage.text, sentence.start, sentence.end):
                    line, col = passage.place(match.start(1))
                    yield sheet.finding(
                        line, col, "C13a",
                        "'Why' can start a loop of going over it. Ask for something concrete: "
                        "'What "
                        "happened just before?', 'When is it easier?', 'Who was there?'",
                    )  # fmt: skip

"""Mends what pasting and habit do to markdown, line by line, before it is rendered."""

import re
from collections.abc import Sequence

HARD_BLANKS = re.compile(r"[ \u00a0]*(?:(?:[-*+•‣·]|\d{1,9}[.)])[ \u00a0]+)?")
BULLET = re.compile(r"(?P<indent> *)(?P<mark>[-*+•‣·]|\d{1,9}[.)]) +(?=\S)")
STARTS_LIST = re.compile(r"(?:[-*+•‣·]|1[.)]) ")
RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})")
STEP = 4
"""Blanks a level that Python-Markdown wants; authors use two or three as well."""


def mended(lines: Sequence[str]) -> list[str]:
    """Returns the lines with usual marks for lists, which are set apart from text and indented."""
    out: list[str] = []
    indents: list[int] = []
    after_text = after_blank = False
    for text in lines:
        lead = HARD_BLANKS.match(text)
        end = lead.end() if lead else 0
        line = text[:end].replace("\u00a0", " ") + text[end:]
        width = len(line) - len(line.lstrip(" "))
        bullet = None if RULE.fullmatch(line) else BULLET.match(line)
        if not line.strip():
            # One empty line is enough; Python-Markdown would copy a long run of them once for each.
            out += [""] if out and out[-1] else []
            after_text, after_blank = False, True
            continue
        if bullet and not (after_text and not STARTS_LIST.match(line)):
            if after_text:
                out.append("")
            while indents and width < indents[-1]:
                indents.pop()
            if not indents or width > indents[-1] + 1:
                indents.append(width)
            rest = line[bullet.end() :]
            out.append(" " * (STEP * (len(indents) - 1)) + f"{_mark(bullet['mark'])} {rest}")
            after_text = False
        elif indents and width:
            depth = max(1, sum(indent < width for indent in indents))
            out.append(" " * (STEP * depth) + line.strip())
        else:
            if after_blank:
                indents = []
            after_text = not indents
            out.append(line)
        after_blank = False
    return out


def _mark(mark: str) -> str:
    if mark[-1] in ".)":
        return f"{mark[:-1]}."
    return "-" if mark in "•‣·" else mark

"""Finds the sections of a chapter: the titles and ids of its second-level headings."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from workbook.chapters.book import Prose
from workbook.chapters.words import plain
from workbook.prompts.base import Block

HEADING = re.compile(r'<h2 id="(?P<id>[^"]+)">(?P<title>.*?)</h2>', re.DOTALL)


class Section(NamedTuple):
    """A section of a chapter: its heading's title in plain text, and the id that links lead to."""

    id: str
    title: str


def sections(blocks: Iterable[Block]) -> list[Section]:
    """Returns the sections of a chapter's blocks, in reading order.

    They are named, never counted: nobody is told how much is left.
    """
    return [
        Section(found["id"], plain(found["title"]))
        for block in blocks
        if isinstance(block, Prose)
        for found in HEADING.finditer(block.html)
    ]

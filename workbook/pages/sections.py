"""The sections of a chapter: what its second-level headings are called, and where they stand."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from workbook.chapters.book import Prose
from workbook.chapters.words import plain
from workbook.prompts.base import Block

HEADING = re.compile(r'<h2 id="(?P<id>[^"]+)">(?P<title>.*?)</h2>', re.DOTALL)


class Section(NamedTuple):
    id: str
    title: str


def sections(blocks: Iterable[Block]) -> list[Section]:
    """In reading order. They are named, never counted: nobody is told how much is left."""
    return [
        Section(found["id"], plain(found["title"]))
        for block in blocks
        if isinstance(block, Prose)
        for found in HEADING.finditer(block.html)
    ]

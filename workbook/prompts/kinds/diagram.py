"""A nested list drawn as a picture: a start, what branches off it, and where all of it may end.

The picture stands beside the same list. On a phone it runs downward, on a desk a tree's branches
stand side by side; phases are numbered. No branch is above another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

from workbook.prompts import branching
from workbook.prompts.base import Shown
from workbook.prompts.branching import MOST_COLUMNS, NARROW, SLIM, WIDE, DrawnBranch
from workbook.prompts.picture import Picture
from workbook.prompts.source import Source, SourceLine

SHAPES = ("tree", "phases")
MOST_LEVELS = 3
ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+•‣·–—]|\d{1,3}[.)])(?:\s+(?P<text>.*))?")


class Node(NamedTuple):
    """One item of the list with those under it."""

    text: str
    nodes: tuple["Node", ...] = ()


class _Item(NamedTuple):
    """A line of the list; ``level`` counts from 1."""

    text: str
    level: int


@dataclass(frozen=True, kw_only=True)
class Diagram(Shown):
    """A nested list with its picture."""

    kind = "diagram"
    keys = {
        "title": "words above the picture",
        "shape": "tree, or phases, which are numbered",
        "ends in": "words for where everything meets",
    }

    read_keys = {**Shown.read_keys, "ends in": ""}
    shape: str = "tree"
    ends_in: str = ""
    start: Node

    @classmethod
    def parse(cls, source: Source) -> Self | None:
        """Reads the list that is drawn, with what stands before it."""
        source.expect_no_ident()
        shape = source.key("shape").casefold()
        if shape not in SHAPES:
            message = "Say how it is drawn: 'shape: tree' or 'shape: phases'."
            source.problem("B341", message, key="shape", word=shape, known=SHAPES)
        first = next((n for n, line in enumerate(source.body) if ITEM.fullmatch(line.text)), None)
        items = _items(source, source.body[first:]) if first is not None else []
        if sum(item.level == 1 for item in items) != 1 or len(items) < 2:
            source.problem(
                "B342",
                "A diagram is a list that begins with one item, where everything starts, "
                "and has the others under it, two spaces further in.",
            )
            return None
        return cls(
            line=source.line,
            title=source.key("title"),
            body=source.markdown(source.body[:first]),
            shape=shape,
            ends_in=source.key("ends in"),
            start=_tree(items),
        )

    @property
    def branches(self) -> tuple[DrawnBranch, ...]:
        """What is drawn of the list."""
        return tuple(
            DrawnBranch(
                node.text,
                tuple(leaf.text for leaf in node.nodes),
                str(number) if self.shape == "phases" else "",
            )
            for number, node in enumerate(self.start.nodes, start=1)
        )

    @cached_property
    def pictures(self) -> Mapping[str, Picture]:
        """The drawings by what there is room for; the style sheet shows one of them."""
        parts = (self.start.text, self.branches, self.ends_in)
        is_beside = self.shape == "tree" and len(self.branches) <= MOST_COLUMNS
        return {
            "slim": branching.rows(*parts, SLIM),
            "narrow": branching.rows(*parts, NARROW),
            "wide": branching.columns(*parts) if is_beside else branching.rows(*parts, WIDE),
        }


def _items(source: Source, lines: tuple[SourceLine, ...]) -> list[_Item]:
    """The list's lines with their levels, whatever the spaces are that an author sets."""
    items: list[_Item] = []
    indents: list[int] = []
    for line in lines:
        match = ITEM.fullmatch(line.text)
        if not line.text.strip():
            continue
        if not match or not match["text"]:
            message = "From here on stand only items, one a line: '- Someone in the room'."
            source.problem("B343", message, line=line.number)
            continue
        indent = len(match["indent"].expandtabs(4))
        while indents and indents[-1] > indent:
            indents.pop()
        if not indents or indents[-1] < indent:
            indents.append(indent)
        if len(indents) > MOST_LEVELS:
            message = (
                "This is one level too deep: "
                f"a start, its branches and their leaves are {MOST_LEVELS}. "
                "Move it out, or say it in the text."
            )
            source.problem("B344", message, line=line.number)
            continue
        items.append(_Item(match["text"].strip(), len(indents)))
    return items


def _tree(items: list[_Item]) -> Node:
    """The first item with those under it."""
    start, *others = items
    branches: list[tuple[str, list[Node]]] = []
    for item in others:
        if item.level == 2:
            branches.append((item.text, []))
        else:
            branches[-1][1].append(Node(item.text))
    return Node(start.text, tuple(Node(text, tuple(leaves)) for text, leaves in branches))

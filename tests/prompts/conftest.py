"""Blocks as an author writes them, read by their kind, without the compiler."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import mark_safe

from workbook.prompts.base import Block, Text
from workbook.prompts.kinds import KINDS
from workbook.prompts.problems import Problem
from workbook.prompts.source import Line, Source, Value

Parse = Callable[..., tuple[Any, list[Problem]]]


def _render(lines: Any) -> Text:
    text = "\n".join(line.text for line in lines).strip()
    return Text(mark_safe(f"<p>{escape(text)}</p>"), text)


@pytest.fixture
def parse() -> Parse:
    """``parse(kind, ident, body, **keys)`` → the block or None, and the problems."""

    def _parse(
        kind: str, ident: str = "", body: str = "", **keys: str
    ) -> tuple[Block | None, list[Problem]]:
        problems: list[Problem] = []
        source = Source(
            kind=KINDS[kind],
            path="book/01-one.md",
            line=3,
            ident=ident,
            keys={
                name.replace("_", " "): Value(value, 4 + number)
                for number, (name, value) in enumerate(keys.items())
            },
            body=[Line(10 + number, text) for number, text in enumerate(body.splitlines())],
            render=_render,
            report=problems.append,
        )
        return KINDS[kind].parse(source), problems

    return _parse


def posted(*pairs: tuple[str, str]) -> QueryDict:
    """A form as a browser sends it."""
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data

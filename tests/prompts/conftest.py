"""Blocks as an author writes them, read by their kind, without the compiler."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import mark_safe

from workbook.prompts.base import Block
from workbook.prompts.display import Text
from workbook.prompts.problems import Problem
from workbook.prompts.registry import KINDS
from workbook.prompts.source import Source, SourceLine, Value

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
            kind=KINDS[kind].kind,
            path="book/01-one.md",
            line=3,
            ident=ident,
            keys={
                name.replace("_", " "): Value(value, 4 + number)
                for number, (name, value) in enumerate(keys.items())
            },
            body=tuple(
                SourceLine(10 + number, text) for number, text in enumerate(body.splitlines())
            ),
            render=_render,
            report=problems.append,
        )
        return KINDS[kind].parse(source), problems

    return _parse


class _Form(HTMLParser):
    """Collects what a form would send, without its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "textarea":
            self.area = given["name"]
            self.pairs.append((self.area, ""))
        elif tag == "input" and given.get("name") and self.is_sent(given):
            # A one-line field can't hold the end of a line.
            breaks = "" if given.get("type") == "text" else "\n"
            value = given.get("value", "on").replace("\n", breaks)
            self.pairs.append((given["name"], value))

    @staticmethod
    def is_sent(given: dict[str, str]) -> bool:
        return given.get("type") not in {"radio", "checkbox"} or "checked" in given

    def handle_data(self, data: str) -> None:
        if self.area:
            name, text = self.pairs.pop()
            # The first line end after the tag is not part of the text.
            self.pairs.append((name, text + (data.removeprefix("\n") if not text else data)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = None


def sent_by_browser(html: str) -> list[tuple[str, str]]:
    """The pairs that the controls in ``html`` would send as they stand."""
    form = _Form()
    form.feed(html)
    form.close()
    return form.pairs


def posted(*pairs: tuple[str, str]) -> QueryDict:
    """A form as a browser sends it."""
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data

"""What is alike for many readers is drawn once; what is a reader's own is put in each time.

A :class:`Stencil` draws a template from *constants*: authors' blocks, slugs, flags. What it drew is
kept and found again by them. A reader's own values never get near the drawing: the template writes
a :class:`Placeholder` where one belongs, which is filled, escaped, in the copy that is sent. So
nobody's words can get into what is kept, and nobody else's can come out of it.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.conf import settings
from django.template import TemplateSyntaxError
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 400
"""Drawings kept of one stencil; when there are more, the oldest are let go."""

# Random, so that no author's text holds one; control characters, so that nothing else changes it.
_NONCE = secrets.token_hex(8)
_PLACE = re.compile(rf"\x1c{_NONCE}:(\w+)\x1d")


class Placeholder(SafeString):
    """Where a reader's own value goes. It can be written (``{{ name }}``) and nothing else: a
    filter, a tag or a condition would look at the place instead of what is put there.
    """

    def __new__(cls, name: str) -> "Placeholder":
        return super().__new__(cls, f"\x1c{_NONCE}:{name}\x1d")


class Drawn:
    """A text with places in it."""

    __slots__ = ("_alive", "_pieces")

    def __init__(self, text: str, alive: Any) -> None:
        self._pieces = _PLACE.split(text)
        """Text and names of places, in turns."""
        if any(_NONCE in piece.lower() for piece in self._pieces):
            raise TemplateSyntaxError("A place can be written, and nothing else be done with it.")
        # What it was drawn from is kept: while it lives, nothing else gets its identity.
        self._alive = alive

    def fill(self, own: Mapping[str, Any]) -> SafeString:
        """The text with ``own`` in its places. What isn't marked as safe is escaped.

        Raises KeyError for a place that ``own`` has nothing for.
        """
        if len(self._pieces) == 1:
            return SafeString(self._pieces[0])
        filled = self._pieces.copy()
        for index in range(1, len(filled), 2):
            filled[index] = _escaped(own[filled[index]])
        return SafeString("".join(filled))


class Stencil:
    """Draws once for the same constants, in the same language.

    Args:
        draw: makes the text from a context that holds the constants and nothing else: no request,
            no person, no form.
    """

    def __init__(self, draw: Callable[[Context], str], most: int = MOST) -> None:
        self._draw, self._most = draw, most
        self._drawn: dict[tuple[Any, ...], Drawn] = {}

    def drawn(
        self,
        constants: Mapping[str, Any],
        make_context: Callable[[Mapping[str, Any]], Context] = Context,
    ) -> Drawn:
        """Raises TemplateSyntaxError where a place was changed while it was drawn."""
        key = (
            get_language(),
            id(settings.SITE),
            settings.ROOT_URLCONF,
            get_script_prefix(),
            *constants,
            *map(_key, constants.values()),
        )
        found = self._drawn.get(key)
        if found is None:
            found = Drawn(self._draw(make_context(constants)), (constants, settings.SITE))
            if settings.DEBUG:
                return found  # Templates change under whoever works on them.
            while len(self._drawn) >= self._most:
                self._drawn.pop(next(iter(self._drawn)), None)
            self._drawn[key] = found
        return found

    @classmethod
    def of(cls, template: str, most: int = MOST) -> "Stencil":
        """Draws the template of that name."""

        def draw(context: Context) -> str:
            given: dict[Any, Any] = context.flatten()
            return render_to_string(template, given)

        return cls(draw, most)


def _escaped(value: Any) -> str:
    # As Django's conditional_escape, without its detour for what is translated late.
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def _key(value: Any) -> Any:
    """Plain values by what they say, tuples by what they hold; others, such as an author's blocks,
    by which they are.
    """
    if value is None or isinstance(value, str | int):
        return type(value), value
    if isinstance(value, tuple):
        return type(value), *map(_key, value)
    return id(value)

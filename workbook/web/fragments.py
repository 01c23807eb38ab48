"""Pieces of pages that Python code draws, to be put into a page or sent to htmx by themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def fragment(template: str | Sequence[str], context: Mapping[str, Any]) -> SafeString:
    """Returns what a template draws of ``context``; of several names, the first that there is.

    It is safe to be put into a page as it is: templates escape whatever isn't marked as safe.
    """
    return mark_safe(render_to_string(template, dict(context)))

"""What the kinds' templates share."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from workbook.prompts.base import Prompt
from workbook.prompts.kinds.people import not_among
from workbook.web.fragments import fragment

PRIVATE = SafeString(
    'dir="auto" autocomplete="off" spellcheck="false" autocorrect="off" writingsuggestions="false"'
)
"""Attributes of each field that takes a reader's words.

Browsers send what is typed to spell-check and suggestion services unless told otherwise, and keep
one-line fields for later completion on a phone that may be shared.
"""


def controls(
    prompt: Prompt,
    answer: dict[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    **more: Any,
) -> SafeString:
    """Returns the fields of one prompt, filled with an answer; without one, as first shown.

    ``context`` is what :meth:`Block.context` gave, where the reader's earlier answers are at hand;
    ``more`` reaches the kind's template as it is.
    """
    return fragment(
        prompt.template,
        {
            "prompt": prompt,
            "field": prompt.id,
            **(context or prompt.context({})),
            **prompt.fields(answer or {}),
            **more,
        },
    )


def labelled(field: str) -> SafeString:
    """Returns the attributes that tie a control to its question and its hint."""
    return format_html('aria-labelledby="question-{0}" aria-describedby="hint-{0}"', field)


def one_line(text: str) -> str:
    """Returns a text with each run of white space as one blank."""
    return " ".join(text.split())


FUNCTIONS = (controls, labelled, not_among)
"""What templates may call."""

"""What the kinds' templates share."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workbook.prompts.base import Prompt
from workbook.prompts.display import Display
from workbook.prompts.kinds.people import Person, PersonFields, not_among

register = template.Library()

PRIVATE = SafeString(
    'dir="auto" autocomplete="off" spellcheck="false" autocorrect="off" writingsuggestions="false"'
)


@register.simple_tag
def private() -> SafeString:
    """Attributes of each field that takes a reader's words.

    Browsers send what is typed to spell-check and suggestion services unless told otherwise, and
    keep one-line fields for later completion on a phone that may be shared.
    """
    return PRIVATE


@register.simple_tag
def controls(
    prompt: Prompt,
    answer: dict[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    **more: Any,
) -> SafeString:
    """The fields of one prompt, filled with an answer; without one, as they are first shown.

    ``context`` is what :meth:`Block.context` gave, where the reader's earlier answers are at hand;
    ``more`` reaches the kind's template as it is.
    """
    return render_to_string(
        prompt.template,
        {
            "prompt": prompt,
            "field": prompt.id,
            **(context or prompt.context({})),
            **prompt.fields(answer or {}),
            **more,
        },
    )


@register.inclusion_tag("prompts/_display.html")
def display(shown: Display) -> dict[str, Display]:
    """An answer to be read. The words in it are the reader's: never marked safe."""
    return {"shown": shown}


@register.filter
def one_line(text: str) -> str:
    return " ".join(text.split())


@register.simple_tag
def labelled(field: str) -> SafeString:
    """Ties a control to its question and its hint."""
    return format_html('aria-labelledby="question-{0}" aria-describedby="hint-{0}"', field)


@register.simple_tag
def people_of(people_by_kind: Mapping[str, list[Person]], kind: str) -> list[Person]:
    """The reader's people of one kind; nobody for whom their map is not open."""
    return people_by_kind.get(kind, [])


@register.simple_tag
def still_to_pick(to_pick: list[Person], people: list[PersonFields]) -> list[Person]:
    """Those of an earlier answer who aren't in this form yet."""
    return not_among(to_pick, people)

"""``{% constant name=value %}…{% endconstant %}``: the same for every reader, so drawn once."""

from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 400
"""Drawings kept of one tag; when there are more, all are let go."""

register = template.Library()


class ConstantNode(template.Node):
    """Keeps what its body drew, by the values it was given.

    The body sees these values and nothing else: no request, no person, no form. So nobody's words
    can get into what is kept, unless they are handed over by name; hand over authors' blocks, slugs
    and flags only.
    """

    child_nodelists = ("nodelist",)

    def __init__(self, values: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.values, self.nodelist = values, nodelist
        self.drawn: dict[tuple[Any, ...], tuple[dict[str, Any], SafeString]] = {}

    def render(self, context: Context) -> SafeString:
        values = {
            name: value.resolve(context, ignore_failures=True)
            for name, value in self.values.items()
        }
        key = (
            get_language(),
            id(settings.SITE),
            settings.ROOT_URLCONF,
            get_script_prefix(),
            settings.DEBUG,
            *map(_key, values.values()),
        )
        if found := self.drawn.get(key):
            return found[-1]
        inner = Context(values, autoescape=context.autoescape)
        inner.template, inner.render_context = context.template, context.render_context
        text = self.nodelist.render(inner)
        if len(self.drawn) >= MOST:
            self.drawn.clear()
        # The values are kept as well: as long as they live, nothing else gets their identity.
        self.drawn[key] = ({**values, "": settings.SITE}, text)
        return text


def _key(value: Any) -> Any:
    """Plain values by what they say; others, such as an author's blocks, by which they are."""
    if value is None or isinstance(value, str | int):
        return type(value), value
    return id(value)


@register.tag
def constant(parser: Parser, token: Token) -> ConstantNode:
    bits = token.split_contents()[1:]
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError("'constant' takes name=value only.")
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    return ConstantNode(values, nodelist)

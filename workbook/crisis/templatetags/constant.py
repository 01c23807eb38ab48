"""``{% constant name=value %}…{% endconstant %}``: the same for every reader, so drawn once."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString

from workbook.web.fragments import Stencil

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
        self.stencil = Stencil(nodelist.render)

    def render(self, context: Context) -> SafeString:
        def around(constants: Mapping[str, Any]) -> Context:
            inner = Context(dict(constants), autoescape=context.autoescape)
            inner.template, inner.render_context = context.template, context.render_context
            return inner

        values = {
            name: value.resolve(context, ignore_failures=True)
            for name, value in self.values.items()
        }
        return self.stencil.drawn(values, around).fill({})


@register.tag
def constant(parser: Parser, token: Token) -> ConstantNode:
    bits = token.split_contents()[1:]
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError("'constant' takes name=value only.")
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    return ConstantNode(values, nodelist)

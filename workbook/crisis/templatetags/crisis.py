"""``{% load crisis %}``: help in any template. No tag here needs a context or a request."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workbook.crisis.contact import contact_of_site
from workbook.crisis.lines import HelpLines
from workbook.crisis.loader import help_lines

register = template.Library()


@register.inclusion_tag("crisis/_crisis_banner.html")
def crisis_banner() -> dict[str, Any]:
    """The slim line at the top of every page, print and export."""
    return {"calls": help_lines().banner_html()}


@register.simple_tag
def known_help() -> HelpLines:
    """The lines as they are now: what a page shows of them is drawn anew with others."""
    return help_lines()


@register.simple_tag
def disclaimer() -> SafeString:
    return format_html('<p id="disclaimer">{}</p>', help_lines().disclaimer)


@register.simple_tag
def beside_writing() -> SafeString:
    """The sentence that says nobody will see this, once a page with fields."""
    return format_html('<p class="beside-writing">{}</p>', help_lines().beside_writing_html())


@register.simple_tag
def crisis(key: str) -> SafeString:
    """A line's phrase for the middle of a sentence: ``{% crisis "lifeline" %}``."""
    return help_lines().line(key).inline_html()


@register.inclusion_tag("crisis/_help_lines.html", name="help_lines")
def help_lines_of(group: str) -> dict[str, Any]:
    """Every line of a group with its ways, its hours and what happens when you get in touch."""
    return {"lines": help_lines().group(group)}


@register.simple_tag
def site_name() -> str:
    return str(settings.SITE.name)


@register.simple_tag
def closing_notice() -> SafeString:
    """Returns what site.toml tells everybody while the site is about to close; usually nothing."""
    words = settings.SITE.closing_notice.strip()
    if not words:
        return SafeString("")
    return format_html('<p id="closing-notice" class="notice notice--error">{}</p>', words)


@register.inclusion_tag("crisis/_operators.html")
def operators() -> dict[str, Any]:
    """Who keeps the site and how to reach them, as site.toml says; nothing where it says nothing.

    A contact that is an e-mail or web address becomes a link; a sentence stays as it is.
    """
    return {"site": settings.SITE, **contact_of_site()._asdict()}

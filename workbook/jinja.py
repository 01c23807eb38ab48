"""The environment of Jinja2 that draws the site's own templates.

What a template may call is given to it here, package by package: each has a module ``templating``
with functions for its own templates and for those above it. Django's admin keeps Django's engine.
"""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import defaultfilters
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext
from jinja2 import ChainableUndefined, Environment

from workbook.crisis import templating as crisis
from workbook.journal import templating as journal
from workbook.pages import templating as pages
from workbook.prompts import templating as prompts


def environment(**options: Any) -> Environment:
    """Returns the environment that the settings name, with the functions and filters it offers."""
    made = Environment(  # noqa: S701 -- Django's backend passes autoescape=True.
        # A page may leave out what a template only asks about, as with Django's engine.
        **options | {"undefined": ChainableUndefined},
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(translated, ngettext)  # type: ignore[attr-defined]
    made.globals |= {
        "_": translated,
        "current_language": get_language,
        "is_right_to_left": get_language_bidi,
        "private": prompts.PRIVATE,
        "static": static,
        "url": url,
    }
    for package in (crisis, prompts, journal, pages):
        made.globals |= {function.__name__: function for function in package.FUNCTIONS}
    made.filters |= {
        "capfirst": defaultfilters.capfirst,
        "date": date,
        "floatformat": defaultfilters.floatformat,
        "linebreaksbr": defaultfilters.linebreaksbr,
        "one_line": prompts.one_line,
        "truncatechars": defaultfilters.truncatechars,
        "urlencode": defaultfilters.urlencode,
    }
    return made


def date(moment: Any, form: str = "DATE_FORMAT") -> str:
    """Returns a day or a moment, in the reader's time zone, in one of Django's formats."""
    return str(defaultfilters.date(template_localtime(moment), form))


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Returns the address of a named route. Raises NoReverseMatch."""
    return _url(settings.ROOT_URLCONF, get_script_prefix(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=4096)
def _url(_urlconf: str, _prefix: str, name: str, args: tuple[Any, ...], kwargs: Any) -> str:
    # A page has dozens of addresses, and working one out takes as long as drawing ten fields.
    return reverse(name, args=args, kwargs=dict(kwargs))


def translated(message: str) -> str:
    """Returns a message in the active language, as gettext does in three times as long."""
    return _translated(get_language(), message)


@lru_cache(maxsize=4096)
def _translated(_language: str | None, message: str) -> str:
    return gettext(message)

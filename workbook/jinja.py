"""The environment of Jinja2 that draws the site's own templates.

What a template may call is given to it here, package by package: each has a module ``templating``
with functions for its own templates and for those above it. Django's admin keeps Django's engine.
"""

import re
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import jinja2
from django.conf import settings
from django.core.files.storage import storages
from django.template import defaultfilters
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext
from jinja2.ext import Extension
from markupsafe import escape

from workbook.crisis import templating as crisis
from workbook.journal import templating as journal
from workbook.pages import templating as pages
from workbook.prompts import templating as prompts

MESSAGE = re.compile(r"""\b_\(("[^"]*"|'[^']*')\)""")


class Environment(jinja2.Environment):
    """Jinja2's environment, with templates compiled for each language by itself."""

    @property
    def cache(self) -> MutableMapping[Any, Any]:
        """The compiled templates of the active language."""
        return self._by_language.setdefault(get_language(), {})

    @cache.setter
    def cache(self, _emptied: object) -> None:
        """Forgets the compiled templates of every language; Jinja2 sets it once, as it begins."""
        self._by_language: dict[str | None, MutableMapping[Any, Any]] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Returns what a template finds everywhere, as a dict, which each piece drawn copies."""
        return {**self.globals, **(d or {})}


class Messages(Extension):
    """Writes each message into its template as it is compiled, in the language it is compiled for.

    To look a message up takes as long as to write ten of them, and a page has hundreds.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Returns the source with the translation in place of ``_("a message")``."""
        return MESSAGE.sub(lambda match: repr(gettext(match[1][1:-1])), source)


def environment(**options: Any) -> Environment:
    """Returns the environment that the settings name, with the functions and filters it offers."""
    made = Environment(
        # A page may leave out what a template only asks about, as with Django's engine.
        **options | {"undefined": jinja2.ChainableUndefined},
        extensions=["jinja2.ext.i18n", Messages],
    )
    made.install_gettext_callables(gettext, ngettext)  # type: ignore[attr-defined]
    made.globals |= {
        "current_language": get_language,
        "is_right_to_left": get_language_bidi,
        "private": prompts.PRIVATE,
        "static": static,
        "url": url,
    }
    for package in (crisis, prompts, journal, pages):
        made.globals |= {function.__name__: function for function in package.FUNCTIONS}
    made.filters |= {
        "capfirst": lambda words: words[:1].upper() + words[1:],
        "date": date,
        "floatformat": defaultfilters.floatformat,
        "linebreaksbr": linebreaksbr,
        "one_line": prompts.one_line,
        "truncatechars": defaultfilters.truncatechars,
        "urlencode": defaultfilters.urlencode,
    }
    return made


def linebreaksbr(text: str) -> SafeString:
    """Returns a text, escaped, with a ``<br>`` at the end of each of its lines."""
    return SafeString(
        "<br>".join(str(escape(text)).replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    )


def date(moment: Any, form: str = "DATE_FORMAT") -> str:
    """Returns a day or a moment, in the reader's time zone, in one of Django's formats."""
    return str(defaultfilters.date(template_localtime(moment), form))


def static(path: str) -> str:
    """Returns the address of a static file, with the mark of its content in it."""
    return _static(storages["staticfiles"], path)


@lru_cache(maxsize=512)
def _static(storage: Any, path: str) -> str:
    return str(storage.url(path))


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Returns the address of a named route. Raises NoReverseMatch."""
    return _url(settings.ROOT_URLCONF, get_script_prefix(), name, args, tuple(kwargs.items()))


# A page has dozens of addresses, and working one out takes as long as drawing ten fields.
@lru_cache(maxsize=4096)
def _url(_urlconf: str, _prefix: str, name: str, args: tuple[Any, ...], kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=dict(kwargs))

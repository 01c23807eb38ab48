"""Pages of people who have entered, drawn once for all who see them alike.

A page's frame (help, header, menu, footer, cover) differs little from person to person, and drawing
it takes longer than all else that a page needs. So it is drawn from the little that is said here of
a person and a request; what is theirs goes into places (see :mod:`workbook.web.fragments`).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.template.context import Context
from django.template.context_processors import csrf

from workbook.accounts.access import Request
from workbook.accounts.context_processors import cover_of
from workbook.chapters.loader import library
from workbook.crisis.loader import help_lines
from workbook.web.fragments import Placeholder, Stencil


class _Somebody(NamedTuple):
    """All that a drawing knows of a person: whether tabs are called something neutral, and news."""

    neutral_titles: bool
    has_events: bool
    name: str = Placeholder("name")


class _Match(NamedTuple):
    url_name: str


class _Asked(NamedTuple):
    """All that it knows of a request."""

    path: str
    resolver_match: _Match


def framed(
    request: Request,
    stencil: Stencil,
    constants: Mapping[str, Any],
    own: Mapping[str, Any],
    make_context: Callable[[Mapping[str, Any]], Context] = Context,
) -> HttpResponse:
    """A page for the person who has entered; their notices are not on it."""
    person = request.journal.person
    match = request.resolver_match
    around = {
        "person": _Somebody(person.neutral_titles, person.has_events),
        "cover": cover_of(request),
        "request": _Asked(request.path, _Match(match.url_name or "" if match else "")),
        "csrf_token": Placeholder("csrf_token"),
        # The menu leads to what these hold, and the help line says it.
        "library": library(),
        "help": help_lines(),
    }
    drawn = stencil.drawn({**around, **constants}, make_context)
    return HttpResponse(drawn.fill({**own, **csrf(request), "name": person.name}))

"""``/help-now/``: every line, and what happens when you call."""

import logging
from collections import defaultdict
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from workbook.crisis.lines import CrisisLine
from workbook.crisis.loader import help_lines

logger = logging.getLogger(__name__)

_prose: Callable[[], SafeString] = SafeString


def register_prose(source: Callable[[], SafeString]) -> None:
    """Gives the page its prose: compiled HTML, from a package above this one, once at the start."""
    global _prose
    _prose = source


@login_not_required
@require_safe
@cache_control(no_cache=True, public=True)
@conditional_page
def help_now(request: HttpRequest) -> HttpResponse:
    """Shows every crisis line, to everybody alike: nothing on this page asks who is there."""
    lines = help_lines()
    context = {
        "lines": lines,
        "countries": countries(lines.group("elsewhere")),
        "help_prose": prose(),
    }
    # No request is given: context processors would look for a session.
    return HttpResponse(render_to_string("crisis/help_now.html", context))


def prose() -> SafeString:
    """Returns what is said about calling; where that fails, nothing: the numbers come first."""
    try:
        return _prose()
    except Exception:
        logger.exception("The prose of the help page can't be had; its lines are shown alone.")
        return SafeString()


def countries(lines: list[CrisisLine]) -> list[tuple[str, str, list[CrisisLine]]]:
    """Groups lines by region, as (code for addresses, name, lines), by name with the world last."""
    names = {
        "CA": _("Canada"),
        "GB": _("United Kingdom"),
        "IE": _("Ireland"),
        "EU": _("European Union"),
        "AU": _("Australia"),
        "NZ": _("New Zealand"),
        "MX": _("Mexico"),
        "world": _("Any other country"),
    }
    found = defaultdict(list)
    for line in lines:
        found[line.region].append(line)
    order = sorted(found, key=lambda region: (region == "world", names.get(region, region)))
    return [
        (f"country-{slugify(region)}", names.get(region, region), found[region]) for region in order
    ]

"""What a phone asks when someone puts the workbook on its home screen."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# As in the style sheet: the paper behind the first paint, and the help line's ground above it.
PAPER = "#fbf6ec"
HELP = "#17403a"


@require_safe
@login_not_required
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> JsonResponse:
    """The site's own name and mark; with ``?plain`` a name and a mark that say nothing.

    Nothing here asks who is there: the page that links it knows which one its reader chose.
    """
    about = _plain() if "plain" in request.GET else _own()
    frame = {
        "id": "/",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": HELP,
    }
    return JsonResponse(about | frame, content_type="application/manifest+json")


def _own() -> dict[str, Any]:
    name = settings.SITE.name
    return {
        "name": name,
        "short_name": name,
        "description": _("A workbook at your own pace, with a journal only you can open."),
        "icons": [
            _icon("icon.svg", "any"),
            _icon("icon-192.png", "192x192"),
            _icon("icon-512.png", "512x512"),
            _icon("icon-maskable-512.png", "512x512") | {"purpose": "maskable"},
        ],
    }


def _plain() -> dict[str, Any]:
    name = _("Notes")
    return {"name": name, "short_name": name, "icons": [_icon("icon-plain.svg", "any")]}


def _icon(name: str, sizes: str) -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": static(f"img/{name}"), "type": kind, "sizes": sizes}

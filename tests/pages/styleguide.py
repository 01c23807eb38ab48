"""Routes as they are while DEBUG is on."""

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

from django.urls import clear_url_caches

from workbook import urls
from workbook.pages import urls as pages_urls


@contextlib.contextmanager
def debugging(settings: Any) -> Iterator[None]:
    """The style guide is routed when the addresses are read, so they are read anew."""
    settings.DEBUG = True
    _route_anew()
    try:
        yield
    finally:
        settings.DEBUG = False
        _route_anew()


def _route_anew() -> None:
    importlib.reload(pages_urls)
    importlib.reload(urls)
    clear_url_caches()

"""Whose journal it is, for its own pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache

from workbook.accounts.access import Request, open_journal_required
from workbook.journal.entries.store import zone_of

View = Callable[..., HttpResponseBase]


def own_page(view: View) -> View:
    """For a page of an open journal: never cached, its times as their owner lives them."""

    @wraps(view)
    def in_own_time(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(zone_of(request.journal.person)):
            return view(request, *args, **kwargs)

    owned: View = never_cache(open_journal_required(in_own_time))
    return owned

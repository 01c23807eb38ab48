"""What a journal's own pages ask first: open, never cached, not too often; 404 for strangers."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache

from workbook.accounts.access import Request, open_journal_required
from workbook.accounts.throttles import throttled_page
from workbook.chapters.book import NoSuchBook, NoSuchChapter, NoSuchPrompt
from workbook.journal.entries import refusals
from workbook.journal.entries.store import zone_of
from workbook.journal.rendering.unsaved import resend_page
from workbook.vault.sealing import Closed
from workbook.web.rate_limits import RateLimit

T = TypeVar("T")
View = Callable[..., HttpResponseBase]


def found_or_404(find: Callable[..., T], *what: Any) -> T:
    """Returns what ``find(*what)`` finds; raises Http404 for nothing, and where no key opens it."""
    try:
        return find(*what)
    except (NoSuchBook, NoSuchChapter, NoSuchPrompt, ObjectDoesNotExist, Closed):
        raise Http404 from None


def own_page(view: View) -> View:
    """Decorates a page of an open journal: never cached, its times as their owner lives them."""

    @wraps(view)
    def in_own_time(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(zone_of(request.journal.person)):
            return view(request, *args, **kwargs)

    owned: View = never_cache(open_journal_required(in_own_time))
    return owned


def paced(limit: RateLimit, *words: str) -> Callable[[View], View]:
    """Has whoever asks too often wait a little; what they typed into the fields ``words`` comes
    back, to be sent again. Stands below what asks for an open journal.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def waiting(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            seconds = limit.wait(str(request.journal.person.pk))
            if not seconds:
                return view(request, *args, **kwargs)
            if request.method != "POST":
                return throttled_page(request, seconds)
            return resend_page(request, request.POST, refusals.waiting(seconds), words)

        return waiting

    return decorate

"""Costly pages of one person's: as often as anybody could want them, and no more."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase

from workbook.accounts.access import Request
from workbook.accounts.throttles import throttled_page
from workbook.journal.entries import refusals
from workbook.journal.rendering.unsaved import resend_page
from workbook.web.rate_limits import RateLimit

View = Callable[..., HttpResponseBase]


def paced(limit: RateLimit, *words: str) -> Callable[[View], View]:
    """Have whoever asks too often wait a little; what they typed into the fields ``words`` comes
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

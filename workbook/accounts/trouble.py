"""What the account pages answer when entering itself is in trouble: kindly, and with the truth."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from workbook.accounts.credentials import ChangedMeanwhile
from workbook.accounts.throttles import Throttled, throttled_page
from workbook.crisis.error_page import kind_response
from workbook.vault.derivation import TooBusy
from workbook.vault.sealing import VaultError

View = Callable[..., HttpResponseBase]
Answer = Callable[..., HttpResponseBase]

BUSY_SECONDS = 5


def with_kind_answers(view: View) -> View:
    """Turn what a view can't help into kind pages: too many tries, too many people, a lost key."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Throttled as throttled:
            return throttled_page(request, throttled.seconds)
        except TooBusy:
            return busy_page(request)
        except ChangedMeanwhile:
            return changed_page(request)
        except VaultError:
            return closed_page(request)

    return answered


def on_stale_token(answer: Answer) -> Callable[[View], View]:
    """Let ``answer(request, reason)`` show the form again when its token has gone stale."""

    def marked(view: View) -> View:
        view.on_csrf_failure = answer  # type: ignore[attr-defined]
        return view

    return marked


def stale_words() -> str:
    return _("This page had been open for a while, so nothing was done yet. Please press again.")


def busy_page(request: HttpRequest) -> HttpResponse:
    return kind_response(
        request,
        503,
        title=_("Many people are signing in"),
        message=_("Nothing is wrong with what you typed. Please try again in a moment."),
        retry_after=BUSY_SECONDS,
    )


def changed_page(request: HttpRequest) -> HttpResponse:
    return kind_response(
        request,
        409,
        title=_("Your password was changed somewhere else"),
        message=_(
            "It happened in another tab or on another device, so nothing was changed "
            "here. Sign in with the newest password."
        ),
    )


def closed_page(request: HttpRequest) -> HttpResponse:
    return kind_response(
        request,
        503,
        title=_("Your journal can’t be opened right now"),
        message=_(
            "One of this site’s own keys is missing or damaged. It has nothing to do "
            "with your password, and nothing you wrote is lost. Please tell the people "
            "who run this site."
        ),
    )

"""What the account pages answer when signing in is in trouble: kindly, and with the truth."""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from workbook.accounts.credentials import ChangedMeanwhile
from workbook.accounts.throttles import Throttled, throttled_page
from workbook.crisis.error_pages import error_response
from workbook.vault.derivation import TooBusy
from workbook.vault.sealing import VaultError

View = Callable[..., HttpResponseBase]

BUSY_SECONDS = 5


def with_kind_answers(view: View) -> View:
    """Turns what a view can't help into an error page: too many tries or people, a lost key."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Throttled as throttled:
            return throttled_page(request, throttled.seconds)
        except TooBusy:
            return error_response(
                request,
                503,
                title=_("Many people are signing in"),
                message=_("Nothing is wrong with what you typed. Please try again in a moment."),
                retry_after=BUSY_SECONDS,
            )
        except ChangedMeanwhile:
            return error_response(
                request,
                409,
                title=_("Your password was changed somewhere else"),
                message=_(
                    "It happened in another tab or on another device, so nothing was changed here. "
                    "Sign in with the newest password."
                ),
            )
        except VaultError:  # One of the server's own keys is missing.
            return error_response(
                request,
                503,
                title=_("Your journal can’t be opened right now"),
                message=_(
                    "One of this site’s own keys is missing or damaged. "
                    "It has nothing to do with your password, and nothing you wrote is lost. "
                    "Please tell the people who run this site."
                ),
            )

    return answered


def stale_words() -> str:
    """Returns the sentence above a form whose token had expired."""
    return _("This page had been open for a while, so nothing was done yet. Please press again.")


def brief_trouble(error: Throttled | TooBusy | VaultError) -> tuple[int, str]:
    """Returns a status and a sentence, for what a script asked and shows in place."""
    if isinstance(error, Throttled):
        minutes = math.ceil(error.seconds / 60)
        return 429, _("Too many tries for now. Try again in %(n)d min.") % {"n": minutes}
    if isinstance(error, TooBusy):
        return 503, _("Many people are signing in. Try again in a moment.")
    return 503, _("Your journal can’t be opened right now. Nothing is lost.")

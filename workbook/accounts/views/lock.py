"""For a page that covers itself: telling that somebody is there, locking, opening again in place.

No token: such a page may be days old, and the person may have signed in again beside it. Instead
each request carries a header of its own, which no form and no other site's script can send.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from workbook.accounts.forms import LoginForm
from workbook.accounts.login import admit, find_for, open_journal
from workbook.accounts.throttles import Throttled
from workbook.accounts.trouble import brief_trouble
from workbook.accounts.waits import wait_here, words_of
from workbook.vault.code_apps import has_code_app
from workbook.vault.derivation import TooBusy, deriving_once
from workbook.vault.sealing import VaultError
from workbook.vault.sessions import lock_session, touch_session

HEADER = "Alongside-Page"

View = Callable[[HttpRequest], HttpResponse]


def from_own_page(view: View) -> View:
    """Makes a view for posts of this site's own script alone, signed in or not."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if HEADER not in request.headers:
            raise PermissionDenied
        return view(request)

    return require_POST(login_not_required(never_cache(csrf_exempt(checked))))


@from_own_page
def touch(request: HttpRequest) -> HttpResponse:
    """Answers 204 while the journal is open, 423 once it is locked, 401 where nobody is signed in.

    ``lock`` in the form locks it now.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    if "lock" in request.POST:
        lock_session(request)
        return _locked(request)
    return HttpResponse(status=204) if touch_session(request) else _locked(request)


def _locked(request: HttpRequest) -> HttpResponse:
    """With what the cover has to say, where this device waits to open the journal."""
    wait = wait_here(request)
    return _because(423, words_of(wait)) if wait else HttpResponse(status=423)


@from_own_page
def uncover(request: HttpRequest) -> HttpResponse:
    """Answers 204 where the password opened the journal; else a sentence that says why not, as
    plain text.
    """
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _because(422, _("Type your password."))
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    if request.user.is_authenticated and request.user.name != name:
        return _because(
            409,
            _("Someone else has signed in on this browser. What you typed stays on this page."),
        )
    try:
        with deriving_once():
            user = find_for(request, name, password)
            if user is None:
                return _because(422, _("That isn’t your password. Nothing is lost. Try again."))
            keyring = open_journal(user, password)
    except (Throttled, TooBusy, VaultError) as error:
        return _because(*brief_trouble(error))
    if request.user != user and has_code_app(user):
        return _because(
            409,
            _(
                "You have been signed out, and your account asks for a code. "
                "Sign in in another tab, then open this page again with your password. "
                "What you typed is still here."
            ),
        )
    if keyring is None:
        return _because(409, _("Your journal is closed to this password. Open it in another tab."))
    admit(request, user, keyring, is_shared=form.cleaned_data["shared_device"])
    return HttpResponse(status=204)


def _because(status: int, words: str) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")

"""Coming in, and going out again."""

from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from workbook.accounts.devices import cookie_name, forget_device, own_device, own_device_of
from workbook.accounts.forms import EnterForm, UnlockForm
from workbook.accounts.known_browsers import forget_browser
from workbook.accounts.login import admit, find_for, has_journal, open_journal
from workbook.accounts.models import User
from workbook.accounts.next_url import address_with_next, asked_for, onward
from workbook.accounts.recovery_key_offer import make_spare_key_due
from workbook.accounts.second_step import (
    forget_pending,
    has_second_step,
    must_have_second_step,
    note_second_step,
    way_to_code,
)
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers
from workbook.accounts.waits import shown_here
from workbook.vault.derivation import deriving_once
from workbook.vault.keyring import Keyring
from workbook.vault.passkeys import passkeys_possible
from workbook.vault.sessions import keyring_of


def enter_page(
    request: HttpRequest, form: UnlockForm | None = None, notice: str = ""
) -> HttpResponse:
    """The page of sign-in, or of the lock."""
    if form is None and request.user.is_authenticated:
        form = UnlockForm(initial={"username": request.user.name})
    context = {
        "form": form or EnterForm(),
        "next": asked_for(request),
        "notice": notice,
        "has_passkeys": passkeys_possible(),
        **shown_here(request),
    }
    return render(request, "accounts/enter.html", context)


def _typed(request: HttpRequest) -> UnlockForm:
    """The form as it was sent; whoever is only locked is asked for nothing but the password."""
    if request.user.is_authenticated and request.POST.get("username") == request.user.name:
        return UnlockForm(request.POST)
    return EnterForm(request.POST)


@never_cache
def _enter_again(request: HttpRequest, reason: str) -> HttpResponse:
    form_class = type(_typed(request))
    # As a beginning and not as an answer: nothing is judged, and no password goes into a page.
    response = enter_page(request, form_class(initial=request.POST.dict()), stale_words())
    response.status_code = 403
    return response


@on_stale_token(_enter_again)
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@with_kind_answers
def enter(request: HttpRequest) -> HttpResponse:
    """Name and password; for someone who has entered and is locked, the password alone."""
    if request.method != "POST":
        return _door(request)
    form = _typed(request)
    if not form.is_valid():
        return enter_page(request, form)
    password = form.cleaned_data["password"]
    with deriving_once():
        user = find_for(request, form.cleaned_data["username"], password)
        if user is None:
            form.add_error(None, _no_match())
            return enter_page(request, form)
        keyring = open_journal(user, password)
    is_shared = form.cleaned_data.get("shared_device", False)
    if to_code := way_to_code(request, user, keyring, is_shared=is_shared):
        return to_code
    return let_in(request, user, keyring, is_shared=is_shared)


def let_in(
    request: HttpRequest, user: User, keyring: Keyring | None, *, is_shared: bool, by: str = ""
) -> HttpResponse:
    """Sign in, and lead on. ``by``: what has shown the second step, if any."""
    admit(request, user, keyring, is_shared=is_shared)
    if by:
        note_second_step(request, by)
    make_spare_key_due(user)
    response = inside(request, user, keyring)
    if is_shared and own_device_of(request, user):
        forget_device(request, response)
    forget_pending(request, response)
    return response


def _no_match() -> str:
    """The same for an unknown name and for a wrong password."""
    return _(
        "That username and password don’t match. Check both and try again. Your "
        "account isn’t locked."
    )


def _door(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not user.is_authenticated:
        return enter_page(request)
    if keyring_of(request) is not None:
        return redirect(onward(request))
    if not user.password_is_own:
        return inside(request, user, None)
    return enter_page(request)


def inside(request: HttpRequest, user: User, keyring: Keyring | None) -> HttpResponse:
    """The page that was asked for, or the step that is still between."""
    if keyring is None and has_journal(user):
        return redirect(address_with_next(request, "closed-journal"))
    if not user.password_is_own:
        return redirect(address_with_next(request, "password"))
    if must_have_second_step(user) and not has_second_step(user) and user.may_enroll:
        return redirect(address_with_next(request, "code-app"))
    return redirect(onward(request))


@never_cache
def _leave_again(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "accounts/leave.html", {"notice": stale_words()}, status=403)


@on_stale_token(_leave_again)
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/leave.html", {"notice": ""})
    response = redirect("home")
    device = own_device(request)
    if device is None or not request.user.is_authenticated or device.user == request.user:
        forget_device(request, response)
    if request.session.get_expire_at_browser_close():
        forget_browser(response)
    forget_pending(request, response)
    logout(request)
    return response


@require_safe
@login_not_required
@never_cache
def exit_site(request: HttpRequest) -> HttpResponse:
    """Leave quickly: this browser's session and cookies go, another site comes.

    Needs neither person nor database: with the cookie gone nothing can be opened from here, even
    where the row could not be deleted.
    """
    if not is_own_click(request):
        # No request is given: nothing may be looked up on the way out.
        return HttpResponse(render_to_string("accounts/exit.html"))
    response = HttpResponseRedirect(settings.SITE.exit_url)
    with suppress(DatabaseError):
        request.session.flush()
    with suppress(DatabaseError):
        forget_device(request, response)
    with suppress(DatabaseError):
        forget_pending(request, response)
    for cookie in (
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.VISIT_COOKIE_NAME,
        settings.BROWSER_COOKIE_NAME,
        cookie_name(),
        settings.NOTICE_COOKIE_NAME,
        settings.PENDING_COOKIE_NAME,
    ):
        if cookie in request.COOKIES:
            response.delete_cookie(cookie, samesite="Lax")
    # "cache" would make Chromium wait for seconds, and pages are not kept there anyway; "cookies"
    # would sign people out of other sites under the same domain.
    response["Clear-Site-Data"] = '"storage"'
    return response


def is_own_click(request: HttpRequest) -> bool:
    """Whether a page of ours was left by a click: no other site, image or prefetch may do it."""
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" and request.headers.get("Sec-Fetch-Mode") in {None, "navigate"}
    # An older browser. Our Referrer-Policy sends the address along to ourselves only.
    source = urlsplit(request.headers.get("Referer", ""))
    return f"{source.scheme}://{source.netloc}" == f"{request.scheme}://{request.get_host()}"

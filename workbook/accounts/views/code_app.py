"""The code app: set up and proven, its ten codes, and its end."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from workbook.accounts.access import open_journal_required, person_here
from workbook.accounts.events import Kind, tell
from workbook.accounts.forms import ConfirmForm, ProveAppForm
from workbook.accounts.known_browsers import browser_of
from workbook.accounts.login import find_for
from workbook.accounts.models import User
from workbook.accounts.next_url import address_with_next, asked_for
from workbook.accounts.qr import qr_svg
from workbook.accounts.second_step import (
    has_enrolled,
    may_change_second_step,
    must_have_second_step,
    note_second_step,
)
from workbook.accounts.throttles import pour_code, take_back
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers
from workbook.vault.code_apps import (
    begin_code_app,
    codes_left,
    has_code_app,
    prove_code_app,
    remove_code_app,
    renew_codes,
    secret_to_prove,
)
from workbook.vault.keyring import Keyring
from workbook.vault.passkeys import passkeys_of
from workbook.vault.sessions import end_other_sessions, keyring_of
from workbook.vault.totp import as_address, as_text


def _overview(request: HttpRequest, form: ConfirmForm, notice: str = "") -> HttpResponse:
    user = person_here(request)
    is_on = has_code_app(user)
    context = {
        "form": form,
        "notice": notice,
        "next": asked_for(request),
        "is_on": is_on,
        "left": codes_left(user) if is_on else 0,
        "is_needed": must_have_second_step(user),
        "may_end": _may_end(user),
        "may_change": may_change_second_step(request, user),
    }
    return render(request, "accounts/code_app.html", context)


def _proving(
    request: HttpRequest, secret: bytes, form: ProveAppForm, notice: str = ""
) -> HttpResponse:
    user = person_here(request)
    site = str(_("Notes")) if user.neutral_titles else settings.SITE.name
    address = as_address(secret, site, user.name)
    text = as_text(secret)
    context = {
        "form": form,
        "notice": notice,
        "next": asked_for(request),
        "groups": [text[start : start + 4] for start in range(0, len(text), 4)],
        "address": address,
        "picture": qr_svg(address, str(_("The same as a QR code"))),
    }
    return render(request, "accounts/code_app_proving.html", context)


def _codes(request: HttpRequest, codes: list[str], *, is_new: bool) -> HttpResponse:
    context = {"codes": codes, "is_new": is_new, "next": asked_for(request)}
    return render(request, "accounts/code_app_codes.html", context)


@never_cache
@open_journal_required
def _again(request: HttpRequest, reason: str) -> HttpResponse:
    secret = secret_to_prove(person_here(request)) if "prove" in request.POST else None
    if secret:
        response = _proving(request, secret, ProveAppForm(), stale_words())
    else:
        response = _overview(request, ConfirmForm(), stale_words())
    response.status_code = 403
    return response


@on_stale_token(_again)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_journal_required
@with_kind_answers
def code_app(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _overview(request, ConfirmForm())
    if not may_change_second_step(request, person_here(request)):
        return redirect(address_with_next(request, "second-step"))
    if "prove" in request.POST:
        return _prove(request)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    # Asked once more: whoever finds this page open must not be able to shut its owner out.
    user = find_for(request, person_here(request).name, form.cleaned_data["password"])
    keyring = keyring_of(request)
    if user is None or keyring is None:
        form.add_error("password", _("That isn’t your password."))
        return _overview(request, form)
    if "end" in request.POST:
        return _end(request, user, keyring)
    if "codes" in request.POST:
        return _codes(request, renew_codes(user), is_new=False)
    # Not behind a redirect: between the two, the secret would have to be kept somewhere.
    return _proving(request, begin_code_app(user, keyring), ProveAppForm())


def _prove(request: HttpRequest) -> HttpResponse:
    user, keyring = person_here(request), keyring_of(request)
    secret = secret_to_prove(user)
    if secret is None:
        return _overview(request, ConfirmForm(), stale_words())
    form = ProveAppForm(request.POST)
    if not form.is_valid():
        return _proving(request, secret, form)
    poured = pour_code(request, user, browser_of(request, user))
    codes = prove_code_app(user, form.cleaned_data["code"])
    if codes is None:
        form.add_error(
            "code",
            _(
                "That code isn’t right. Wait for the next one, and check that the clock of your "
                "device is set by itself."
            ),
        )
        return _proving(request, secret, form)
    take_back(poured)
    has_enrolled(user)
    note_second_step(request, "code")
    # Whoever is signed in elsewhere was asked for no code there.
    end_other_sessions(request)
    tell(user, Kind.FACTOR_ADDED, keyring)
    return _codes(request, codes, is_new=True)


def _end(request: HttpRequest, user: User, keyring: Keyring) -> HttpResponse:
    if has_code_app(user) and _may_end(user):
        remove_code_app(user)
        tell(user, Kind.FACTOR_REMOVED, keyring)
        messages.success(request, _("No code is asked for anymore when you sign in."))
    return redirect("code-app")


def _may_end(user: User) -> bool:
    """Whoever must have a second step keeps one."""
    return not must_have_second_step(user) or bool(passkeys_of(user))

"""The code between password and account, and the second step of staff who have shown none yet."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from workbook.accounts.events import Kind, tell
from workbook.accounts.forms import CodeForm
from workbook.accounts.known_browsers import browser_of
from workbook.accounts.models import User
from workbook.accounts.next_url import address_with_next, asked_for, onward
from workbook.accounts.second_step import (
    forget_pending,
    has_second_step,
    has_shown_second_step,
    may_change_second_step,
    must_have_second_step,
    note_second_step,
    pending_here,
    pending_token,
)
from workbook.accounts.throttles import pour_code, take_back
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers
from workbook.accounts.views.login import enter_page, let_in
from workbook.vault.code_apps import has_code_app, use_code
from workbook.vault.models import PendingSession
from workbook.vault.passkeys import passkeys_of, passkeys_possible
from workbook.vault.pending import end_pending, open_pending, spend_try
from workbook.vault.sealing import VaultError


def _page(request: HttpRequest, user: User, form: CodeForm, notice: str = "") -> HttpResponse:
    context = {
        "form": form,
        "next": asked_for(request),
        "notice": notice,
        "has_code_app": has_code_app(user),
        "has_any": has_second_step(user),
        "has_passkeys": passkeys_possible() and bool(passkeys_of(user)),
    }
    return render(request, "accounts/second_step.html", context)


@never_cache
def _again(request: HttpRequest, reason: str) -> HttpResponse:
    row = pending_here(request)
    user = row.user if row else request.user
    if not isinstance(user, User):
        return _over(request, _out_of_time())
    response = _page(request, user, CodeForm(), stale_words())
    response.status_code = 403
    return response


@on_stale_token(_again)
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@with_kind_answers
def second_step(request: HttpRequest) -> HttpResponse:
    """Asks whoever has typed their password for a code, and staff on the way to their rights."""
    row = pending_here(request)
    if row is not None:
        return _of_pending(request, row)
    if not request.user.is_authenticated:
        if request.method == "POST" or pending_token(request):
            return _over(request, _out_of_time())
        return redirect(address_with_next(request, "enter"))
    user = request.user
    if not must_have_second_step(user) or has_shown_second_step(request):
        return redirect(onward(request))
    if not has_second_step(user) and may_change_second_step(request, user):
        return redirect(address_with_next(request, "code-app"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        poured = pour_code(request, user, browser_of(request, user))
        if use_code(user, form.cleaned_data["code"]):
            take_back(poured)
            note_second_step(request, "code")
            return redirect(onward(request))
        form.add_error("code", _not_right())
    return _page(request, user, form)


def _of_pending(request: HttpRequest, row: PendingSession) -> HttpResponse:
    user = row.user
    assert isinstance(user, User)  # noqa: S101 - pending_here finds nobody else
    if request.method != "POST":
        return _page(request, user, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, user, form)
    poured = pour_code(request, user, browser_of(request, user))
    # Counted before the code is looked at, so that many at once are no more than five.
    left = spend_try(row)
    if left is None:
        return _over(request, _out_of_tries())
    if use_code(user, form.cleaned_data["code"]):
        take_back(poured)
        try:
            keyring = open_pending(row, pending_token(request), user)
        except VaultError:
            return _over(request, _out_of_time())
        if not end_pending(row):
            return _over(request, _out_of_time())
        return let_in(request, user, keyring, is_shared=row.is_shared, by="code")
    if not left:
        end_pending(row)
        tell(user, Kind.CODES_WRONG)
        return _over(request, _out_of_tries())
    form.add_error("code", _not_right())
    return _page(request, user, form)


def _over(request: HttpRequest, notice: str) -> HttpResponse:
    """Back at the password, with the page that was asked for."""
    response = enter_page(request, notice=notice)
    response.status_code = 403
    forget_pending(request, response)
    return response


def _not_right() -> str:
    return _(
        "That code isn’t right, or it was used already. Wait for the next one in your app, and "
        "check that the clock of your device is set by itself."
    )


def _out_of_time() -> str:
    return _("The time to type the code is over. Nothing is lost. Sign in again from here.")


def _out_of_tries() -> str:
    return _("That was five wrong codes. Sign in again from here.")

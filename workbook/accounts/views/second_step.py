"""The code between password and account, and the second step of staff who have shown none yet."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from workbook.accounts.access import Request
from workbook.accounts.events import EventKind, tell
from workbook.accounts.form_page import form_page
from workbook.accounts.forms import CodeForm
from workbook.accounts.known_browsers import browser_of
from workbook.accounts.models import User
from workbook.accounts.next_url import address_with_next, asked_for, onward
from workbook.accounts.second_step import (
    code_is_right,
    forget_pending,
    has_second_step,
    has_shown_second_step,
    may_change_second_step,
    must_have_second_step,
    note_second_step,
    pending_here,
    pending_token,
)
from workbook.accounts.throttles import count_code, take_back
from workbook.accounts.views.login import let_in, login_page
from workbook.vault.code_apps import has_code_app, use_code
from workbook.vault.models import PendingSession
from workbook.vault.passkeys import passkeys_of, passkeys_possible
from workbook.vault.pending import end_pending, open_pending, spend_try
from workbook.vault.sealing import VaultError


def _form(request: Request, **options: Any) -> CodeForm | HttpResponse:
    """For a code; or where to go for whoever needs none here."""
    user = request.user
    if pending_here(request) is not None:
        return CodeForm(**options)
    if not user.is_authenticated:
        if request.method == "POST" or pending_token(request):
            return _over(request, _out_of_time())
        return redirect(address_with_next(request, "login"))
    if not must_have_second_step(user) or has_shown_second_step(request):
        return redirect(onward(request))
    if not has_second_step(user) and may_change_second_step(request, user):
        return redirect(address_with_next(request, "code-app"))
    return CodeForm(**options)


def _page(request: Request, form: CodeForm, notice: str = "") -> HttpResponse:
    row = pending_here(request)
    user = row.user if row else request.user
    if not isinstance(user, User):
        return _over(request, _out_of_time())
    context = {
        "form": form,
        "next": asked_for(request),
        "notice": notice,
        "has_code_app": has_code_app(user),
        "has_any": has_second_step(user),
        "has_passkeys": passkeys_possible() and bool(passkeys_of(user)),
    }
    return render(request, "accounts/second_step.html", context)


@form_page(_page, _form, anyone=True)
def second_step(request: Request, form: CodeForm) -> HttpResponse | None:
    """Asks whoever has typed their password for a code, and staff on the way to their rights."""
    if not form.is_valid():
        return None
    if (row := pending_here(request)) is not None:
        return _of_pending(request, row, form)
    user = request.journal.person
    if not code_is_right(request, user, form.cleaned_data["code"]):
        form.add_error("code", _not_right())
        return None
    note_second_step(request, "code")
    return redirect(onward(request))


def _of_pending(request: Request, row: PendingSession, form: CodeForm) -> HttpResponse | None:
    user = row.user
    assert isinstance(user, User)  # noqa: S101 - pending_here finds nobody else
    counted = count_code(request, user, browser_of(request, user))
    # Counted before the code is looked at, so that many at once are no more than five.
    left = spend_try(row)
    if left is None:
        return _over(request, _out_of_tries())
    if use_code(user, form.cleaned_data["code"]):
        take_back(counted)
        try:
            keyring = open_pending(row, pending_token(request), user)
        except VaultError:
            return _over(request, _out_of_time())
        if not end_pending(row):
            return _over(request, _out_of_time())
        return let_in(request, user, keyring, is_shared=row.is_shared, by="code")
    if not left:
        end_pending(row)
        tell(user, EventKind.CODES_WRONG)
        return _over(request, _out_of_tries())
    form.add_error("code", _not_right())
    return None


def _over(request: Request, notice: str) -> HttpResponse:
    """Back at the password, with the page that was asked for."""
    response = login_page(request, notice=notice, status=403)
    forget_pending(request, response)
    return response


def _not_right() -> str:
    return _(
        "That code isn’t right, or it was used already. Wait for the next one in your app, "
        "and check that the clock of your device is set by itself."
    )


def _out_of_time() -> str:
    return _("The time to type the code is over. Nothing is lost. Sign in again from here.")


def _out_of_tries() -> str:
    return _("That was five wrong codes. Sign in again from here.")

"""“I fear someone knows my key”: everything is sealed anew, and every other way in ends."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from workbook.accounts.access import open_journal_required, person_here
from workbook.accounts.credentials import OpensNothing, begin_new_key
from workbook.accounts.devices import forget_device
from workbook.accounts.forms import NewKeyForm
from workbook.accounts.login import find_for
from workbook.accounts.throttles import pour_whole_journal
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers
from workbook.accounts.views.recovery import nobodys_key, wrong_groups
from workbook.vault.derivation import deriving_once
from workbook.vault.recovery_code import CodeMistake


def _page(request: HttpRequest, form: NewKeyForm, notice: str = "") -> HttpResponse:
    return render(request, "accounts/new_key.html", {"form": form, "notice": notice})


@never_cache
@open_journal_required
def _again(request: HttpRequest, reason: str) -> HttpResponse:
    response = _page(request, NewKeyForm(), stale_words())
    response.status_code = 403
    return response


@on_stale_token(_again)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_journal_required
@with_kind_answers
def new_key(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, NewKeyForm())
    form = NewKeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    password, code = form.cleaned_data["password"], form.cleaned_data["code"].strip()
    with deriving_once():
        user = find_for(request, person_here(request).name, password)
        if user is None:
            form.add_error("password", _("That isn’t your password."))
            return _page(request, form)
        pour_whole_journal(user, "new key")
        try:
            begin_new_key(request, user, password, code)
        except CodeMistake as mistake:
            form.add_error("code", wrong_groups(mistake.groups))
        except OpensNothing:
            form.add_error("code" if code else "password", nobodys_key())
        else:
            messages.success(
                request, _("Everything you wrote has a new key. Every other browser is signed out.")
            )
            response = redirect("account" if code else "spare-key")
            forget_device(request, response)
            return response
    return _page(request, form)

"""Joining."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.forms import TextInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from workbook.accounts.access import person_here
from workbook.accounts.forms import JoinForm
from workbook.accounts.login import admit
from workbook.accounts.models import normalize_name
from workbook.accounts.name_suggestions import suggest_name
from workbook.accounts.next_url import asked_for, onward
from workbook.accounts.passphrases import suggest_passphrase
from workbook.accounts.second_step import way_to_code
from workbook.accounts.signup import NameTaken, join
from workbook.accounts.throttles import pour_joining
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers


def _join_page(
    request: HttpRequest, form: JoinForm, *, notice: str = "", passphrase: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "next": asked_for(request),
        "notice": notice,
        "passphrase": passphrase,
        "suggested_name": suggest_name(),
    }
    return render(request, "accounts/join.html", context)


def _refilled(request: HttpRequest, **fresh: str) -> JoinForm:
    """What was typed, not yet judged, without the password."""
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in ("device", "username")}
    return JoinForm(initial=typed | fresh)


@never_cache
def _join_again(request: HttpRequest, reason: str) -> HttpResponse:
    response = _join_page(request, _refilled(request), notice=stale_words())
    response.status_code = 403
    return response


@on_stale_token(_join_again)
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@with_kind_answers
def join_site(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return _already_here(request)
    if request.method != "POST":
        return _join_page(request, JoinForm())
    if taken := request.POST.get("take"):
        return _join_page(request, _refilled(request, username=taken))
    if "suggest" in request.POST:
        return _passphrase_page(request, suggest_passphrase())
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _join_page(request, form)
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    pour_joining(request)
    device = form.cleaned_data["device"]
    try:
        user, keyring = join(request, name, password, device)
    except NameTaken:
        form.add_error(
            "username",
            _("That username is taken. Choose another one, or if it’s yours, sign in."),
        )
        return _join_page(request, form)
    # Somebody who is here already signs in by this, too.
    if to_code := way_to_code(request, user, keyring, is_shared=device == "shared"):
        return to_code
    admit(request, user, keyring, is_shared=device == "shared")
    return redirect(onward(request))


def _passphrase_page(request: HttpRequest, passphrase: str) -> HttpResponse:
    """Shown in the clear, to be read and written down: it is nobody's password yet."""
    form = _refilled(request, password=passphrase)
    form.fields["password"].widget = TextInput(form.fields["password"].widget.attrs)
    return _join_page(request, form, passphrase=passphrase)


def _already_here(request: HttpRequest) -> HttpResponse:
    """Sent twice, or someone else on the same device."""
    sent_twice = normalize_name(request.POST.get("username", "")) == person_here(request).name
    if sent_twice:
        return redirect(onward(request))
    return render(request, "accounts/already_here.html", {"next": asked_for(request)})

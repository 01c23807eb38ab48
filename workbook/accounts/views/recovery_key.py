"""The spare key: shown once, copied to paper, proven by typing it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from workbook.accounts.access import open_journal_required, person_here
from workbook.accounts.events import Kind, tell
from workbook.accounts.forms import ConfirmForm, ProveForm
from workbook.accounts.login import find_for
from workbook.accounts.next_url import page_behind
from workbook.accounts.recovery_key_offer import spare_key_was_offered
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers
from workbook.accounts.views.recovery import wrong_groups
from workbook.vault.recovery_keys import add_spare_key, prove_spare_key, spare_key_standing
from workbook.vault.sessions import keyring_of


def _overview(request: HttpRequest, form: ConfirmForm, notice: str = "") -> HttpResponse:
    keyring = keyring_of(request)
    context = {
        "form": form,
        "notice": notice,
        "standing": spare_key_standing(person_here(request), keyring) if keyring else "",
    }
    return render(request, "accounts/spare_key.html", context)


def _proving(
    request: HttpRequest, form: ProveForm, code: str = "", notice: str = ""
) -> HttpResponse:
    context = {"form": form, "groups": code.split("-") if code else [], "notice": notice}
    return render(request, "accounts/spare_key_proving.html", context)


@never_cache
@open_journal_required
def _spare_key_again(request: HttpRequest, reason: str) -> HttpResponse:
    if "prove" in request.POST:
        form = ProveForm(initial={"code": request.POST.get("code", "")})
        response = _proving(request, form, notice=stale_words())
    else:
        response = _overview(request, ConfirmForm(), stale_words())
    response.status_code = 403
    return response


@on_stale_token(_spare_key_again)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_journal_required
@with_kind_answers
def spare_key(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _overview(request, ConfirmForm())
    if "prove" in request.POST:
        return _prove(request)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    # Asked once more: whoever finds this page open must not be able to make a key and keep it.
    user = find_for(request, person_here(request).name, form.cleaned_data["password"])
    keyring = keyring_of(request)
    if user is None or keyring is None:
        form.add_error("password", _("That isn’t your password."))
        return _overview(request, form)
    spare_key_was_offered(user)
    tell(user, Kind.BACKUP_KEY_MADE, keyring)
    # Not behind a redirect: between the two, the key would have to be kept somewhere.
    return _proving(request, ProveForm(), add_spare_key(user, keyring))


def _prove(request: HttpRequest) -> HttpResponse:
    if "code" not in request.POST:
        return _proving(request, ProveForm())
    form = ProveForm(request.POST)
    if not form.is_valid():
        return _proving(request, form)
    wrong = prove_spare_key(person_here(request), form.cleaned_data["code"])
    if wrong:
        form.add_error("code", wrong_groups(wrong))
        return _proving(request, form)
    return redirect("spare-key")


@require_POST
@never_cache
def spare_key_later(request: HttpRequest) -> HttpResponse:
    """Not now: the offer doesn't come again by itself."""
    spare_key_was_offered(person_here(request))
    return redirect(page_behind(request) or "home")

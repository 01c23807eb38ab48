"""The recovery key: shown once, copied to paper, proven by typing it back."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from workbook.accounts.access import Request, open_journal_required
from workbook.accounts.events import EventKind, tell
from workbook.accounts.form_page import form_page
from workbook.accounts.forms import ConfirmForm, ProveForm
from workbook.accounts.login import confirm_password
from workbook.accounts.next_url import page_behind
from workbook.accounts.recovery_key_offer import recovery_key_was_offered
from workbook.accounts.views.recovery import wrong_groups
from workbook.vault.recovery_keys import add_recovery_key, prove_recovery_key, recovery_key_standing


def _form(request: Request, **options: Any) -> Form:
    return ProveForm(**options) if "prove" in request.POST else ConfirmForm(**options)


def _page(request: Request, form: Form, notice: str = "", code: str = "") -> HttpResponse:
    """The overview; or the form to type the key back, with the key where it is new."""
    context: dict[str, object] = {"form": form, "notice": notice}
    if isinstance(form, ProveForm):
        context["groups"] = code.split("-") if code else []
        return render(request, "accounts/recovery_key_proving.html", context)
    context["standing"] = recovery_key_standing(*request.journal.owner)
    return render(request, "accounts/recovery_key.html", context)


@form_page(_page, _form, open_journal_required)
def recovery_key(request: Request, form: Form) -> HttpResponse | None:
    """Makes a recovery key, and takes it typed back from paper."""
    if isinstance(form, ProveForm):
        return _prove(request, form)
    # Asked once more: whoever finds this page open must not be able to make a key and keep it.
    if not form.is_valid() or (user := confirm_password(request, form)) is None:
        return None
    keyring = request.journal.owner.keyring
    recovery_key_was_offered(user)
    tell(user, EventKind.BACKUP_KEY_MADE, keyring)
    # Not behind a redirect: between the two, the key would have to be kept somewhere.
    return _page(request, ProveForm(), code=add_recovery_key(user, keyring))


def _prove(request: Request, form: ProveForm) -> HttpResponse | None:
    if "code" not in request.POST:
        return _page(request, ProveForm())
    if not form.is_valid():
        return None
    wrong = prove_recovery_key(request.journal.person, form.cleaned_data["code"])
    if wrong:
        form.add_error("code", wrong_groups(wrong))
        return None
    return redirect("recovery-key")


@require_POST
@never_cache
def recovery_key_later(request: Request) -> HttpResponse:
    """Notes that a reader said "not now" to a recovery key, so no page offers it again."""
    recovery_key_was_offered(request.journal.person)
    return redirect(page_behind(request) or "home")

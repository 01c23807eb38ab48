"""The page of signing up."""

from typing import Any

from django.forms import TextInput
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from workbook.accounts.access import Request
from workbook.accounts.form_page import form_page, refilled
from workbook.accounts.forms import SignupForm
from workbook.accounts.login import admit
from workbook.accounts.models import normalize_name
from workbook.accounts.name_suggestions import suggest_name
from workbook.accounts.next_url import asked_for, onward
from workbook.accounts.passphrases import suggest_passphrase
from workbook.accounts.second_step import way_to_code
from workbook.accounts.signup import NameTaken, sign_up
from workbook.accounts.throttles import count_signup


def _signup_page(
    request: Request, form: SignupForm, notice: str = "", passphrase: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "next": asked_for(request),
        "notice": notice,
        "passphrase": passphrase,
        "suggested_name": suggest_name(),
    }
    return render(request, "accounts/signup.html", context)


def _form(request: Request, **options: Any) -> SignupForm | HttpResponse:
    return _already_here(request) if request.user.is_authenticated else SignupForm(**options)


@form_page(_signup_page, _form, anyone=True)
def signup(request: Request, form: SignupForm) -> HttpResponse | None:
    """Makes an account and its journal, or suggests a name or a passphrase."""
    if taken := request.POST.get("take"):
        return _signup_page(request, _refilled(request, username=taken))
    if "suggest" in request.POST:
        # Shown in the clear, to be read and written down: it is nobody's password yet.
        passphrase = suggest_passphrase()
        form = _refilled(request, password=passphrase)
        form.fields["password"].widget = TextInput(form.fields["password"].widget.attrs)
        return _signup_page(request, form, passphrase=passphrase)
    if not form.is_valid():
        return None
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    count_signup(request)
    device = form.cleaned_data["device"]
    try:
        user, keyring = sign_up(request, name, password, device)
    except NameTaken:
        form.add_error(
            "username",
            _("That username is taken. Choose another one, or if it’s yours, sign in."),
        )
        return None
    # Somebody who is here already signs in by this, too.
    if to_code := way_to_code(request, user, keyring, is_shared=device == "shared"):
        return to_code
    admit(request, user, keyring, is_shared=device == "shared")
    return redirect(onward(request))


def _refilled(request: Request, **fresh: str) -> SignupForm:
    """What was typed, not yet judged, without the password."""
    form = refilled(request, SignupForm())
    form.initial.update(fresh)
    return form


def _already_here(request: Request) -> HttpResponse:
    """Sent twice, or someone else on the same device."""
    if normalize_name(request.POST.get("username", "")) == request.journal.person.name:
        return redirect(onward(request))
    return render(request, "accounts/already_here.html", {"next": asked_for(request)})

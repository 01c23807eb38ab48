"""The code app: set up and proven, its ten codes, and its end."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from workbook.accounts.access import Request, open_journal_required
from workbook.accounts.events import EventKind, tell
from workbook.accounts.form_page import form_page
from workbook.accounts.forms import ConfirmForm, ProveAppForm
from workbook.accounts.known_browsers import browser_of
from workbook.accounts.login import confirm_password
from workbook.accounts.models import User
from workbook.accounts.next_url import address_with_next, asked_for
from workbook.accounts.qr import qr_svg
from workbook.accounts.second_step import (
    has_enrolled,
    may_change_second_step,
    must_have_second_step,
    note_second_step,
)
from workbook.accounts.throttles import count_code, take_back
from workbook.accounts.trouble import stale_words
from workbook.vault.code_apps import (
    begin_code_app,
    codes_left,
    has_code_app,
    prove_code_app,
    remove_code_app,
    renew_codes,
    secret_to_prove,
)
from workbook.vault.passkeys import passkeys_of
from workbook.vault.sessions import end_other_sessions
from workbook.vault.totp import as_address, as_text


def _form(request: Request, **options: Any) -> Form:
    return ProveAppForm(**options) if "prove" in request.POST else ConfirmForm(**options)


def _page(request: Request, form: Form, notice: str = "") -> HttpResponse:
    if isinstance(form, ProveAppForm):
        secret = secret_to_prove(request.journal.person)
        if secret:
            return _proving(request, form, secret, notice)
        form = ConfirmForm()
    user = request.journal.person
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


def _proving(request: Request, form: Form, secret: bytes, notice: str = "") -> HttpResponse:
    user = request.journal.person
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


def _codes(request: Request, codes: list[str], *, is_new: bool) -> HttpResponse:
    context = {"codes": codes, "is_new": is_new, "next": asked_for(request)}
    return render(request, "accounts/code_app_codes.html", context)


@form_page(_page, _form, open_journal_required)
def code_app(request: Request, form: Form) -> HttpResponse | None:
    """Sets a code app up, makes ten new codes, or ends it."""
    if not may_change_second_step(request, request.journal.person):
        return redirect(address_with_next(request, "second-step"))
    if isinstance(form, ProveAppForm):
        return _prove(request, form)
    # Asked once more: whoever finds this page open must not be able to shut its owner out.
    if not form.is_valid() or (user := confirm_password(request, form)) is None:
        return None
    keyring = request.journal.owner.keyring
    if "end" in request.POST:
        if has_code_app(user) and _may_end(user):
            remove_code_app(user)
            tell(user, EventKind.FACTOR_REMOVED, keyring)
            messages.success(request, _("No code is asked for anymore when you sign in."))
        return redirect("code-app")
    if "codes" in request.POST:
        return _codes(request, renew_codes(user), is_new=False)
    # Not behind a redirect: between the two, the secret would have to be kept somewhere.
    return _proving(request, ProveAppForm(), begin_code_app(user, keyring))


def _prove(request: Request, form: ProveAppForm) -> HttpResponse | None:
    user, keyring = request.journal.owner
    if secret_to_prove(user) is None:
        return _page(request, ConfirmForm(), stale_words())
    if not form.is_valid():
        return None
    counted = count_code(request, user, browser_of(request, user))
    codes = prove_code_app(user, form.cleaned_data["code"])
    if codes is None:
        form.add_error(
            "code",
            _(
                "That code isn’t right. "
                "Wait for the next one, and check that the clock of your device is set by itself."
            ),
        )
        return None
    take_back(counted)
    has_enrolled(user)
    note_second_step(request, "code")
    # Whoever is signed in elsewhere was asked for no code there.
    end_other_sessions(request)
    tell(user, EventKind.FACTOR_ADDED, keyring)
    return _codes(request, codes, is_new=True)


def _may_end(user: User) -> bool:
    """Whoever must have a second step keeps one."""
    return not must_have_second_step(user) or bool(passkeys_of(user))

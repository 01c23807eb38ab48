"""Recovering: by the recovery key, by an earlier password, or with a new journal."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workbook.accounts.access import Request
from workbook.accounts.credentials import (
    OpensNothing,
    change_password,
    recover,
    recover_by_waiting,
    regain,
)
from workbook.accounts.devices import own_device
from workbook.accounts.events import EventKind, tell
from workbook.accounts.form_page import form_page, template_page
from workbook.accounts.forms import ClosedForm, RecoverForm
from workbook.accounts.login import confirm_password, has_closed_part
from workbook.accounts.models import User
from workbook.accounts.next_url import onward
from workbook.accounts.second_step import code_is_right
from workbook.accounts.throttles import count_login, count_recovery_key, take_back
from workbook.accounts.waits import ask, end, shown_here, wait_here, wait_of
from workbook.vault.code_apps import has_code_app
from workbook.vault.recovery_code import GROUPS, CodeMistake


def wrong_groups(groups: list[int]) -> str:
    """Returns the sentence that says where in a recovery key to look again."""
    if len(groups) == GROUPS:
        return _("This isn’t the newest backup key. Do you have another paper, or is there a typo?")
    return ngettext(
        "Check group %(groups)s again. The other groups are right.",
        "Check groups %(groups)s again. The other groups are right.",
        len(groups),
    ) % {"groups": ", ".join(map(str, groups))}


def nobodys_key() -> str:
    """Returns the sentence for a whole key that opens nothing."""
    return _(
        "Each group is right, but this key doesn’t open anything here. "
        "It may have been replaced by a newer one, or it may belong to another site."
    )


def _about_device(request: Request, form: RecoverForm) -> dict[str, Any]:
    return {
        "may_ask": own_device(request) is not None,
        "asks_step": _asks_step(request) is not None,
        **shown_here(request),
    }


@form_page(template_page("accounts/recover.html", _about_device), RecoverForm, anyone=True)
def recover_account(request: Request, form: RecoverForm) -> HttpResponse | None:
    """Recovers an account by its recovery key: a new password is chosen; every other session ends.

    So does a device that has waited long enough, where the key is left out.
    """
    if "wait" in request.POST or "stop" in request.POST:
        return _wait(request)
    is_by_device = "device" in request.POST
    form.fields["code"].required = not is_by_device
    if not form.is_valid():
        return None
    if is_by_device:
        return _recover_by_device(request, form)
    counted = count_recovery_key(request)
    try:
        user = recover(request, form.cleaned_data["code"], form.cleaned_data["password"])
    except CodeMistake as mistake:
        take_back(counted)  # A slip of the pen, told without asking the database.
        form.add_error("code", wrong_groups(mistake.groups))
        return None
    if user is None:
        form.add_error("code", nobodys_key())
        return None
    take_back(counted)
    return redirect("recovery-key")


def _recover_by_device(request: Request, form: RecoverForm) -> HttpResponse | None:
    # First, and for both: a wait that ends while this is looked at opens nothing without a code.
    wait = wait_here(request)
    is_over = wait is not None and wait.is_over
    user = _asks_step(request) if is_over else None
    if user and not code_is_right(request, user, form.cleaned_data["step"]):
        form.add_error("step", _("That code isn’t right, or it was used already."))
    elif is_over and recover_by_waiting(request, form.cleaned_data["password"]):
        return redirect("account")
    else:
        form.add_error(None, _cant_ask())
    return None


def _asks_step(request: Request) -> User | None:
    """Whose code is asked for before their device, which has waited long enough, may open."""
    wait, slot = wait_here(request), own_device(request)
    if wait is None or slot is None or not wait.is_over or not isinstance(slot.user, User):
        return None
    return slot.user if has_code_app(slot.user) else None


def _wait(request: Request) -> HttpResponse:
    """Begin to wait with this device, or stop."""
    slot = own_device(request)
    if slot is None or not isinstance(slot.user, User):
        messages.error(request, _cant_ask())
    elif "stop" in request.POST:
        if wait_here(request):
            end(slot.user)
    elif ask(slot):
        tell(slot.user, EventKind.WAIT_BEGUN)
    else:
        messages.error(
            request, _("Another device is waiting already. Only one can wait at a time.")
        )
    return redirect("recover")


def _cant_ask() -> str:
    return _("This device can’t ask to open a journal, or has not waited long enough.")


def _about_closed(request: Request, form: ClosedForm) -> dict[str, Any]:
    user = request.journal.person
    return {
        "has_open_part": request.journal.is_open,
        "reset_on": user.reset_on,
        "wait": wait_of(user),
    }


def _closed_form(request: Request, **options: Any) -> ClosedForm | HttpResponse:
    user, keyring = request.journal.person, request.journal.keyring
    begins = "begin" in request.POST
    if not has_closed_part(user, keyring) or (begins and keyring is not None):
        return redirect(onward(request) if user.password_is_own else "password")
    return ClosedForm(**options)


@form_page(template_page("accounts/closed.html", _about_closed), _closed_form)
def closed_journal(request: Request, form: ClosedForm) -> HttpResponse | None:
    """Offers three ways on where the account is open and the journal, or an older part of it, is
    not.

    Each asks for a new password: somebody else may know the one of now, and may even have signed in
    here with it.
    """
    begins = "begin" in request.POST
    if not form.is_valid():
        return None
    if not (begins or form.cleaned_data["earlier"] or form.cleaned_data["code"].strip()):
        form.add_error(
            None, _("Type an earlier password or your backup key. You only need one of them.")
        )
        return None
    person = confirm_password(request, form, "current")
    if person is None:
        return None
    if begins:
        current, new = form.cleaned_data["current"], form.cleaned_data["password"]
        change_password(request, person, current, new, begins=True)
        return redirect(onward(request))
    return redirect("account") if _regained(request, form, person) else None


def _regained(request: Request, form: Form, user: User) -> bool:
    typed = form.cleaned_data
    code, reset_on = typed["code"].strip(), user.reset_on
    # Counted apart from the password of now, which whoever guesses here may well know.
    counted = count_recovery_key(request) if code else count_login(request, user.name)
    try:
        regain(
            request, user, typed["current"], typed["password"], earlier=typed["earlier"], code=code
        )
    except CodeMistake as mistake:
        form.add_error("code", wrong_groups(mistake.groups))
    except OpensNothing:
        if code:
            form.add_error("code", nobodys_key())
        else:
            form.add_error("earlier", _("This password doesn’t open the closed journal."))
        return False
    else:
        messages.success(request, _regained_words(reset_on))
    take_back(counted)
    return not form.errors


def _regained_words(reset_on: date | None) -> str:
    """What has happened, and when, for somebody whose journal has just opened again."""
    happened = (
        _(
            "Your journal is open again. "
            "The people who run this site set a new password on %(day)s, "
            "and whoever knew it could sign in to your account since then."
        )
        % {"day": date_format(reset_on, "DATE_FORMAT")}
        if reset_on
        else _("Your journal is open again.")
    )
    ended = _(
        "Everything that could sign in to your account or open your journal has ended: "
        "every other browser, device and backup key. "
        "It is all locked again with a new key. Make a new backup key now."
    )
    return f"{happened} {ended}"

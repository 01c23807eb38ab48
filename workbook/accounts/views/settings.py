"""Settings of an account, and its end."""

from typing import Any

from django.conf import settings as site_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workbook.accounts.access import Request, open_journal_required
from workbook.accounts.credentials import change_password
from workbook.accounts.deletion import erase
from workbook.accounts.devices import end_other_devices
from workbook.accounts.events import dismiss, events_of
from workbook.accounts.form_page import form_page, template_page
from workbook.accounts.forms import ChangePasswordForm, DeleteForm, PreferencesForm
from workbook.accounts.known_browsers import forget_browser
from workbook.accounts.login import confirm_password, has_closed_part, keep_open
from workbook.accounts.models import User
from workbook.accounts.next_url import address_with_next, asked_for, page_behind, with_next
from workbook.vault.code_apps import has_code_app
from workbook.vault.recovery_keys import recovery_key_standing
from workbook.vault.sessions import end_other_sessions, lock_session
from workbook.vault.storage import room_of


def _about_account(request: Request, form: PreferencesForm) -> dict[str, Any]:
    user, keyring = request.journal.person, request.journal.keyring
    return {
        "is_open": keyring is not None,
        "standing": recovery_key_standing(user, keyring) if keyring else "",
        "has_closed_part": bool(keyring) and has_closed_part(user, keyring),
        "has_code_app": has_code_app(user),
        "events": events_of(user, keyring) if keyring else [],
        "room": room_of(user.pk),
    }


def _preferences(request: Request, **options: Any) -> PreferencesForm:
    # The person is read again, because checking a form writes into what it is given.
    person = User.objects.get(pk=request.journal.person.pk)
    return PreferencesForm(instance=person, **options)


@form_page(template_page("accounts/account.html", _about_account), _preferences, refills=False)
def account(request: Request, form: PreferencesForm) -> HttpResponse | None:
    """Shows the account and stores its preferences."""
    if not form.is_valid():
        return None
    user, keyring = form.instance, request.journal.keyring
    user.save(update_fields=form.changed_data)
    if keyring is not None and "lock_minutes" in form.changed_data:
        keep_open(request, user, keyring)
    messages.success(request, _("Your settings are saved."))
    return redirect("account")


@require_POST
@never_cache
@open_journal_required
def dismiss_events(request: Request) -> HttpResponse:
    """Lets go of the events that were shown."""
    dismiss(*request.journal.owner, request.POST.getlist("event"))
    return redirect("account")


def _password_form(request: Request, **options: Any) -> ChangePasswordForm | HttpResponse:
    user, keyring = request.journal.person, request.journal.keyring
    if request.method != "POST" and not user.password_is_own and has_closed_part(user, keyring):
        return redirect(address_with_next(request, "closed-journal"))
    return ChangePasswordForm(**options)


@form_page(template_page("accounts/password.html"), _password_form)
def password(request: Request, form: ChangePasswordForm) -> HttpResponse | None:
    """Lets a person change their password, also where they must because staff gave it to them."""
    if not form.is_valid() or (person := confirm_password(request, form, "current")) is None:
        return None
    current, new = form.cleaned_data["current"], form.cleaned_data["password"]
    if change_password(request, person, current, new) is None:
        return redirect(address_with_next(request, "closed-journal"))
    if wanted := asked_for(request):
        return redirect(wanted)
    messages.success(request, _("Your new password works. Every other browser was signed out."))
    return redirect("account")


@require_POST
@never_cache
def logout_others(request: Request) -> HttpResponse:
    """Signs out everywhere but here."""
    end_other_sessions(request)
    end_other_devices(request, request.journal.person, request.journal.keyring)
    messages.success(request, _("Every other browser was signed out."))
    return redirect("account")


@require_POST
@never_cache
def lock(request: Request) -> HttpResponse:
    """Covers the journal now; the password opens it again."""
    lock_session(request)
    return redirect(with_next("login", page_behind(request)))


def _about_deleting(request: Request, form: DeleteForm) -> dict[str, Any]:
    return {"backups_forget_days": site_settings.SITE.backups_forget_days}


@form_page(template_page("accounts/delete.html", _about_deleting), DeleteForm, refills=False)
def delete_account(request: Request, form: DeleteForm) -> HttpResponse | None:
    """Deletes the account and all that is its owner's."""
    if not form.is_valid() or (user := confirm_password(request, form)) is None:
        return None
    erase(user)
    request.session.flush()
    response = redirect("gone")
    forget_browser(response)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
@login_not_required
def gone(request: Request) -> HttpResponse:
    """Answers after an account was deleted. Asks for nobody."""
    return render(request, "accounts/gone.html")

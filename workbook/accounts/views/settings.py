"""Settings of an account, and its end."""

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings as site_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbook.accounts.access import open_journal_required, person_here
from workbook.accounts.credentials import change_password
from workbook.accounts.deletion import erase
from workbook.accounts.devices import end_other_devices
from workbook.accounts.events import dismiss, events_of
from workbook.accounts.forms import ChangePasswordForm, DeleteForm, PreferencesForm
from workbook.accounts.known_browsers import forget_browser
from workbook.accounts.login import find_for, has_closed_part, keep_open
from workbook.accounts.models import User
from workbook.accounts.next_url import asked_for, page_behind
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers
from workbook.vault.code_apps import has_code_app
from workbook.vault.derivation import deriving_once
from workbook.vault.recovery_keys import spare_key_standing
from workbook.vault.sessions import end_other_sessions, keyring_of, lock_session
from workbook.vault.storage import room_of


def _account_page(request: HttpRequest, form: PreferencesForm, notice: str = "") -> HttpResponse:
    keyring = keyring_of(request)
    user = person_here(request)
    context = {
        "form": form,
        "notice": notice,
        "is_open": keyring is not None,
        "standing": spare_key_standing(user, keyring) if keyring else "",
        "has_closed_part": bool(keyring) and has_closed_part(user, keyring),
        "has_code_app": has_code_app(user),
        "events": events_of(user, keyring) if keyring else [],
        "room": room_of(user.pk),
    }
    return render(request, "accounts/account.html", context)


@never_cache
def _account_again(request: HttpRequest, reason: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("enter")
    # Typed again rather than kept: a wish that came with another page's token is not one.
    form = PreferencesForm(instance=_own_copy(request))
    response = _account_page(request, form, stale_words())
    response.status_code = 403
    return response


def _own_copy(request: HttpRequest) -> User:
    """The person anew, because checking a form writes into what it is given."""
    return User.objects.get(pk=person_here(request).pk)


@on_stale_token(_account_again)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@with_kind_answers
def account(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _account_page(request, PreferencesForm(instance=_own_copy(request)))
    form = PreferencesForm(request.POST, instance=_own_copy(request))
    if not form.is_valid():
        return _account_page(request, form)
    user = form.instance
    user.save(update_fields=form.changed_data)
    keyring = keyring_of(request)
    if keyring is not None and "lock_minutes" in form.changed_data:
        keep_open(request, user, keyring)
    messages.success(request, _("Your settings are saved."))
    return redirect("account")


@require_POST
@never_cache
@open_journal_required
def dismiss_events(request: HttpRequest) -> HttpResponse:
    """Let go of the events that were shown."""
    keyring = keyring_of(request)
    if keyring is not None:
        shown = {ident for one in request.POST.getlist("event") if (ident := _uuid(one))}
        dismiss(person_here(request), keyring, shown)
    return redirect("account")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _password_page(
    request: HttpRequest, form: ChangePasswordForm, notice: str = ""
) -> HttpResponse:
    context = {"form": form, "next": asked_for(request), "notice": notice}
    return render(request, "accounts/password.html", context)


@never_cache
def _password_again(request: HttpRequest, reason: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("enter")
    response = _password_page(request, ChangePasswordForm(), stale_words())
    response.status_code = 403
    return response


@on_stale_token(_password_again)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@with_kind_answers
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password: by oneself, or because the one of now was given by staff."""
    user = person_here(request)
    if request.method != "POST":
        if not user.password_is_own and has_closed_part(user, keyring_of(request)):
            return _closed_journal_next(request)
        return _password_page(request, ChangePasswordForm())
    form = ChangePasswordForm(request.POST)
    if not form.is_valid():
        return _password_page(request, form)
    current, new = form.cleaned_data["current"], form.cleaned_data["password"]
    with deriving_once():
        person = find_for(request, user.name, current)
        if person is None:
            form.add_error("current", _("That isn’t your current password."))
            return _password_page(request, form)
        keyring = change_password(request, person, current, new)
    if keyring is None:
        return _closed_journal_next(request)
    if wanted := asked_for(request):
        return redirect(wanted)
    messages.success(request, _("Your new password works. Every other browser was signed out."))
    return redirect("account")


def _closed_journal_next(request: HttpRequest) -> HttpResponse:
    """To the page for a closed journal, and from there to where somebody wanted to go."""
    wanted = asked_for(request)
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return redirect(f"{reverse('closed-journal')}{query}")


@require_POST
@never_cache
def leave_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    end_other_sessions(request)
    end_other_devices(request, person_here(request), keyring_of(request))
    messages.success(request, _("Every other browser was signed out."))
    return redirect("account")


@require_POST
@never_cache
def lock(request: HttpRequest) -> HttpResponse:
    """Cover the journal now; the password opens it again."""
    lock_session(request)
    back = page_behind(request)
    query = f"?{urlencode({'next': back})}" if back else ""
    return redirect(f"{reverse('enter')}{query}")


def _delete_page(request: HttpRequest, form: DeleteForm, notice: str = "") -> HttpResponse:
    context = {
        "form": form,
        "notice": notice,
        "backups_forget_days": site_settings.SITE.backups_forget_days,
    }
    return render(request, "accounts/delete.html", context)


@never_cache
def _delete_again(request: HttpRequest, reason: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("enter")
    response = _delete_page(request, DeleteForm(), stale_words())
    response.status_code = 403
    return response


@on_stale_token(_delete_again)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@with_kind_answers
def delete_account(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _delete_page(request, DeleteForm())
    form = DeleteForm(request.POST)
    if not form.is_valid():
        return _delete_page(request, form)
    user = find_for(request, person_here(request).name, form.cleaned_data["password"])
    if user is None:
        form.add_error("password", _("That isn’t your password."))
        return _delete_page(request, form)
    erase(user)
    request.session.flush()
    response = redirect("gone")
    forget_browser(response)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
@login_not_required
def gone(request: HttpRequest) -> HttpResponse:
    """Said after an account was deleted. Asks for nobody."""
    return render(request, "accounts/gone.html")

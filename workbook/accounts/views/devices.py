"""Devices that may open the journal by waiting: adding this one, ending any."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from workbook.accounts.access import open_journal_required, person_here
from workbook.accounts.devices import (
    SESSION_KEY,
    devices_of,
    forget_device,
    own_device_of,
    own_token,
    remember_device,
)
from workbook.accounts.events import Kind, tell
from workbook.accounts.forms import LABEL_MAX_LENGTH, ConfirmForm
from workbook.accounts.login import find_for
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers
from workbook.vault.labels import open_label
from workbook.vault.sessions import (
    end_session,
    keyring_of,
    name_session,
    own_id,
    sessions_of,
)


def _page(request: HttpRequest, form: ConfirmForm, notice: str = "") -> HttpResponse:
    user = person_here(request)
    keyring = keyring_of(request)
    browsers = [
        {
            "row": row,
            "label": open_label(keyring, row.sealed_label) if keyring else "",
            "is_this": row.pk == own_id(request),
        }
        for row in sessions_of(request)
    ]
    context = {
        "browsers": browsers,
        "form": form,
        "notice": notice,
        "devices": devices_of(user),
        "is_this_one": own_device_of(request, user) is not None,
        "is_shared": request.session.get_expire_at_browser_close(),
    }
    return render(request, "accounts/devices.html", context)


@never_cache
@open_journal_required
def _again(request: HttpRequest, reason: str) -> HttpResponse:
    response = _page(request, ConfirmForm(), stale_words())
    response.status_code = 403
    return response


@on_stale_token(_again)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_journal_required
@with_kind_answers
def devices(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, ConfirmForm())
    if "end" in request.POST:
        return _end(request, request.POST["end"])
    if "out" in request.POST:
        kept = end_session(request, request.POST["out"])
        if device := kept.get(SESSION_KEY):
            devices_of(person_here(request)).filter(id=device).delete()
        messages.success(request, _("That browser is signed out."))
        return redirect("devices")
    if "label" in request.POST:
        return _name(request, " ".join(request.POST["label"].split()))
    form = ConfirmForm(request.POST)
    if not form.is_valid() or request.session.get_expire_at_browser_close():
        return _page(request, form)
    user = find_for(request, person_here(request).name, form.cleaned_data["password"])
    keyring = keyring_of(request)
    if user is None or keyring is None:
        form.add_error("password", _("That isn’t your password."))
        return _page(request, form)
    response = redirect("devices")
    if own_device_of(request, user) is None:
        remember_device(request, response, user, keyring)
        tell(user, Kind.DEVICE_ADDED, keyring)
    return response


def _end(request: HttpRequest, which: str) -> HttpResponse:
    user = person_here(request)
    try:
        devices_of(user).filter(id=uuid.UUID(which)).delete()
    except ValueError:
        return redirect("devices")
    messages.success(request, _("That device can’t open your journal anymore."))
    response = redirect("devices")
    if own_token(request) and own_device_of(request, user) is None:
        forget_device(request, response)
    return response


def _name(request: HttpRequest, label: str) -> HttpResponse:
    keyring = keyring_of(request)
    if len(label) > LABEL_MAX_LENGTH:
        notice = _("That name is too long. It has room for %(most)d characters.")
        return _page(request, ConfirmForm(), notice % {"most": LABEL_MAX_LENGTH})
    if keyring is not None:
        name_session(request, keyring, label)
    return redirect("devices")

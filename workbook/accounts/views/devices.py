"""Devices that may open the journal by waiting: adding this one, ending any."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from workbook.accounts.access import Request, open_journal_required
from workbook.accounts.devices import (
    SESSION_KEY,
    devices_of,
    forget_device,
    own_device_of,
    own_token,
    remember_device,
)
from workbook.accounts.events import EventKind, tell
from workbook.accounts.form_page import form_page
from workbook.accounts.forms import LABEL_MAX_LENGTH, ConfirmForm
from workbook.accounts.login import confirm_password
from workbook.vault.labels import open_label
from workbook.vault.sessions import end_session, name_session, own_id, sessions_of


def _page(request: Request, form: ConfirmForm, notice: str = "") -> HttpResponse:
    user, keyring = request.journal.owner
    browsers = [
        {
            "row": row,
            "label": open_label(keyring, row.sealed_label),
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


@form_page(_page, ConfirmForm, open_journal_required)
def devices(request: Request, form: ConfirmForm) -> HttpResponse | None:
    """Lists browsers and devices, lets this one ask to open the journal, names and ends any."""
    if "end" in request.POST:
        return _end(request, request.POST["end"])
    if "out" in request.POST:
        kept = end_session(request, request.POST["out"])
        if device := kept.get(SESSION_KEY):
            devices_of(request.journal.person).filter(id=device).delete()
        messages.success(request, _("That browser is signed out."))
        return redirect("devices")
    if "label" in request.POST:
        return _name(request, " ".join(request.POST["label"].split()))
    if not form.is_valid() or request.session.get_expire_at_browser_close():
        return None
    user = confirm_password(request, form)
    if user is None:
        return None
    keyring = request.journal.owner.keyring
    response = redirect("devices")
    if own_device_of(request, user) is None:
        remember_device(request, response, user, keyring)
        tell(user, EventKind.DEVICE_ADDED, keyring)
    return response


def _end(request: Request, which: str) -> HttpResponse:
    user = request.journal.person
    try:
        devices_of(user).filter(id=uuid.UUID(which)).delete()
    except ValueError:
        return redirect("devices")
    messages.success(request, _("That device can’t open your journal anymore."))
    response = redirect("devices")
    if own_token(request) and own_device_of(request, user) is None:
        forget_device(request, response)
    return response


def _name(request: Request, label: str) -> HttpResponse:
    if len(label) > LABEL_MAX_LENGTH:
        notice = _("That name is too long. It has room for %(most)d characters.")
        return _page(request, ConfirmForm(), notice % {"most": LABEL_MAX_LENGTH})
    name_session(request, request.journal.owner.keyring, label)
    return redirect("devices")

"""“I fear someone knows my key”: everything is sealed again, and every other way in ends."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from workbook.accounts.access import Request, open_journal_required
from workbook.accounts.credentials import OpensNothing, begin_new_key
from workbook.accounts.devices import forget_device
from workbook.accounts.form_page import form_page, template_page
from workbook.accounts.forms import NewKeyForm
from workbook.accounts.login import confirm_password
from workbook.accounts.throttles import count_whole_journal
from workbook.accounts.views.recovery import nobodys_key, wrong_groups
from workbook.vault.recovery_code import CodeMistake


@form_page(template_page("accounts/new_key.html"), NewKeyForm, open_journal_required)
def new_key(request: Request, form: NewKeyForm) -> HttpResponse | None:
    """Seals everything under a new key and ends every other way in."""
    if not form.is_valid() or (user := confirm_password(request, form)) is None:
        return None
    password, code = form.cleaned_data["password"], form.cleaned_data["code"].strip()
    count_whole_journal(user, "new key")
    try:
        begin_new_key(request, user, password, code)
    except CodeMistake as mistake:
        form.add_error("code", wrong_groups(mistake.groups))
    except OpensNothing:
        form.add_error("code" if code else "password", nobodys_key())
    else:
        messages.success(
            request, _("Everything you wrote has a new key. Every other browser is signed out.")
        )
        response = redirect("account" if code else "recovery-key")
        forget_device(request, response)
        return response
    return None

"""The first password of an account that staff made, chosen by its owner through a one-time link."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from workbook.accounts.access import Request
from workbook.accounts.credentials import choose_first_password
from workbook.accounts.first_links import DAYS, Used, find
from workbook.accounts.form_page import form_page, template_page
from workbook.accounts.forms import FirstPasswordForm
from workbook.accounts.views.login import inside
from workbook.crisis.error_pages import error_response


def _form(request: Request, token: str, **options: Any) -> FirstPasswordForm | HttpResponse:
    user = find(token)
    return _ended(request) if user is None else FirstPasswordForm(owner=user, **options)


@form_page(template_page("accounts/first_password.html"), _form, anyone=True)
def first_password(request: Request, form: FirstPasswordForm, token: str) -> HttpResponse | None:
    """Takes the first password; the journal begins with it, and the link ends."""
    if not form.is_valid():
        return None
    user = form.owner
    try:
        keyring = choose_first_password(request, user, token, form.cleaned_data["password"])
    except Used:
        return _ended(request)
    return inside(request, user, keyring)


def _ended(request: Request) -> HttpResponse:
    return error_response(
        request,
        404,
        title=_("This link doesn’t work anymore"),
        message=_(
            "A link like this works once, for %(days)d days. "
            "If you haven’t used it yourself, someone else may have chosen the password. "
            "Then don’t use this account, and ask the people who run this site for a new one."
        )
        % {"days": DAYS},
    )

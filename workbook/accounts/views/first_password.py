"""The first password of an account that staff made, chosen by its owner through a one-time link."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from workbook.accounts.credentials import choose_first_password
from workbook.accounts.first_links import DAYS, Used, find
from workbook.accounts.forms import FirstPasswordForm
from workbook.accounts.models import User
from workbook.accounts.trouble import on_stale_token, stale_words, with_kind_answers
from workbook.accounts.views.login import inside
from workbook.crisis.handlers import kind_response


def _page(
    request: HttpRequest, user: User, form: FirstPasswordForm, notice: str = ""
) -> HttpResponse:
    context = {"form": form, "owner": user, "notice": notice}
    return render(request, "accounts/first_password.html", context)


@never_cache
def _again(request: HttpRequest, reason: str) -> HttpResponse:
    match = request.resolver_match
    user = find(match.kwargs["token"]) if match else None
    if user is None:
        return _ended(request)
    response = _page(request, user, FirstPasswordForm(name=user.name), stale_words())
    response.status_code = 403
    return response


@on_stale_token(_again)
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@with_kind_answers
def first_password(request: HttpRequest, token: str) -> HttpResponse:
    """Choose the password; the journal begins with it, and the link ends."""
    user = find(token)
    if user is None:
        return _ended(request)
    if request.method != "POST":
        return _page(request, user, FirstPasswordForm(name=user.name))
    form = FirstPasswordForm(request.POST, name=user.name)
    if not form.is_valid():
        return _page(request, user, form)
    try:
        keyring = choose_first_password(request, user, token, form.cleaned_data["password"])
    except Used:
        return _ended(request)
    return inside(request, user, keyring)


def _ended(request: HttpRequest) -> HttpResponse:
    return kind_response(
        request,
        404,
        title=_("This link doesn’t work anymore"),
        message=_(
            "A link like this works once, for %(days)d days. If you haven’t used it yourself, "
            "someone else may have chosen the password. Then don’t use this account, and ask the "
            "people who run this site for a new one."
        )
        % {"days": DAYS},
    )

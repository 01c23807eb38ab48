"""A private form's page, the same for all of them: shown, sent, refused, expired."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm, Form, PasswordInput
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from workbook.accounts.access import Request
from workbook.accounts.forms import CodeField
from workbook.accounts.next_url import asked_for
from workbook.accounts.trouble import stale_words, with_kind_answers
from workbook.vault.derivation import deriving_once

View = Callable[..., HttpResponseBase]
Show = Callable[..., HttpResponseBase]
Take = Callable[..., HttpResponseBase | None]
Unbound = TypeVar("Unbound", bound=BaseForm)
MakeForm = Callable[..., Any]


def form_page(
    show: Show,
    form: MakeForm = Form,
    *within: Callable[[View], View],
    anyone: bool = False,
    refills: bool = True,
) -> Callable[[Take], View]:
    """Makes the view of a form's page out of a function that takes what was posted.

    That function, ``take(request, form)``, gets the bound form, which it judges itself, and returns
    the response; None: the page is shown again with the form and its errors, with status 422.
    Everything else is done here: methods, ``never_cache``, error pages for what nobody here can
    help (too many tries, too many people, a lost key), one derivation for each password. With an
    expired token nothing is taken: the page comes again with status 403, saying so, with what was
    typed, but for passwords and codes. Each function also gets the arguments of the address.

    Args:
        show: ``show(request, form, notice="")`` answers with the page.
        form: a form class, or a function ``form(request, **options)`` that makes a form with
            ``data`` as an option or with none, or answers instead of the page. Without ``refills``
            it may be anything that the other functions understand.
        within: decorators around all of it, the outermost first. It turns away whoever hasn't
            signed in, as ``open_journal_required`` does.
        anyone: whether nobody needs to have signed in.
        refills: False where what was typed must be typed again after an expired token, because it
            is a decision that no other site may prepare.
    """
    is_class = isinstance(form, type)

    def decorate(take: Take) -> View:
        @wraps(take)
        def answered(
            request: Request, *, is_expired: bool = False, **kwargs: Any
        ) -> HttpResponseBase:
            is_sent = request.method == "POST" and not is_expired
            options = {"data": request.POST} if is_sent else {}
            made = form(**options) if is_class else form(request, **kwargs, **options)
            if isinstance(made, HttpResponseBase):
                return made
            if is_sent:
                with deriving_once():
                    taken = take(request, made, **kwargs)
                if taken is not None:
                    return taken
                response = show(request, made, **kwargs)
                if getattr(made, "errors", None) and response.status_code == 200:
                    response.status_code = 422
                return response
            if not is_expired:
                return show(request, made, **kwargs)
            shown = refilled(request, made) if refills else made
            response = show(request, shown, stale_words(), **kwargs)
            if response.status_code == 200:
                response.status_code = 403
            return response

        inner: View = with_kind_answers(answered)
        for decorator in reversed(within):
            inner = decorator(inner)
        page: View = never_cache(inner)

        def again(request: Request, reason: str) -> HttpResponseBase:
            # The token is looked at before anybody is asked to sign in.
            if not (anyone or within or request.user.is_authenticated):
                return redirect("login")
            match = request.resolver_match
            return page(request, is_expired=True, **(match.kwargs if match else {}))

        view: View = require_http_methods(["GET", "HEAD", "POST"])(page)
        view.on_csrf_failure = again  # type: ignore[attr-defined]
        return login_not_required(view) if anyone else view

    return decorate


def template_page(
    template: str, more: Callable[[Request, Any], dict[str, Any]] = lambda request, form: {}
) -> Show:
    """Makes the ``show`` of a page that is a template with the form, the notice and ``next``.

    ``more(request, form)`` returns what else the template needs.
    """

    def show(request: Request, form: Any, notice: str = "", **_address: str) -> HttpResponse:
        context = {"form": form, "notice": notice, "next": asked_for(request)}
        return render(request, template, context | more(request, form))

    return show


def refilled(request: Request, form: Unbound) -> Unbound:
    """Fills an unbound form with what was posted, not yet judged, but for passwords and codes."""
    for name, field in form.fields.items():
        if not isinstance(field.widget, PasswordInput) and not isinstance(field, CodeField):
            posted = field.widget.value_from_datadict(request.POST, request.FILES, name)
            if posted is not None:
                form.initial[name] = posted
    return form

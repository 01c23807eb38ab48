"""Public pages are recognised before anybody is looked up."""

from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from workbook.web.login_required import LoginRequiredMiddleware


class Unasked(HttpRequest):
    """A request on which asking for the user is a failure."""

    @property
    def user(self) -> Any:
        raise AssertionError("the user was loaded")


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("here")


def middleware() -> LoginRequiredMiddleware:
    return LoginRequiredMiddleware(page)


def test_a_public_view_is_let_through_without_asking_who_it_is() -> None:
    public = login_not_required(lambda request: HttpResponse())
    assert middleware().process_view(Unasked(), public, (), {}) is None


def test_every_other_view_asks() -> None:
    with pytest.raises(AssertionError, match="was loaded"):
        middleware().process_view(Unasked(), page, (), {})


def test_a_stranger_is_sent_to_enter_and_back_again(rf: RequestFactory) -> None:
    request = rf.get("/journal/")
    request.user = AnonymousUser()
    response = middleware().process_view(request, page, (), {})
    assert response is not None
    assert response.headers["Location"] == "/account/login/?next=/journal/"

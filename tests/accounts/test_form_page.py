"""What every private form's page does, tried on one of its own."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from workbook.accounts.form_page import form_page
from workbook.accounts.forms import CodeField, PasswordField
from workbook.accounts.throttles import Throttled


class NoteForm(forms.Form):
    words = forms.CharField(max_length=20)
    loud = forms.BooleanField(required=False)
    place = forms.CharField(initial="here", required=False)
    password = PasswordField()
    code = CodeField(required=False)


GIVEN = {"words": "seven geese", "loud": "on", "password": "over the harbor", "code": "123456"}


def show(request, form, notice="", *, number):
    response = HttpResponse(f"{number} {notice} {form.errors.as_text()} {form.as_p()}")
    response.form = form
    return response


def view_of(take, *within, **options):
    return form_page(show, NoteForm, *within, **options)(take)


def never(request, form, number):
    raise AssertionError("Something was taken.")


def ask(rf, view, method="post", user=None, **given):
    request = getattr(rf, method)("/notes/7/", given or None)
    request.user = user or AnonymousUser()
    request.resolver_match = type("Match", (), {"kwargs": {"number": 7}, "route": "notes"})
    return request, lambda: view(request, number=7)


def test_a_visit_shows_an_unbound_form_and_nothing_is_kept_of_it(rf) -> None:
    _request, answer = ask(rf, view_of(never), "get")
    response = answer()
    assert response.status_code == 200
    assert not response.form.is_bound
    assert "no-store" in response["Cache-Control"]


def test_only_what_a_form_needs_is_let_in(rf) -> None:
    _request, answer = ask(rf, view_of(never), "put")
    assert answer().status_code == 405


def test_what_is_posted_is_taken(rf) -> None:
    def take(request, form, number):
        assert form.is_valid()
        return HttpResponse(f"{number}: {form.cleaned_data['words']}")

    _request, answer = ask(rf, view_of(take), **GIVEN)
    assert answer().text == "7: seven geese"


def test_a_form_with_errors_is_shown_with_them(rf) -> None:
    def take(request, form, number):
        form.add_error("words", "Not these.")

    _request, answer = ask(rf, view_of(take), **GIVEN)
    assert "Not these." in answer().text


def test_with_an_expired_token_nothing_is_taken_and_what_was_typed_comes_back(rf) -> None:
    view = view_of(never, anyone=True)
    request, _answer = ask(rf, view, **GIVEN)
    response = view.on_csrf_failure(request, "expired")
    assert response.status_code == 403
    assert "had been open for a while" in response.text
    assert not response.form.is_bound
    assert response.form["words"].value() == "seven geese"
    assert response.form["loud"].value() is True
    assert response.form["place"].value() == "here"
    assert "harbor" not in response.text
    assert "123456" not in response.text
    assert "no-store" in response["Cache-Control"]


def test_a_decision_must_be_typed_again(rf) -> None:
    view = view_of(never, anyone=True, refills=False)
    request, _answer = ask(rf, view, **GIVEN)
    response = view.on_csrf_failure(request, "expired")
    assert "had been open for a while" in response.text
    assert "seven geese" not in response.text


def test_an_expired_token_shows_nobody_the_page_of_somebody(rf) -> None:
    view = view_of(never)
    request, _answer = ask(rf, view, **GIVEN)
    response = view.on_csrf_failure(request, "expired")
    assert response.status_code == 302
    assert response["Location"] == "/account/login/"


def test_what_stands_around_it_stands_around_an_expired_token_too(rf) -> None:
    def shut(view):
        return lambda request, **kwargs: HttpResponse("shut")

    view = view_of(never, shut)
    request, answer = ask(rf, view, **GIVEN)
    assert view.on_csrf_failure(request, "expired").text == answer().text == "shut"


def test_too_many_tries_are_told_kindly(rf) -> None:
    def take(request, form, number):
        raise Throttled(61)

    _request, answer = ask(rf, view_of(take), **GIVEN)
    response = answer()
    assert response.status_code == 429
    assert response["Retry-After"] == "61"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_function_in_the_forms_place_may_answer_for_itself(rf, method) -> None:
    view = form_page(show, lambda request, **options: HttpResponse("gone"))(never)
    _request, answer = ask(rf, view, method)
    assert answer().text == "gone"

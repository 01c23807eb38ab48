import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from workbook.accounts.access import RequestJournal, open_journal_required
from workbook.accounts.context_processors import person as person_context
from workbook.accounts.middleware import person_of
from workbook.vault.sessions import SessionStore

pytestmark = pytest.mark.django_db


@open_journal_required
def view(request, what: str) -> HttpResponse:
    return HttpResponse(f"the words of {what}")


def ask(client, address: str = "/journal/?from=3", method: str = "get", **headers: str):
    request = getattr(RequestFactory(), method)(address, headers=headers)
    cookie = client.cookies.get("alongside")
    request.session = SessionStore(cookie.value if cookie else None)
    request.user = person_of(request)
    request.journal = RequestJournal(request)
    request.htmx = HtmxDetails(request)
    return view(request, what="ana")


def test_an_open_journal_is_shown(person, entered) -> None:
    assert ask(entered(person)).content == b"the words of ana"


def test_a_locked_one_asks_for_the_password_and_leads_back(person, entered) -> None:
    response = ask(entered(person, locked=True))
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=%2Fjournal%2F%3Ffrom%3D3"
    assert "no-store" in response["Cache-Control"]


def test_htmx_gets_a_fragment_and_the_page_keeps_its_words(person, entered) -> None:
    response = ask(
        entered(person, locked=True),
        hx_request="true",
        hx_current_url="http://testserver/books/alongside/start-here/",
    )
    assert response.status_code == 401
    assert '<p id="locked"' in response.text
    assert "?next=%2Fbooks%2Falongside%2Fstart-here%2F" in response.text
    assert "<html" not in response.text


def test_what_was_posted_leads_back_to_the_page_it_came_from(person, entered) -> None:
    client = entered(person, locked=True)
    response = ask(client, method="post", referer="http://testserver/journal/")
    assert response["Location"] == "/account/login/?next=%2Fjournal%2F"
    response = ask(client, method="post", referer="https://evil.example/")
    assert response["Location"] == "/account/login/"


def test_templates_know_the_person_and_look_only_when_asked(
    person, entered, rf, django_assert_num_queries
) -> None:
    request = rf.get("/")
    request.user = person.user
    assert person_context(request)["person"].name == person.user.name
    request.user = AnonymousUser()
    assert not person_context(request)["person"]
    del request.user
    with django_assert_num_queries(0):
        assert not person_context(request)["person"]

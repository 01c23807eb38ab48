"""Whatever fails, the page says so kindly and help stands on it."""

import json
from html.parser import HTMLParser

import pytest
from django.template import engines
from django.test import Client, RequestFactory

from workbook.crisis import error_pages
from workbook.crisis.error_pages import WORDS, error_page
from workbook.crisis.loader import help_lines

pytestmark = pytest.mark.urls("tests.crisis.urls")


class Found(HTMLParser):
    """What a document holds: ids, titles, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(values["id"] or "")
        if tag == "a":
            self.links.append(values.get("href") or "")


def assert_help_stands_on(html: str) -> None:
    found = Found(html)
    assert html.lstrip().lower().startswith("<!doctype html>")
    assert found.ids.count("crisis-banner") == 1
    assert found.ids.count("disclaimer") == 1
    assert help_lines().disclaimer in html
    first = help_lines().line(help_lines().banner[0])
    assert first.tel in found.links
    assert "/help-now/" in found.links


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/fails/400/", 400),
        ("/fails/403/", 403),
        ("/fails/413/", 413),
        ("/fails/500/", 500),
        ("/fails/database/", 503),
        ("/nowhere/at/all/", 404),
        ("/empty/400/", 400),
        ("/empty/405/", 405),
        ("/empty/413/", 413),
        ("/empty/429/", 429),
        ("/empty/503/", 503),
        ("/plain/", 400),
        ("/bare/", 403),
        ("/patience/", 429),
    ],
)
def test_every_error_carries_help_with_the_database_gone(
    visitor: Client, database_gone: None, address: str, status: int
) -> None:
    response = visitor.get(address)
    assert response.status_code == status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert_help_stands_on(response.content.decode())


def test_a_form_with_a_stale_token_gets_the_error_page(database_gone: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/no-words/", {"answer": "words"})
    assert response.status_code == 403
    assert "out of date" in response.content.decode()
    assert_help_stands_on(response.content.decode())


def test_a_view_that_takes_words_answers_a_stale_token_itself() -> None:
    response = Client(enforce_csrf_checks=True).post("/words/", {"answer": "words"})
    assert response.status_code == 403
    assert "your words" in response.content.decode()


def test_a_middleware_that_misses_the_database_ends_in_a_503(
    visitor: Client, database_gone: None
) -> None:
    # Nobody is looked up until the login check asks, which is before any view runs.
    response = visitor.get("/private/")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert_help_stands_on(response.content.decode())


def test_an_error_page_is_never_kept_by_a_cache(visitor: Client) -> None:
    assert visitor.get("/fails/500/")["Cache-Control"] == "no-store"
    assert visitor.get("/empty/405/")["Cache-Control"] == "no-store"


def test_a_filled_error_keeps_its_own_headers(visitor: Client) -> None:
    assert visitor.get("/empty/405/")["Allow"] == "POST"
    assert visitor.get("/empty/429/")["Retry-After"] == "30"


def test_a_filled_error_tells_its_new_length(visitor: Client) -> None:
    response = visitor.get("/empty/405/")
    assert response["Content-Length"] == str(len(response.content))


def test_the_wait_is_said_in_words_and_as_a_header(visitor: Client) -> None:
    response = visitor.get("/patience/")
    assert response["Retry-After"] == "60"
    assert "in about 60 seconds" in response.content.decode()


def test_what_is_meant_for_machines_is_left_alone(visitor: Client) -> None:
    response = visitor.get("/machine/")
    assert json.loads(response.content) == {"fault": 1}
    response = Client().get("/plain/", headers={"Accept": "*/*"})
    assert response.content == b"no"


def test_htmx_gets_the_sentence_alone(visitor: Client) -> None:
    for address in ("/fails/500/", "/empty/503/"):
        html = visitor.get(address, headers={"HX-Request": "true"}).content.decode()
        assert html.startswith('<span id="error">')
        assert "<!doctype" not in html


def test_a_fragment_for_htmx_is_left_as_it_is(visitor: Client) -> None:
    response = visitor.get("/bare/", headers={"HX-Request": "true"})
    assert response.content == b"<p>no</p>"


def test_an_error_page_repeats_nothing_of_the_error(visitor: Client) -> None:
    assert b"canary" not in visitor.get("/fails/500/?canary=words").content


def test_only_a_form_that_was_sent_is_told_that_it_may_be_lost(rf: RequestFactory) -> None:
    for request, said in ((rf.get("/"), False), (rf.post("/"), True)):
        assert ("may not be saved" in error_page(request, 503).content.decode()) is said


@pytest.mark.parametrize("status", [*WORDS, 402, 418, 504, 599])
def test_every_status_has_a_page_without_a_request(status: int) -> None:
    page = error_page(None, status)
    assert page.status_code == status
    assert_help_stands_on(page.content.decode())


def test_help_stands_even_where_no_template_can_be_drawn(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines["jinja2"].env, "loader", None)
    page = error_page(rf.get("/"), 500)
    assert page.status_code == 500
    assert_help_stands_on(page.content.decode())
    assert "could not be drawn" in caplog.text


def test_what_an_error_page_says_is_escaped() -> None:
    said = "<script>alert(1)</script>"
    for page in (
        error_pages.error_response(None, 400, title=said, message=said).content.decode(),
        error_pages.last_resort(said, said),
    ):
        assert "<script>alert" not in page


def test_a_refused_address_of_a_stranger_host_still_shows_help(visitor: Client) -> None:
    response = visitor.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert_help_stands_on(response.content.decode())

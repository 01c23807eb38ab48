"""The help page: every help line, for everybody, whatever else is down."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils.safestring import SafeString

from tests.crisis.test_errors import Found, assert_help_stands_on
from workbook.crisis import views
from workbook.crisis.loader import help_lines


@pytest.fixture
def prose() -> Iterator[None]:
    kept = views._prose
    yield
    views._prose = kept


def test_it_stands_with_the_database_gone_and_a_session_cookie(
    visitor: Client, database_gone: None
) -> None:
    response = visitor.get("/help-now/")
    assert response.status_code == 200
    assert_help_stands_on(response.content.decode())


def test_it_touches_no_database(visitor: Client) -> None:
    # Without the django_db mark any query fails the test.
    assert visitor.get("/help-now/").status_code == 200


def test_it_is_the_same_page_for_everybody(visitor: Client) -> None:
    stranger = Client().get("/help-now/")
    known = visitor.get("/help-now/")
    assert stranger.content == known.content
    for response in (stranger, known):
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")


def test_every_line_is_there_with_each_of_its_ways() -> None:
    found = Found(Client().get("/help-now/").content.decode())
    for line in help_lines().lines:
        assert f"line-{line.key}" in found.ids
        for way in line.ways():
            assert way.href in found.links


def test_no_id_stands_twice() -> None:
    found = Found(Client().get("/help-now/").content.decode())
    assert len(found.ids) == len(set(found.ids))


def test_each_country_is_a_plain_link_to_its_lines() -> None:
    found = Found(Client().get("/help-now/").content.decode())
    countries = [link for link in found.links if link.startswith("#country-")]
    assert countries
    assert {link[1:] for link in countries} <= set(found.ids)
    assert countries[-1] == "#country-world"


def test_it_is_asked_for_again_only_when_it_has_changed() -> None:
    first = Client().get("/help-now/")
    assert "no-cache" in first["Cache-Control"]
    again = Client().get("/help-now/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_it_takes_in_the_prose_that_a_package_above_gives(prose: None) -> None:
    views.register_prose(lambda: SafeString("<p id='said'>You can hang up.</p>"))
    assert "You can hang up." in Client().get("/help-now/").content.decode()


def test_its_lines_stand_alone_when_the_prose_fails(
    prose: None, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> SafeString:
        raise RuntimeError

    views.register_prose(broken)
    with caplog.at_level(logging.ERROR):
        response = Client().get("/help-now/")
    assert response.status_code == 200
    assert_help_stands_on(response.content.decode())
    assert "lines are shown alone" in caplog.text


def test_it_can_only_be_read() -> None:
    response = Client().post("/help-now/")
    assert response.status_code == 405
    assert_help_stands_on(response.content.decode())


def test_it_sends_nobody_anywhere_without_being_asked() -> None:
    html = Client().get("/help-now/").content.decode()
    assert "<iframe" not in html
    assert "<img" not in html
    assert settings.SITE_URL not in html

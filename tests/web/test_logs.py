"""A line of the log says what and when, and nobody can write into it."""

import io
import logging
import re

import pytest
from django.test import Client

from workbook.web.logs import TypeAndPlaceFilter

pytestmark = pytest.mark.urls("tests.crisis.urls")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    for handler in logging.getLogger().handlers:
        if any(isinstance(one, TypeAndPlaceFilter) for one in handler.filters):
            monkeypatch.setattr(handler, "stream", stream)
    return stream


@pytest.mark.parametrize(
    "address",
    ["/canary/in/it/", "/canary%0AERROR forged/", "/canary/ö/", "/canary\u2028x/", "/canary\\n/"],
)
def test_no_address_is_logged_however_it_is_spelt(log: io.StringIO, address: str) -> None:
    assert Client().get(address).status_code == 404
    (line,) = log.getvalue().splitlines()
    assert line.endswith("Not Found: no such address")
    assert "canary" not in line


def test_a_record_is_one_line(log: io.StringIO) -> None:
    logging.getLogger("workbook").warning("one\ntwo\r\nthree\u2028four")
    assert log.getvalue().count("\n") == 1
    assert "one\\ntwo\\nthree\\nfour" in log.getvalue()


def test_times_are_told_with_their_offset(log: io.StringIO) -> None:
    logging.getLogger("workbook").warning("something")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 WARNING workbook ", log.getvalue())

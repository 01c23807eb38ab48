"""A clock that jumps: nothing is lost, nobody is thrown out, nothing breaks."""

import datetime

import pytest
from django.utils import timezone

from tests.journal.test_saving import kept, save
from workbook.chapters.loader import library

HOUR = datetime.timedelta(hours=1)
NOW = timezone.now


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
def test_an_hour_more_or_less_changes_nothing_that_was_written(person, entered, monkeypatch, jump):
    book = library().book("alongside")
    client = entered(person)
    save(client, person, answer="before the jump")
    monkeypatch.setattr(timezone, "now", lambda: NOW() + jump)
    page = client.get("/books/alongside/start-here/")
    assert "before the jump" in page.content.decode()
    assert save(client, person, answer="after the jump", version="1").status_code == 302
    assert kept(person, book)[0] == {"text": "after the jump"}
    assert "after the jump" in client.get("/journal/").content.decode()

"""Addresses of the release before: bookmarked, and posted to by pages that are still open."""

import pytest
from django.test import Client

from tests.accounts.conftest import NEW_PASSWORD

FORMER = {
    "/account/join/": "/account/signup/",
    "/account/enter/": "/account/login/",
    "/account/enter/passkey/": "/account/login/",
    "/account/leave/": "/account/logout/",
}


@pytest.mark.parametrize(("former", "today"), FORMER.items())
def test_a_bookmark_leads_on_with_what_it_asked_for(db: None, former: str, today: str) -> None:
    response = Client().get(f"{former}?next=%2Fjournal%2F")
    assert response.status_code == 302
    assert response["Location"] == f"{today}?next=%2Fjournal%2F"


def test_an_open_page_signs_up_and_in_and_out(db: None, is_open) -> None:
    client = Client()
    fields = {"username": "ana", "password": NEW_PASSWORD}
    assert client.post("/account/join/", {**fields, "device": "mine"})["Location"] == "/"
    assert is_open(client)
    assert client.post("/account/leave/")["Location"] == "/"
    assert not is_open(client)
    client.post("/account/enter/", fields)
    assert is_open(client)


def test_a_stale_token_is_told_as_at_the_address_of_today(strict: Client, person) -> None:
    response = strict.post("/account/enter/", {"username": "ana", "password": person.password})
    assert response.status_code == 403
    assert "had been open for a while" in response.text


def test_an_open_page_makes_a_backup_key(person, entered) -> None:
    client = entered(person)
    assert client.get("/account/spare-key/")["Location"] == "/account/recovery-key/"
    response = client.post("/account/spare-key/", {"password": person.password})
    assert 'id="recovery-key"' in response.text
    assert client.post("/account/spare-key/later/").status_code == 302


def test_asking_without_having_signed_in_leads_to_the_login(client) -> None:
    response = client.get("/account/spare-key/")
    assert response["Location"].startswith("/account/login/?next=")

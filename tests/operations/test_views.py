"""What watching machines see, and whoever finds a weakness: alive without any part, ready only with all of them."""

import datetime
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.urls import reverse

from tests.elements import page
from workbook.operations import views


def test_healthz_answers_without_database_or_session(client):
    client.cookies["alongside"] = "some-token"

    response = client.get(reverse("healthz"))

    assert response.status_code == 200
    assert response.content == b"alive\n"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_names_each_part(client):
    response = client.get(reverse("readyz"))

    assert response.json() == {
        "database": "ok",
        "migrations": "ok",
        "content": "ok",
        "disk": "ok",
    }
    assert response.status_code == 200


@pytest.mark.django_db
def test_readyz_says_no_while_a_migration_is_wanting(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'contenttypes'")

    response = client.get(reverse("readyz"))

    assert response.status_code == 503
    assert response.json()["migrations"] == "wanting"


@pytest.mark.django_db
def test_readyz_says_no_over_tables_of_a_newer_alongside(client):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('journal', '0099_later', CURRENT_TIMESTAMP)"
        )

    response = client.get(reverse("readyz"))

    assert response.status_code == 503
    assert response.json()["migrations"] == "made by a newer Alongside"


@pytest.mark.django_db
def test_readyz_says_no_on_a_disk_that_is_nearly_full(client, monkeypatch):
    monkeypatch.setattr(views, "LEAST_FREE_BYTES", 2**80)

    response = client.get(reverse("readyz"))

    assert response.status_code == 503
    assert response.json()["disk"] == "nearly full"


@pytest.mark.parametrize("name", ["healthz", "readyz"])
def test_machines_only_look(client, name):
    assert client.post(reverse(name)).status_code == 405


FIELD = re.compile(r"^([A-Za-z-]+): (\S.*)$")


def fields_of(response) -> dict[str, str]:
    """The fields of a security.txt, each once."""
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    found = [FIELD.fullmatch(line).groups() for line in response.text.splitlines()]
    assert len(found) == len(dict(found))
    return dict(found)


@pytest.mark.parametrize(
    ("contact", "uri"),
    [
        ("help@example.org", "mailto:help@example.org"),
        (" https://example.org/reach-us ", "https://example.org/reach-us"),
        ("Ask at the desk, or call us.", "http://127.0.0.1:8000/about/#contact"),
    ],
)
def test_whoever_finds_a_weakness_is_told_whom_to_tell_without_the_database(
    client, settings, contact, uri
):
    settings.SITE = replace(settings.SITE, contact=contact)
    fields = fields_of(client.get("/.well-known/security.txt"))
    assert fields["Contact"] == uri
    assert fields["Canonical"] == "http://127.0.0.1:8000/.well-known/security.txt"
    expires = datetime.datetime.fromisoformat(fields["Expires"])
    left = expires - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=88) < left < datetime.timedelta(days=91)
    assert fields["Preferred-Languages"] == "en"


def test_a_sentence_as_contact_stands_where_it_leads_to(client, settings, db):
    settings.SITE = replace(settings.SITE, contact="Ask at the desk, or call us.")
    about = page(client.get("/about/", {"fresh": "1"}).text)
    assert "Ask at the desk" in about.one("p", id="contact").words


def test_without_a_contact_there_is_no_such_page(client):
    assert client.get("/.well-known/security.txt").status_code == 404

"""What watching machines see: alive without any part, ready only with all of them."""

import pytest
from django.db import connection
from django.urls import reverse

from workbook.keeping import views


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

from dataclasses import replace

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from tests import raw
from tests.elements import page
from workbook.accounts import deletion
from workbook.accounts.models import Throttle, User
from workbook.vault.models import DataKey, KeySlot, Session
from workbook.vault.recovery_keys import add_recovery_key
from workbook.vault.sessions import SessionStore

LOGOUT, EXIT, DELETE = "/account/logout/", "/exit/", "/account/delete/"
CLICK = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}

pytestmark = pytest.mark.django_db


# --- Leaving ---


def test_leaving_ends_the_session(person, entered, settings) -> None:
    client = entered(person)
    response = client.post(LOGOUT)
    assert response["Location"] == reverse("home")
    assert not Session.objects.exists()
    assert client.cookies[settings.SESSION_COOKIE_NAME].value == ""


def test_leaving_for_good_says_when_backups_forget(person, entered, settings) -> None:
    client = entered(person)
    assert "the people who run it can say when" in client.get(DELETE).text
    settings.SITE = replace(settings.SITE, backups_forget_days=30)
    assert "up to 30 days" in client.get(DELETE).text


def test_leaving_twice_is_no_mistake(person, entered) -> None:
    client = entered(person)
    client.post(LOGOUT)
    assert client.post(LOGOUT).status_code == 302


def test_a_link_does_not_leave_but_asks(person, entered) -> None:
    client = entered(person)
    assert "<h1>Sign out?</h1>" in client.get(LOGOUT).text
    assert Session.objects.exists()


def test_leaving_from_a_stale_page_asks_once_more(person, entered, strict) -> None:
    strict.cookies = entered(person).cookies
    response = strict.post(LOGOUT)
    assert response.status_code == 403
    assert "<h1>Sign out?</h1>" in response.text
    token = page(response.text).values("csrfmiddlewaretoken")[0]
    assert strict.post(LOGOUT, {"csrfmiddlewaretoken": token}).status_code == 302


# --- Leaving quickly ---


def test_leaving_quickly_ends_the_session_and_goes_elsewhere(person, entered, settings) -> None:
    client = entered(person)
    client.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
    response = client.get(EXIT, headers=CLICK)
    assert response.status_code == 302
    assert response["Location"] == settings.SITE.exit_url
    assert "no-store" in response["Cache-Control"]
    assert not Session.objects.exists()
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert response.cookies[name]["max-age"] == 0


def test_a_cookie_with_an_odd_name_keeps_nobody_from_leaving(person, entered, settings) -> None:
    client = entered(person)
    odd = f"{settings.SESSION_COOKIE_NAME}[x]=1; {settings.CSRF_COOKIE_NAME}={'x' * 32}"
    response = client.get(EXIT, headers={**CLICK, "cookie": odd})
    assert response.status_code == 302
    assert response.cookies[settings.CSRF_COOKIE_NAME]["max-age"] == 0


def test_an_older_browser_leaves_by_its_referer(person, entered, settings) -> None:
    client = entered(person)
    response = client.get(EXIT, headers={"referer": "http://testserver/journal/"})
    assert response["Location"] == settings.SITE.exit_url
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors"},
        {**CLICK, "sec-purpose": "prefetch;prerender"},
        {"referer": "https://evil.example/"},
        {"referer": "http://testserver.evil.example/"},
        {"sec-fetch-site": "cross-site", "referer": "http://testserver/"},
    ],
)
def test_no_other_site_can_throw_anybody_out(person, entered, headers) -> None:
    client = entered(person)
    response = client.get(EXIT, headers=headers)
    assert response.status_code == 200
    assert 'href="/exit/"' in response.text
    assert not response.cookies
    assert Session.objects.exists()


def test_leaving_quickly_works_for_who_has_not_entered(client, settings) -> None:
    response = client.get(EXIT, headers=CLICK)
    assert response["Location"] == settings.SITE.exit_url
    assert not response.cookies


def test_leaving_quickly_works_without_the_database(person, entered, settings, monkeypatch) -> None:
    client = entered(person)

    def fail(*_args, **_kwargs):
        raise DatabaseError

    monkeypatch.setattr(SessionStore, "delete", fail)
    response = client.get(EXIT, headers=CLICK)
    assert response["Location"] == settings.SITE.exit_url
    assert response.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0


def test_the_operator_chooses_where_it_leads(client, settings) -> None:
    from dataclasses import replace

    settings.SITE = replace(settings.SITE, exit_url="https://library.example/")
    assert client.get(EXIT, headers=CLICK)["Location"] == "https://library.example/"


# --- Delete my account ---


def test_everything_of_one_person_goes_and_nothing_of_another(
    make_person, entered, django_capture_on_commit_callbacks, settings
) -> None:
    ana, ben = make_person("ana"), make_person("ben")
    client, other = entered(ana), entered(ben)
    entered(ana)
    add_recovery_key(ana.user, ana.keyring)
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=ben.user,
        content_type=people,
        object_id=ana.user.pk,
        object_repr="ana",
        action_flag=CHANGE,
    )
    client.post("/account/login/", {"username": "ana", "password": "a wrong password"})
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        response = client.post(DELETE, {"confirmation": " Delete. ", "password": ana.password})
    assert response["Location"] == reverse("gone")
    assert deletion.empty_write_ahead_log in callbacks
    assert list(User.objects.values_list("name", flat=True)) == ["ben"]
    for model in (DataKey, KeySlot, Session):
        assert set(model.objects.values_list("user_id", flat=True)) == {ben.user.pk}
    assert not LogEntry.objects.exists()
    assert client.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert "Everything is deleted" in client.get(reverse("gone")).text
    assert other.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("confirmation", "password", "advice"),
    [
        ("", "right", "Type the word “delete”."),
        ("yes", "right", "Type the word “delete”"),
        ("delete", "", "Type your password."),
        ("delete", "a wrong password", "That isn’t your password."),
    ],
)
def test_no_slip_deletes_anything(person, entered, confirmation, password, advice) -> None:
    password = person.password if password == "right" else password
    data = {"confirmation": confirmation, "password": password}
    response = entered(person).post(DELETE, data)
    assert response.status_code == 422
    assert advice in response.text
    assert User.objects.exists()


def test_deleting_asks_again_from_a_stale_page(person, entered, strict) -> None:
    strict.cookies = entered(person).cookies
    response = strict.post(DELETE, {"confirmation": "delete", "password": person.password})
    assert response.status_code == 403
    assert "Please press again" in response.text
    assert User.objects.exists()


def test_deleting_in_two_tabs_ends_at_the_door(person, entered, settings) -> None:
    client = entered(person)
    second = Client()
    second.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[
        settings.SESSION_COOKIE_NAME
    ].value
    data = {"confirmation": "delete", "password": person.password}
    client.post(DELETE, data)
    assert second.post(DELETE, data)["Location"].startswith("/account/login/")


@pytest.mark.django_db(transaction=True)
def test_no_key_and_no_name_stays_in_the_files(person, make_person, entered) -> None:
    """PostgreSQL forgets with the nightly ``tidy``, beside the rows of somebody who stays."""
    if connection.vendor == "postgresql":
        # Other tests had people of the same name, whose bytes may lie in pages of theirs.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM FULL")
    slots = [bytes(slot.sealed) for slot in KeySlot.objects.all()]
    make_person("somebody-who-stays")
    assert person.user.name.encode() in raw.files()
    assert any(slot in raw.files() for slot in slots)
    entered(person).post(DELETE, {"confirmation": "delete", "password": person.password})
    secrets = (person.user.name.encode(), *slots)

    def is_forgotten() -> bool:
        kept = raw.files()
        assert b"somebody-who-stays" in kept
        return not any(one in kept for one in secrets)

    assert raw.tidied(is_forgotten)
    assert not Throttle.objects.filter(key=person.user.name).exists()

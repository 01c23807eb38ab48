"""What the cover of a page asks of the server."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from workbook.accounts import throttles
from workbook.vault.models import Session

pytestmark = pytest.mark.django_db

TOUCH, UNCOVER = "/account/touch/", "/account/uncover/"
OWN = {"Alongside-Page": "1"}


def uncover(client: Client, name: str, password: str):
    return client.post(UNCOVER, {"username": name, "password": password}, headers=OWN)


def test_a_touch_is_noted_and_says_open_locked_or_signed_out(person, entered):
    client = entered(person)
    Session.objects.update(lock_minutes=15, seen_at=timezone.now() - timedelta(minutes=14))
    assert client.post(TOUCH, headers=OWN).status_code == 204
    assert timezone.now() - Session.objects.get().seen_at < timedelta(minutes=1)
    assert client.post(TOUCH, {"lock": "1"}, headers=OWN).status_code == 423
    assert Session.objects.get().sealed_keys is None
    assert client.post(TOUCH, headers=OWN).status_code == 423
    assert Client().post(TOUCH, headers=OWN).status_code == 401


def test_a_touch_that_comes_too_late_finds_it_locked(person, entered):
    client = entered(person)
    Session.objects.update(lock_minutes=15, seen_at=timezone.now() - timedelta(minutes=16))
    assert client.post(TOUCH, headers=OWN).status_code == 423


@pytest.mark.parametrize("address", [TOUCH, UNCOVER])
def test_another_sites_form_can_do_nothing_here(address, person, entered):
    client = entered(person)
    answer = client.post(address, {"username": person.user.name, "password": person.password})
    assert answer.status_code == 403


def test_the_password_opens_a_locked_journal_and_the_session_stays_the_same(
    person, entered, is_open
):
    client = entered(person, locked=True)
    assert "isn’t your password" in uncover(client, person.user.name, "a wrong one").text
    assert not is_open(client)
    assert uncover(client, person.user.name, person.password).status_code == 204
    assert is_open(client)
    assert Session.objects.count() == 1


def test_signed_out_the_password_enters_again(person, is_open):
    client = Client()
    assert uncover(client, person.user.name, person.password).status_code == 204
    assert is_open(client)


def test_where_somebody_else_has_entered_nothing_opens(person, make_person, entered):
    client = entered(make_person("ben"))
    assert uncover(client, person.user.name, person.password).status_code == 409


def test_tries_are_counted(person, entered):
    client = entered(person, locked=True)
    tries = throttles.BROWSER.burst + throttles.PAIR.burst + 1
    answers = [uncover(client, person.user.name, "a wrong one") for _try in range(tries)]
    assert [answer.status_code for answer in answers[:-1]] == [422] * (tries - 1)
    assert answers[-1].status_code == 429
    assert "Try again" in answers[-1].text
    assert "Nothing is lost" in answers[0].text

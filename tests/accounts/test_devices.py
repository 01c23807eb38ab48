from datetime import timedelta

import pytest
from django.test import Client

from tests.accounts.conftest import NEW_PASSWORD
from workbook.accounts.models import User
from workbook.vault.models import KeySlot
from workbook.vault.passwords import open_with_password

DEVICES, RECOVER = "/account/devices/", "/account/recover/"
GIVEN = "given by the staff 123"

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(person, entered) -> Client:
    """A browser that its person has called their own, and left."""
    client = entered(person)
    client.post(DEVICES, {"password": person.password})
    client.post("/account/leave/")
    return client


def device_slots():
    return KeySlot.objects.filter(kind="device")


def test_joining_on_an_own_device_remembers_it_and_on_others_not() -> None:
    own, other = Client(), Client()
    own.post("/account/join/", {"username": "a", "password": NEW_PASSWORD, "device": "mine"})
    other.post("/account/join/", {"username": "b", "password": NEW_PASSWORD, "device": "home"})
    cookie = own.cookies["alongside-device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 90 * 24 * 3600
    assert "alongside-device" not in other.cookies
    assert device_slots().count() == 1


def test_remembering_asks_for_the_password(person, entered) -> None:
    client = entered(person)
    response = client.post(DEVICES, {"password": "a wrong password"})
    assert "That isn’t your password." in response.text
    assert not device_slots().exists()


def test_remembering_twice_remembers_once(person, entered) -> None:
    client = entered(person)
    for _ in range(2):
        client.post(DEVICES, {"password": person.password})
    assert device_slots().count() == 1
    assert "This device is one of them." in client.get(DEVICES).text


def test_it_sets_a_new_password_that_opens_everything(phone, person, is_open) -> None:
    page = phone.get(RECOVER).text
    assert "Or with this device" in page
    assert person.user.name not in page
    response = phone.post(RECOVER, {"password": NEW_PASSWORD, "device": "1"})
    assert response["Location"] == "/account/"
    assert is_open(phone)
    opened = open_with_password(User.objects.get(), NEW_PASSWORD)
    assert opened
    assert opened.held == person.keyring.held


def test_a_weak_password_is_refused_there_too(phone, person) -> None:
    response = phone.post(RECOVER, {"password": "short", "device": "1"})
    assert "Make it at least 12 characters long." in response.text
    assert open_with_password(User.objects.get(), person.password)


def test_it_opens_the_journal_after_staff_have_set_a_password(
    phone, person, enter, is_open
) -> None:
    user = User.objects.get()
    user.set_password(GIVEN)
    user.save()
    assert enter(phone, user.name, GIVEN)["Location"] == "/account/password/"
    assert not is_open(phone)
    response = phone.post("/account/password/", {"current": GIVEN, "password": NEW_PASSWORD})
    assert response["Location"] == "/account/"
    assert is_open(phone)


def test_it_opens_a_closed_journal_at_entering(phone, person, enter, is_open) -> None:
    user = User.objects.get()
    user.set_password(NEW_PASSWORD)
    user.password_is_own = True
    user.save()
    enter(phone, user.name, NEW_PASSWORD)
    assert is_open(phone)
    assert open_with_password(user, NEW_PASSWORD)


def test_without_having_entered_it_shows_nothing(phone) -> None:
    assert phone.get("/account/").status_code == 302
    assert phone.get("/account/devices/").status_code == 302


def test_a_lost_one_is_ended_from_another_device(phone, person, entered) -> None:
    other = entered(person)
    slot = device_slots().get()
    page = other.post(DEVICES, {"end": str(slot.id)}, follow=True)
    assert "can’t open your journal anymore" in page.text
    assert "Or with this device" not in phone.get(RECOVER).text
    response = phone.post(RECOVER, {"password": NEW_PASSWORD, "device": "1"})
    assert "This device can’t open a journal anymore." in response.text
    assert open_with_password(User.objects.get(), person.password)


def test_nobody_ends_the_device_of_someone_else(phone, make_person, entered) -> None:
    slot = device_slots().get()
    entered(make_person("ben")).post(DEVICES, {"end": str(slot.id)})
    assert entered(make_person("cai")).post(DEVICES, {"end": "nonsense"}).status_code == 302
    assert device_slots().count() == 1


def test_after_90_days_it_opens_nothing(phone) -> None:
    slot = device_slots().get()
    device_slots().update(expires_on=slot.expires_on - timedelta(days=90))
    assert "Or with this device" not in phone.get(RECOVER).text


def test_a_made_up_secret_opens_nothing(client) -> None:
    client.cookies["alongside-device"] = "x" * 43
    assert client.get(RECOVER).status_code == 200
    response = client.post(RECOVER, {"password": NEW_PASSWORD, "device": "1"})
    assert "This device can’t open a journal anymore." in response.text


def test_the_device_of_one_person_opens_nothing_of_another(
    phone, make_person, enter, is_open
) -> None:
    ben = make_person("ben").user
    ben.set_password(NEW_PASSWORD)
    ben.password_is_own = True
    ben.save()
    response = enter(phone, "ben", NEW_PASSWORD)
    assert response["Location"] == "/account/closed/"
    assert not is_open(phone)


def test_leaving_quickly_takes_the_secret_along(person, entered) -> None:
    client = entered(person)
    client.post(DEVICES, {"password": person.password})
    click = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
    response = client.get("/exit/", headers=click)
    assert response.cookies["alongside-device"]["max-age"] == 0

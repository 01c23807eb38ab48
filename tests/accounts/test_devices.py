"""A device of one's own, by itself, opens nothing: it may ask, and then waits two days."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.conftest import NEW_PASSWORD
from workbook.accounts import waits
from workbook.accounts.events import EventKind, events_of
from workbook.accounts.models import User, Wait
from workbook.vault.models import KeySlot, Session
from workbook.vault.passwords import open_with_password
from workbook.vault.recovery_keys import add_recovery_key

DEVICES, RECOVER, LOGIN, LOGOUT = (
    "/account/devices/",
    "/account/recover/",
    "/account/login/",
    "/account/logout/",
)
GIVEN = "given by the staff 123"
ASK, SET = {"wait": "1"}, {"password": NEW_PASSWORD, "device": "1"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(person, entered) -> Client:
    """A browser that its person lets wait; its session is over, and nobody has signed out."""
    client = entered(person)
    client.post(DEVICES, {"password": person.password})
    Session.objects.all().delete()
    return client


def device_slots():
    return KeySlot.objects.filter(kind="device")


def pass_time(**span: float) -> None:
    for wait in Wait.objects.all():
        Wait.objects.filter(pk=wait.pk).update(begun_at=wait.begun_at - timedelta(**span))


def held_by(password: str):
    keyring = open_with_password(User.objects.get(), password)
    return keyring.held if keyring else ()


# --- What whoever holds the phone can't do ---


def test_whoever_holds_the_phone_sets_no_password(phone, person) -> None:
    phone.post(RECOVER, SET)
    assert held_by(NEW_PASSWORD) == ()
    assert held_by(person.password) == person.keyring.held
    assert not Session.objects.exists()


def test_nor_from_a_locked_journal(person, entered, is_open) -> None:
    client = entered(person)
    client.post(DEVICES, {"password": person.password})
    client.post("/account/lock/")
    client.post(RECOVER, SET)
    assert not is_open(client)
    assert held_by(NEW_PASSWORD) == ()


def test_nor_after_signing_out(person, entered) -> None:
    client = entered(person)
    client.post(DEVICES, {"password": person.password})
    kept = client.cookies["alongside-device"].value
    client.post(LOGOUT)
    assert client.cookies["alongside-device"].value == ""
    assert not device_slots().exists()
    client.cookies["alongside-device"] = kept
    assert "48 hours" not in client.get(RECOVER).text
    client.post(RECOVER, ASK)
    assert not Wait.objects.exists()


def test_nor_does_it_open_the_journal_after_staff_have_set_a_password(
    phone, person, log_in, is_open
) -> None:
    user = User.objects.get()
    user.set_password(GIVEN)
    user.save()
    log_in(phone, user.name, GIVEN)
    phone.post("/account/password/", {"current": GIVEN, "password": NEW_PASSWORD})
    assert not is_open(phone)
    phone.post(LOGOUT)
    log_in(phone, user.name, NEW_PASSWORD)
    assert not is_open(phone)
    assert held_by(NEW_PASSWORD) == ()


def test_without_having_signed_in_it_shows_nothing(phone, person) -> None:
    assert phone.get("/account/").status_code == 302
    assert phone.get(DEVICES).status_code == 302
    assert person.user.name not in phone.get(RECOVER).text


# --- Turning it on ---


def test_no_device_is_remembered_without_being_asked_for(client) -> None:
    client.post("/account/signup/", {"username": "a", "password": NEW_PASSWORD, "device": "mine"})
    assert "alongside-device" not in client.cookies
    assert not device_slots().exists()


def test_turning_it_on_asks_for_the_open_journal_and_the_password(person, entered) -> None:
    locked, client = entered(person, locked=True), entered(person)
    locked.post(DEVICES, {"password": person.password})
    assert not device_slots().exists()
    assert "That isn’t your password." in client.post(DEVICES, {"password": "a wrong one"}).text
    assert not device_slots().exists()
    client.post(DEVICES, {"password": person.password})
    cookie = client.cookies["alongside-device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 90 * 24 * 3600
    client.post(DEVICES, {"password": person.password})
    assert device_slots().count() == 1


def test_it_can_not_be_turned_on_where_others_use_the_device(person, client, log_in) -> None:
    log_in(client, person.user.name, person.password, shared_device="on")
    assert "never on a device that others use" in client.get(DEVICES).text
    client.post(DEVICES, {"password": person.password})
    assert not device_slots().exists()


def test_saying_that_others_use_the_device_turns_it_off(phone, person, log_in) -> None:
    log_in(phone, person.user.name, person.password, shared_device="on")
    assert not device_slots().exists()
    assert phone.cookies["alongside-device"].value == ""


# --- Waiting ---


def test_after_48_hours_it_sets_a_new_password_that_opens_everything(
    phone, person, is_open
) -> None:
    assert phone.post(RECOVER, ASK)["Location"] == RECOVER
    pass_time(hours=47.9)
    phone.post(RECOVER, SET)
    assert held_by(NEW_PASSWORD) == ()
    pass_time(hours=0.2)
    assert "The 48 hours are over" in phone.get(RECOVER).text
    assert phone.post(RECOVER, SET)["Location"] == "/account/"
    assert is_open(phone)
    assert held_by(NEW_PASSWORD) == person.keyring.held
    assert not Wait.objects.exists()
    assert not device_slots().exists()


def test_a_weak_password_is_refused_there_too(phone, person) -> None:
    phone.post(RECOVER, ASK)
    pass_time(hours=49)
    response = phone.post(RECOVER, {"password": "short", "device": "1"})
    assert "Make it at least 12 characters long." in response.text
    assert held_by(person.password)


def test_a_week_after_it_was_asked_for_it_has_lapsed(phone) -> None:
    phone.post(RECOVER, ASK)
    pass_time(days=7.1)
    phone.post(RECOVER, SET)
    assert held_by(NEW_PASSWORD) == ()
    phone.post(RECOVER, ASK)
    phone.post(RECOVER, SET)
    assert held_by(NEW_PASSWORD) == ()


def test_asking_again_does_not_begin_anew(phone) -> None:
    phone.post(RECOVER, ASK)
    pass_time(hours=24)
    begun = Wait.objects.get().begun_at
    phone.post(RECOVER, ASK)
    assert Wait.objects.get().begun_at == begun


def test_only_one_device_waits_at_a_time(phone, person, entered) -> None:
    other = entered(person)
    other.post(DEVICES, {"password": person.password})
    Session.objects.all().delete()
    phone.post(RECOVER, ASK)
    assert "Another device is waiting" in other.post(RECOVER, ASK, follow=True).text
    assert Wait.objects.count() == 1
    pass_time(hours=49)
    other.post(RECOVER, SET)
    assert held_by(NEW_PASSWORD) == ()


def test_whoever_holds_the_device_sees_that_it_waits_and_can_stop_it(phone, person) -> None:
    phone.post(RECOVER, ASK)
    for address in (LOGIN, RECOVER):
        page = phone.get(address).text
        assert 'class="notice waiting"' in page
        assert person.user.name not in page
    phone.post(RECOVER, {"stop": "1"})
    assert not Wait.objects.exists()
    assert 'class="notice waiting"' not in phone.get(LOGIN).text


def test_the_locked_page_of_that_phone_shows_it(person, entered) -> None:
    client = entered(person)
    client.post(DEVICES, {"password": person.password})
    client.post("/account/lock/")
    client.post(RECOVER, ASK)
    assert 'class="notice waiting"' in client.get(LOGIN).text
    touched = client.post(reverse("touch"), {"lock": "1"}, headers={"Alongside-Page": "1"})
    assert touched.status_code == 423
    assert touched["Content-Type"].startswith("text/plain")
    assert "48 hours" in touched.text


def test_signing_in_anywhere_ends_it_and_says_so(phone, person, client, log_in) -> None:
    phone.post(RECOVER, ASK)
    log_in(client, person.user.name, person.password)
    assert not Wait.objects.exists()
    page = client.get("/account/").text
    assert "was asked to open your journal" in page
    assert {told.kind for told in events_of(person.user, person.keyring)} >= {EventKind.WAIT_BEGUN}
    pass_time(hours=49)
    phone.post(RECOVER, SET)
    assert held_by(NEW_PASSWORD) == ()


@pytest.mark.parametrize("way", ["unlock", "uncover", "backup key", "new password"])
def test_every_opening_by_something_known_ends_it(way, phone, person, entered, client) -> None:
    locked, here = entered(person, locked=True), entered(person)
    code = add_recovery_key(person.user, person.keyring)
    phone.post(RECOVER, ASK)
    assert Wait.objects.exists()
    word = {"username": person.user.name, "password": person.password}
    if way == "unlock":
        locked.post(LOGIN, word)
    elif way == "uncover":
        locked.post(reverse("uncover"), word, headers={"Alongside-Page": "1"})
    elif way == "backup key":
        client.post(RECOVER, {"code": code, "password": NEW_PASSWORD})
    else:
        data = {"current": person.password, "password": NEW_PASSWORD}
        here.post("/account/password/", data)
    assert not Wait.objects.exists()


def test_a_wrong_password_and_a_password_of_staff_end_nothing(
    phone, person, client, log_in
) -> None:
    phone.post(RECOVER, ASK)
    log_in(client, person.user.name, "a wrong password")
    user = User.objects.get()
    user.set_password(GIVEN)
    user.save()
    log_in(client, user.name, GIVEN)
    assert Wait.objects.exists()
    client.post("/account/password/", {"current": GIVEN, "password": NEW_PASSWORD})
    assert 'class="notice waiting"' in client.get("/account/closed/").text


def test_nobody_waits_for_somebody_who_may_not_come_in(phone) -> None:
    phone.post(RECOVER, ASK)
    pass_time(hours=49)
    User.objects.update(is_active=False)
    phone.post(RECOVER, SET)
    assert held_by(NEW_PASSWORD) == ()


def test_a_sign_in_at_the_last_moment_wins(phone, person, monkeypatch) -> None:
    phone.post(RECOVER, ASK)
    pass_time(hours=49)
    real = waits.find_by_device

    def meanwhile(token):
        Wait.objects.all().delete()
        return real(token)

    monkeypatch.setattr(waits, "find_by_device", meanwhile)
    assert phone.post(RECOVER, SET).status_code == 409
    assert held_by(NEW_PASSWORD) == ()
    assert held_by(person.password) == person.keyring.held


# --- Ending ---


def test_a_lost_one_is_ended_from_another_device(phone, person, entered) -> None:
    phone.post(RECOVER, ASK)
    other = entered(person)
    slot = device_slots().get()
    page = other.post(DEVICES, {"end": str(slot.id)}, follow=True)
    assert "can’t open your journal anymore" in page.text
    pass_time(hours=49)
    phone.post(RECOVER, SET)
    assert held_by(NEW_PASSWORD) == ()
    assert held_by(person.password)


def test_signing_a_browser_out_from_elsewhere_ends_its_device(person, entered) -> None:
    lost, other = entered(person), entered(person)
    for client in (lost, other):
        client.post(DEVICES, {"password": person.password})
    rows = Session.objects.order_by("created_on")
    own = {row.pk for row in rows if f'value="{row.pk}"' not in other.get(DEVICES).text}
    [lost_row] = [row.pk for row in rows if row.pk not in own]
    other.post(DEVICES, {"out": lost_row})
    assert "48 hours" not in lost.get(RECOVER).text
    assert device_slots().count() == 1


@pytest.mark.parametrize(
    ("address", "more"),
    [("/account/others/", {}), ("/account/password/", {"password": NEW_PASSWORD})],
)
def test_what_signs_out_every_other_browser_ends_their_devices(
    person, entered, address, more
) -> None:
    lost, here = entered(person), entered(person)
    for client in (lost, here):
        client.post(DEVICES, {"password": person.password})
    here.post(address, {"current": person.password, **more})
    assert device_slots().count() == 1
    lost.post(RECOVER, ASK)
    assert not Wait.objects.exists()
    here.post(RECOVER, ASK)
    assert Wait.objects.exists()


def test_staff_who_sign_somebody_out_end_their_devices(phone, make_person, entered) -> None:
    operator = make_person("operator")
    User.objects.filter(name="operator").update(is_staff=True, is_superuser=True)
    slot = device_slots().get()
    data = {"action": "sign_out", "_selected_action": [slot.user_id]}
    entered(operator).post("/admin/accounts/user/", data)
    assert not device_slots().exists()


def test_nobody_ends_the_device_of_someone_else(phone, make_person, entered) -> None:
    slot = device_slots().get()
    entered(make_person("ben")).post(DEVICES, {"end": str(slot.id)})
    assert entered(make_person("cai")).post(DEVICES, {"end": "nonsense"}).status_code == 302
    bens = Client()
    bens.cookies = phone.cookies
    assert device_slots().count() == 1


def test_somebody_else_who_signs_out_there_does_not_end_it(phone, make_person, log_in) -> None:
    ben = make_person("ben")
    log_in(phone, "ben", ben.password)
    phone.post(LOGOUT)
    assert device_slots().count() == 1


def test_after_90_days_it_can_not_ask(phone) -> None:
    slot = device_slots().get()
    device_slots().update(expires_on=slot.expires_on - timedelta(days=90))
    phone.post(RECOVER, ASK)
    assert not Wait.objects.exists()


def test_a_made_up_secret_can_not_ask(client) -> None:
    client.cookies["alongside-device"] = "x" * 43
    assert client.get(RECOVER).status_code == 200
    assert "This device can’t ask" in client.post(RECOVER, ASK, follow=True).text
    assert "This device can’t ask" in client.post(RECOVER, SET).text


def test_leaving_quickly_ends_it(person, entered) -> None:
    client = entered(person)
    client.post(DEVICES, {"password": person.password})
    click = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
    response = client.get("/exit/", headers=click)
    assert response.cookies["alongside-device"]["max-age"] == 0
    assert not device_slots().exists()

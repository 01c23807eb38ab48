"""Signing in by a passkey, and what a lying device or browser gets by it."""

import json
import os
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from tests.accounts.code_apps import App, turn_on
from tests.accounts.passkeys import (
    PAGE,
    PRESENT,
    Browser,
    Device,
)
from tests.accounts.passkeys import a_site_with_a_name as a_site_with_a_name
from tests.accounts.passkeys import ana as ana
from tests.accounts.passkeys import device as device
from tests.accounts.passkeys import phone as phone
from tests.campaigns import rounds
from workbook.accounts import passkeys as challenges
from workbook.accounts import throttles
from workbook.accounts.models import User, Wait
from workbook.vault.models import KeySlot, Passkey, Session
from workbook.vault.passkeys import Unproven

LOGIN, ADMIN = "/account/login/", "/admin/accounts/user/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("a_site_with_a_name")]


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def slots():
    return KeySlot.objects.filter(kind="passkey")


# --- Signing in ---


def test_a_passkey_signs_in_and_opens_the_journal_without_a_name(phone, is_open) -> None:
    response = phone.log_in(next="/journal/")
    assert response["Location"] == "/journal/"
    assert is_open(phone.client)


def test_without_prf_it_signs_in_and_the_password_opens(ana, entered, is_open) -> None:
    browser = Browser(entered(ana), Device(has_prf=False))
    browser.add(ana.password)
    assert Passkey.objects.count() == 1
    assert not slots().exists()
    assert "Your password opens your journal" in browser.client.get(PAGE).text
    browser.client = Client()
    response = browser.log_in(next="/journal/")
    assert response["Location"] == f"{LOGIN}?next=%2Fjournal%2F"
    assert is_in(browser.client)
    assert not is_open(browser.client)
    browser.client.post(LOGIN, {"username": "ana", "password": ana.password})
    assert is_open(browser.client)


def test_it_opens_a_locked_journal_in_the_session_that_is_there(phone, is_open) -> None:
    phone.log_in()
    before = set(Session.objects.values_list("pk", flat=True))
    phone.client.post("/account/lock/")
    assert not is_open(phone.client)
    phone.log_in()
    assert is_open(phone.client)
    assert set(Session.objects.values_list("pk", flat=True)) == before


def test_on_a_device_that_others_use_it_still_forgets(phone, settings) -> None:
    phone.log_in(shared_device="on")
    assert not phone.client.cookies[settings.SESSION_COOKIE_NAME]["max-age"]
    assert Session.objects.get().lock_minutes == 5


def test_it_is_both_steps_for_somebody_with_a_code_app(
    ana, phone, log_in, monkeypatch, is_open
) -> None:
    phone.log_in()
    turn_on(phone.client, ana, App(monkeypatch))
    phone.client = Client()
    log_in(phone.client, "ana", ana.password)
    assert not is_in(phone.client)
    phone.log_in()
    assert is_open(phone.client)


def test_opening_by_it_ends_a_wait(ana, phone, entered) -> None:
    lost = entered(ana)
    lost.post("/account/devices/", {"password": ana.password})
    lost.post("/account/recover/", {"wait": "1"})
    assert Wait.objects.exists()
    phone.log_in()
    assert not Wait.objects.exists()


# --- Attacks at signing in ---


def test_what_was_sent_once_is_refused_the_second_time(phone) -> None:
    options = phone.options()
    shown = json.dumps(phone.device.show(options["publicKey"]))
    data = {
        "token": options["token"],
        "shown": shown,
        "answer": phone.device.answer(options["publicKey"]),
    }
    address = "/account/login/passkey/"
    assert phone.client.post(address, data).status_code == 302
    thief = Client()
    assert thief.post(address, data).status_code == 403
    assert not is_in(thief)


def test_nor_after_midnight(db: None, monkeypatch) -> None:
    challenge = os.urandom(32)
    late = timezone.now().replace(hour=23, minute=59, second=58)
    monkeypatch.setattr(throttles.timezone, "now", lambda: late)
    challenges.spend(challenge)
    monkeypatch.setattr(throttles.timezone, "now", lambda: late + timedelta(seconds=5))
    with pytest.raises(Unproven):
        challenges.spend(challenge)


def test_a_challenge_is_the_sites_own_and_five_minutes_old_at_most(phone, monkeypatch) -> None:
    options = phone.options()
    own = options | {"publicKey": options["publicKey"] | {"challenge": "A" * 43}}
    assert phone.send(own).status_code == 403
    assert phone.send(options | {"token": options["token"] + "x"}).status_code == 403
    monkeypatch.setattr(challenges, "CHALLENGE_SECONDS", -1)
    assert phone.send(options).status_code == 403
    assert not is_in(phone.client)


def test_a_challenge_for_something_else_doesnt_sign_in(ana, phone, entered) -> None:
    here = Browser(entered(ana), phone.device)
    begun = here.post(step="begin", alone="yes", password=ana.password).json()
    begun["publicKey"] |= {"extensions": phone.options()["publicKey"]["extensions"]}
    assert phone.send(begun).status_code == 403


@pytest.mark.parametrize(
    "lie",
    [
        {"flags": PRESENT},
        {"flags": 0},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9"},
        {"origin": "http://sub.localhost"},
        {"rp_id": "evil.example"},
        {"cross_origin": True},
        {"credential_id": b"x" * 32},
        {"user_handle": b""},
        {"user_handle": b"x" * 16},
        {"user_handle": b"x" * 4000},
    ],
    ids=lambda lie: str(next(iter(lie.items())))[:40],
)
def test_a_device_or_browser_that_lies_is_refused(phone, lie) -> None:
    for name, value in lie.items():
        setattr(phone.device, name, value)
    response = phone.log_in()
    assert response.status_code == 403
    assert "That passkey isn’t known here." in response.text
    assert not is_in(phone.client)
    assert not Session.objects.exists()


def test_another_key_of_the_same_name_is_refused(phone) -> None:
    phone.device.key = Device().key
    assert phone.log_in().status_code == 403


def test_somebody_elses_passkey_signs_in_nobody_but_them(phone, make_person, entered) -> None:
    ben = make_person("ben")
    bens = Browser(entered(ben), Device())
    bens.add(ben.password)
    bens.client, bens.device.user_handle = Client(), phone.device.user_handle
    assert bens.log_in().status_code == 403


def test_a_passkey_that_counts_backwards_is_refused_and_stays(ana, entered, is_open) -> None:
    device = Device()
    device.counts = True
    browser = Browser(entered(ana), device)
    browser.add(ana.password)
    browser.client = Client()
    assert browser.log_in().status_code == 302
    device.count = 0
    copy = Browser(Client(), device)
    assert copy.log_in().status_code == 403
    assert Passkey.objects.count() == 1
    device.count = 50
    assert browser.log_in().status_code == 302
    assert is_open(browser.client)


def test_whoever_may_not_come_in_is_answered_like_a_stranger(phone) -> None:
    User.objects.update(is_active=False)
    response = phone.log_in()
    assert response.status_code == 403
    assert "That passkey isn’t known here." in response.text


def test_a_wrong_answer_signs_in_and_opens_nothing(phone, is_open) -> None:
    for answer in ("", "A" * 43, "not base64!!", urlsafe_b64encode(os.urandom(31)).decode()):
        phone.client = Client()
        assert phone.log_in(answer=answer).status_code == 302, answer
        assert is_in(phone.client)
        assert not is_open(phone.client)


def test_the_right_answer_without_the_passkey_opens_nothing(phone, ana, is_open) -> None:
    options = phone.options()
    answer = phone.device.answer(options["publicKey"])
    thief = Browser(Client(), Device())
    thief.device.rp_id, thief.device.user_handle = "localhost", phone.device.user_handle
    thief.device.credential_id = phone.device.credential_id
    assert thief.send(options, answer=answer).status_code == 403
    assert not is_in(thief.client)


def test_a_page_from_another_site_signs_nobody_in(phone) -> None:
    phone.client = Client(enforce_csrf_checks=True)
    response = phone.client.post("/account/login/passkey/", {"token": "x", "shown": "{}"})
    assert response.status_code == 403
    assert "Please press again." in response.text


ODD = [
    "",
    "[]",
    "null",
    "{}",
    '{"response": []}',
    '{"id": 1, "rawId": 2, "response": {}}',
    "[" * 10_000,
    '{"id":"a","rawId":"a","response":{"clientDataJSON":"e30","authenticatorData":"","signature":"","userHandle":""}}',
    "x" * 30_000,
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_nonsense_is_refused_and_breaks_nothing(phone, odd) -> None:
    token = phone.options()["token"]
    response = phone.client.post("/account/login/passkey/", {"token": token, "shown": odd})
    assert response.status_code == 403


@with_settings(max_examples=rounds(200), suppress_health_check=list(HealthCheck))
@given(
    field=st.sampled_from(["authenticatorData", "clientDataJSON", "signature", "userHandle"]),
    where=st.floats(0, 1, exclude_max=True),
    flip=st.integers(1, 255),
    cut=st.none() | st.floats(0, 1, exclude_max=True),
)
def test_bytes_that_were_changed_on_the_way_sign_nobody_in(
    phone, monkeypatch, field, where, flip, cut
) -> None:
    monkeypatch.setattr(throttles, "RECOVERY_KEY", throttles.Bucket(10_000, 1))
    options = phone.options()
    shown = phone.device.show(options["publicKey"])
    content = bytearray(challenges.urlsafe_b64decode(shown["response"][field] + "=="))
    content[int(where * len(content))] ^= flip
    if cut is not None:
        content = content[: int(cut * len(content))]
    shown["response"][field] = urlsafe_b64encode(bytes(content)).decode().rstrip("=")
    sent = {"token": options["token"], "shown": json.dumps(shown)}
    assert phone.client.post("/account/login/passkey/", sent).status_code == 403
    assert not Session.objects.exists()

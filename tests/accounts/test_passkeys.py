"""Passkeys: what signs in, what opens a journal, and what a lying device or browser gets by it."""

import json
import os
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.cose import ES384
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from tests import raw
from tests.accounts.code_apps import App, turn_on
from tests.accounts.conftest import NEW_PASSWORD
from tests.accounts.passkeys import PRESENT, Browser, Device
from tests.campaigns import rounds
from tests.elements import page
from workbook.accounts import passkeys as challenges
from workbook.accounts import throttles
from workbook.accounts.events import EventKind, events_of
from workbook.accounts.models import User, Wait
from workbook.vault import rotation
from workbook.vault.models import CodeApp, KeySlot, Passkey, Session
from workbook.vault.passkey_slots import salt_for
from workbook.vault.passkeys import Unproven, passkeys_possible
from workbook.vault.recovery_keys import add_recovery_key, prove_recovery_key
from workbook.vault.resealing import replace_data_key

PAGE, LOGIN, ADMIN = "/account/passkeys/", "/account/login/", "/admin/accounts/user/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_site_with_a_name(settings) -> None:
    settings.SITE_URL = "http://localhost"


@pytest.fixture
def ana(make_person):
    """Somebody with a password and a backup key that was checked."""
    ana = make_person("ana")
    ana.code = add_recovery_key(ana.user, ana.keyring)
    prove_recovery_key(ana.user, ana.code)
    return ana


@pytest.fixture
def device(a_site_with_a_name) -> Device:
    return Device()


@pytest.fixture
def phone(ana, entered, device) -> Browser:
    """A browser of hers, signed out, whose device has a passkey that opens her journal."""
    browser = Browser(entered(ana), device)
    assert browser.add(ana.password).json() == {"go": PAGE}
    browser.client = Client()
    Session.objects.all().delete()
    return browser


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def slots():
    return KeySlot.objects.filter(kind="passkey")


def kinds(person) -> set[str]:
    return {told.kind for told in events_of(person.user, person.keyring)}


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


# --- Adding one ---


def test_whoever_isnt_alone_with_the_device_is_told_why_not(ana, entered, device) -> None:
    browser = Browser(entered(ana), device)
    for alone in ("no", "", "perhaps"):
        reply = browser.add(ana.password, alone=alone)
        assert reply.status_code == 422
        assert "Anyone who can unlock this device" in reply.json()["error"]
    assert not Passkey.objects.exists()


def test_none_is_added_on_a_device_that_others_use(ana, client, log_in, device) -> None:
    log_in(client, "ana", ana.password, shared_device="on")
    assert "others use this device" in client.get(PAGE).text
    assert not page(client.get(PAGE).text).all("form", data_passkey_add="")
    assert Browser(client, device).add(ana.password).status_code == 422


def test_it_asks_for_the_open_journal_and_the_password(ana, entered, device) -> None:
    assert Browser(entered(ana, locked=True), device).add(ana.password).status_code == 302
    reply = Browser(entered(ana), device).add("a wrong password")
    assert reply.json() == {"error": "That isn’t your password."}
    assert not Passkey.objects.exists()


def test_typing_wrong_passwords_there_is_slowed(ana, entered, device) -> None:
    browser = Browser(entered(ana), device)
    statuses = [browser.add("a wrong password").status_code for _try in range(40)]
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "lie",
    [
        {"flags": PRESENT},
        {"origin": "https://evil.example"},
        {"rp_id": "x"},
        {"cross_origin": True},
    ],
    ids=str,
)
def test_none_is_kept_of_a_device_that_lies(ana, entered, device, lie) -> None:
    for name, value in lie.items():
        setattr(device, name, value)
    reply = Browser(entered(ana), device).add(ana.password)
    assert reply.status_code == 422
    assert not Passkey.objects.exists()


def test_what_was_made_for_one_session_counts_in_no_other(ana, entered, make_person) -> None:
    one, other, ben = entered(ana), entered(ana), entered(make_person("ben"))
    device = Device()
    begun = Browser(one, device).post(step="begin", alone="yes", password=ana.password).json()
    made = json.dumps(device.make(begun["publicKey"]))
    for client in (other, ben):
        reply = client.post(PAGE, {"step": "made", "token": begun["token"], "made": made})
        assert reply.status_code == 422
    reply = one.post(PAGE, {"step": "made", "token": begun["token"], "made": made})
    assert reply.status_code == 200
    again = one.post(PAGE, {"step": "made", "token": begun["token"], "made": made})
    assert again.status_code == 422
    assert Passkey.objects.count() == 1


def test_a_kind_of_key_that_wasnt_asked_for_is_not_taken(ana, entered, device) -> None:
    device.key, device.kind = ec.generate_private_key(ec.SECP384R1()), ES384
    reply = Browser(entered(ana), device).add(ana.password)
    assert reply.status_code == 422
    assert not Passkey.objects.exists()


def test_the_device_is_told_its_persons_name_and_which_it_has_already(ana, entered, device) -> None:
    browser = Browser(entered(ana), device)
    browser.add(ana.password, label="my phone")
    options = browser.post(step="begin", alone="yes", password=ana.password).json()["publicKey"]
    assert options["user"]["name"] == options["user"]["displayName"] == "ana"
    assert options["rp"] == {"name": "Alongside", "id": "localhost"}
    assert [one["id"] for one in options["excludeCredentials"]]
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert "my phone" in browser.client.get(PAGE).text
    assert b"my phone" not in raw.everything_at_rest()


def test_with_neutral_titles_it_is_told_nothing_of_the_site(ana, entered, device) -> None:
    User.objects.update(neutral_titles=True)
    browser = Browser(entered(ana), device)
    options = browser.post(step="begin", alone="yes", password=ana.password).json()["publicKey"]
    assert options["rp"]["name"] == options["user"]["displayName"] == "Notes"


def test_adding_and_removing_are_told(ana, phone) -> None:
    assert EventKind.FACTOR_ADDED in kinds(ana)
    phone.log_in()
    phone.client.post(PAGE, {"end": str(Passkey.objects.get().id)})
    assert EventKind.FACTOR_REMOVED in kinds(ana)


# --- Opening the journal: tried before it is stored, and never the last way ---


class Forgetful(Device):
    """Answers otherwise each time, as some devices have done."""

    def answer(self, options):
        self.prf_secret = os.urandom(32)
        return super().answer(options)


class Constant(Device):
    def answer(self, options):
        return "A" * 43


class Claims(Device):
    """Has it when it is made, and not when it is shown."""

    asked = 0

    def answer(self, options):
        self.asked += 1
        return super().answer(options) if self.asked == 1 else ""


@pytest.mark.parametrize("kind", [Forgetful, Constant, Claims])
def test_a_device_that_only_claims_to_open_signs_in_all_the_same(
    kind, ana, entered, is_open
) -> None:
    browser = Browser(entered(ana), kind())
    assert browser.add(ana.password).json() == {"go": PAGE}
    assert not slots().exists()
    assert "This device doesn’t let a passkey open your journal." in browser.client.get(PAGE).text
    browser.client = Client()
    assert browser.log_in().status_code == 302
    assert is_in(browser.client)
    assert not is_open(browser.client)


def test_without_a_checked_backup_key_it_says_what_is_missing(make_person, entered, device) -> None:
    ben = make_person("ben")
    browser = Browser(entered(ben), device)
    for is_pending in (False, True):
        if is_pending:
            code = add_recovery_key(ben.user, ben.keyring)
        browser.add(ben.password)
        assert not slots().exists()
        assert "make a backup key and check it" in browser.client.get(PAGE).text
    prove_recovery_key(ben.user, code)
    row = Passkey.objects.order_by("created_on").first()
    reply = browser.post(step="again", passkey=str(row.id), alone="yes", password=ben.password)
    assert browser.open(reply.json()).status_code in {200, 422}


def test_one_that_only_signs_in_may_open_later(make_person, entered, device, is_open) -> None:
    ben = make_person("ben")
    browser = Browser(entered(ben), device)
    browser.add(ben.password)
    prove_recovery_key(ben.user, add_recovery_key(ben.user, ben.keyring))
    row = Passkey.objects.get()
    refused = browser.post(step="again", passkey=str(row.id), alone="no", password=ben.password)
    assert refused.status_code == 422
    reply = browser.post(step="again", passkey=str(row.id), alone="yes", password=ben.password)
    assert browser.open(reply.json()).json() == {"go": PAGE}
    browser.client = Client()
    browser.log_in()
    assert is_open(browser.client)


def test_another_passkey_cant_stand_in_for_the_one_that_is_to_open(ana, entered) -> None:
    client, first, second = entered(ana), Device(), Device()
    for device in (first, second):
        Browser(client, device).add(ana.password, opens=False)
    rows = {challenges_id(row): row for row in Passkey.objects.all()}
    row = rows[first.credential_id]
    ask = {"step": "again", "passkey": str(row.id), "alone": "yes", "password": ana.password}
    assert Browser(client, second).open(client.post(PAGE, ask).json()).status_code == 422
    assert not slots().exists()
    assert Browser(client, first).open(client.post(PAGE, ask).json()).status_code == 200
    assert slots().count() == 1


def challenges_id(row) -> bytes:
    from workbook.vault.passkeys import credential_id_of

    return credential_id_of(row)


def test_nobody_lets_a_passkey_of_somebody_else_open(ana, phone, make_person, entered) -> None:
    ben = make_person("ben")
    prove_recovery_key(ben.user, add_recovery_key(ben.user, ben.keyring))
    anas = str(Passkey.objects.get().id)
    bens = Browser(entered(ben), phone.device)
    ask = {"step": "again", "passkey": anas, "alone": "yes", "password": ben.password}
    assert bens.post(**ask).status_code == 422
    bens.client.post(PAGE, {"end": anas})
    assert Passkey.objects.count() == 1


def test_two_devices_each_open(ana, entered, is_open) -> None:
    browsers = [Browser(entered(ana), Device()) for _which in range(2)]
    for browser in browsers:
        browser.add(ana.password)
    assert slots().count() == 2
    for browser in browsers:
        browser.client = Client()
        browser.log_in()
        assert is_open(browser.client)


def test_removing_one_destroys_nothing(ana, phone, log_in, is_open) -> None:
    phone.log_in()
    phone.client.post(PAGE, {"end": str(Passkey.objects.get().id)})
    assert not Passkey.objects.exists()
    assert not slots().exists()
    again = Client()
    log_in(again, "ana", ana.password)
    assert is_open(again)
    recovered = Client()
    recovered.post("/account/recover/", {"code": ana.code, "password": NEW_PASSWORD})
    assert is_open(recovered)
    phone.client = Client()
    assert phone.log_in().status_code == 403


# --- When keys change ---


def test_it_goes_on_when_the_password_changes(ana, phone, entered, is_open) -> None:
    data = {"current": ana.password, "password": NEW_PASSWORD}
    entered(ana).post("/account/password/", data)
    phone.log_in()
    assert is_open(phone.client)


def test_its_owner_opens_the_journal_by_it_after_staff_set_a_password(phone, is_open) -> None:
    user = User.objects.get()
    user.set_password("given by the staff 123")
    user.save()
    assert phone.log_in(next="/journal/")["Location"] == "/journal/"
    assert "set a password for your account" in phone.client.get("/account/").text
    assert is_open(phone.client)


def test_it_follows_a_rotation_of_the_servers_keys(phone, settings, is_open) -> None:
    settings.WORKBOOK_KEYS = (b"n" * 32, *settings.WORKBOOK_KEYS)
    assert rotation.rewrap_all().left == 0
    settings.WORKBOOK_KEYS = settings.WORKBOOK_KEYS[:1]
    phone.log_in()
    assert is_open(phone.client)


def test_a_replaced_data_key_ends_it(ana, phone) -> None:
    replace_data_key(ana.user, ana.keyring, ana.password, ana.code)
    assert not Passkey.objects.exists()
    assert not slots().exists()
    assert phone.log_in().status_code == 403


def test_one_of_a_newer_part_ends_when_the_older_one_is_regained(ana, log_in, entered) -> None:
    mine = Browser(entered(ana), Device())
    mine.add(ana.password)
    user = User.objects.get()
    user.set_password("given by the staff 123")
    user.save()
    thief, theirs = Client(), "chosen by the thief 123"
    log_in(thief, "ana", "given by the staff 123")
    begun = {"current": "given by the staff 123", "password": theirs, "begin": "1"}
    thief.post("/account/closed/", begun)
    bad = Browser(thief, Device())
    assert bad.add(theirs).status_code == 200
    assert Passkey.objects.count() == 2
    Client().post("/account/recover/", {"code": ana.code, "password": NEW_PASSWORD})
    bad.client = Client()
    assert bad.log_in().status_code == 403
    # Her own ends with the data key that took the place of hers: it is made anew.
    assert not Passkey.objects.exists()


def test_a_changed_address_of_the_site_ends_them(phone, settings) -> None:
    settings.SITE_URL, settings.SITE_IS_HTTPS = "https://elsewhere.example", True
    phone.device.origin = "https://elsewhere.example"
    assert phone.log_in().status_code == 403
    assert salt_for("elsewhere.example") != salt_for("localhost")


@pytest.mark.parametrize(
    ("address", "is_https", "possible"),
    [
        ("https://workbook.example.org", True, True),
        ("http://localhost:8000", False, True),
        ("http://127.0.0.1:8000", False, False),
        ("https://192.0.2.7", True, False),
        ("https://[2001:db8::1]", True, False),
        ("http://workbook.example.org", False, False),
    ],
)
def test_they_are_offered_only_where_browsers_allow_them(
    settings, client, address, is_https, possible
) -> None:
    settings.SITE_URL, settings.SITE_IS_HTTPS = address, is_https
    assert passkeys_possible() == possible
    offered = page(client.get(LOGIN).text).all("form", action=reverse("login-by-passkey"))
    assert bool(offered) == possible
    assert (client.post(reverse("passkey-options")).status_code == 200) == possible


# --- What lies at rest, and in the logs ---


def test_what_it_answers_lies_nowhere(ana, entered, device, caplog) -> None:
    browser = Browser(entered(ana), device)
    caplog.set_level("INFO")
    browser.add(ana.password)
    options = browser.options()
    answer = device.answer(options["publicKey"])
    browser.client = Client()
    browser.send(options)
    assert is_in(browser.client)
    at_rest = raw.everything_at_rest()
    secret = challenges.urlsafe_b64decode(answer + "==")
    needles = [answer.encode(), secret, secret.hex().encode(), device.prf_secret]
    needles += [device.credential_id, device.credential_id.hex().encode()]
    assert not [needle for needle in needles if needle in at_rest]
    for record in caplog.records:
        said = record.getMessage()
        assert answer not in said
        assert device.credential_id.hex() not in said


def test_the_answer_never_reaches_the_library_that_reads_the_rest(phone, monkeypatch) -> None:
    from fido2.webauthn import AuthenticationResponse

    seen = []
    real = AuthenticationResponse.from_dict

    def spying(data):
        seen.append(data)
        return real(data)

    monkeypatch.setattr(AuthenticationResponse, "from_dict", spying)
    options = phone.options()
    shown = phone.device.show(options["publicKey"])
    results = {"prf": {"results": {"first": "S" * 43}}}
    shown |= {"clientExtensionResults": results, "authenticatorAttachment": "platform"}
    shown["response"]["prf"] = "S" * 43
    sent = {"token": options["token"], "shown": json.dumps(shown), "answer": ""}
    assert phone.client.post("/account/login/passkey/", sent).status_code == 302
    assert "S" * 43 not in str(seen)
    assert set(seen[0]) == {"id", "rawId", "type", "response"}


def test_deleting_the_account_takes_them_along(ana, phone, entered) -> None:
    data = {"confirmation": "delete", "password": ana.password}
    entered(ana).post("/account/delete/", data)
    assert not Passkey.objects.exists()
    assert not slots().exists()


# --- Staff ---


@pytest.fixture
def operator(make_person):
    operator = make_person("operator")
    User.objects.filter(name="operator").update(is_staff=True, is_superuser=True)
    operator.user.refresh_from_db()
    return operator


def test_a_passkey_is_the_second_step_of_staff(operator, entered, log_in) -> None:
    browser = Browser(entered(operator, shown=False), Device())
    assert browser.client.get(ADMIN).status_code == 302
    browser.add(operator.password)
    assert browser.client.get(ADMIN).status_code == 200
    by_password = Client()
    log_in(by_password, "operator", operator.password)
    assert by_password.get(ADMIN).status_code == 302
    browser.client = by_password
    browser.log_in()
    assert browser.client.get(ADMIN).status_code == 200


def test_by_a_password_alone_staff_add_no_further_passkey(operator, entered) -> None:
    mine = Browser(entered(operator), Device())
    mine.add(operator.password)
    thief = Browser(entered(operator, shown=False), Device())
    assert thief.add(operator.password).status_code == 422
    thief.client.post(PAGE, {"end": str(Passkey.objects.get().id)})
    assert Passkey.objects.count() == 1
    assert thief.client.get(ADMIN).status_code == 302


def test_nor_one_that_was_begun_before_there_was_a_step(operator, entered) -> None:
    mine = Browser(entered(operator, shown=False), Device())
    thief = Browser(entered(operator, shown=False), Device())
    begun = thief.post(step="begin", alone="yes", password=operator.password).json()
    mine.add(operator.password)
    made = json.dumps(thief.device.make(begun["publicKey"]))
    assert thief.post(step="made", token=begun["token"], made=made).status_code == 422
    assert Passkey.objects.count() == 1
    assert thief.client.get(ADMIN).status_code == 302


def test_nor_does_replacing_every_key_make_room_for_one(operator, entered) -> None:
    mine = Browser(entered(operator), Device())
    mine.add(operator.password)
    thief = Browser(entered(operator, shown=False), Device())
    thief.client.post("/account/new-key/", {"password": operator.password})
    assert not Passkey.objects.exists()
    assert thief.add(operator.password).status_code == 422
    assert not CodeApp.objects.exists()
    assert thief.client.get(ADMIN).status_code == 302


def test_a_lost_one_is_ended_at_the_machine(operator, entered) -> None:
    Browser(entered(operator), Device()).add(operator.password)
    call_command("enroll_again", "operator", verbosity=0)
    assert not Passkey.objects.exists()
    assert User.objects.get().may_enroll


def test_there_is_a_day_to_tell_them_apart(phone) -> None:
    assert Passkey.objects.get().created_on == timezone.now().date()

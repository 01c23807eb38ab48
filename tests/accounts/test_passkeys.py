"""Passkeys: how one is added, what it opens, and when it ends."""

import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.cose import ES384

from tests import raw
from tests.accounts.conftest import NEW_PASSWORD
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
from tests.elements import page
from workbook.accounts import passkeys as challenges
from workbook.accounts.events import EventKind, events_of
from workbook.accounts.models import User
from workbook.vault import rotation
from workbook.vault.models import CodeApp, KeySlot, Passkey
from workbook.vault.passkey_slots import salt_for
from workbook.vault.passkeys import passkeys_possible
from workbook.vault.recovery_keys import add_recovery_key, prove_recovery_key
from workbook.vault.resealing import replace_data_key

LOGIN, ADMIN = "/account/login/", "/admin/accounts/user/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("a_site_with_a_name")]


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def slots():
    return KeySlot.objects.filter(kind="passkey")


def kinds(person) -> set[str]:
    return {told.kind for told in events_of(person.user, person.keyring)}


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
    for new in (first, second):
        Browser(client, new).add(ana.password, opens=False)
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

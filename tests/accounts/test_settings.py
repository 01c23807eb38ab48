import pytest
from django.test import Client

from tests.accounts.conftest import NEW_PASSWORD
from workbook.accounts import credentials
from workbook.accounts.models import User
from workbook.vault import derivation
from workbook.vault.models import KeySlot, Session
from workbook.vault.passwords import open_with_password

ACCOUNT, PASSWORD = "/account/", "/account/password/"
KEPT = {"lock_minutes": "60", "neutral_titles": "on", "time_zone": "America/Chicago"}

pytestmark = pytest.mark.django_db


# --- Preferences ---


def test_settings_are_kept_and_told_once(person, entered) -> None:
    client = entered(person)
    page = client.post(ACCOUNT, KEPT, follow=True)
    assert "Your settings are saved." in page.text
    assert "Your settings are saved." not in client.get(ACCOUNT).text
    user = User.objects.get()
    assert (user.lock_minutes, user.neutral_titles, user.time_zone) == (60, True, "America/Chicago")


def test_the_lock_time_holds_at_once_in_this_browser(person, entered, is_open) -> None:
    client = entered(person)
    client.post(ACCOUNT, {**KEPT, "lock_minutes": "5"})
    assert Session.objects.get().lock_minutes == 5
    assert is_open(client)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lock_minutes": "9999"},
        {"lock_minutes": "x"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../x"},
    ],
)
def test_what_is_not_offered_is_not_taken(person, entered, wrong) -> None:
    response = entered(person).post(ACCOUNT, {**KEPT, **wrong})
    assert response.status_code == 422
    assert "error-summary" in response.text
    assert User.objects.get().lock_minutes == 15


def test_settings_open_while_locked_too(person, entered) -> None:
    client = entered(person, locked=True)
    assert "Your journal is locked right now." in client.get(ACCOUNT).text
    client.post(ACCOUNT, KEPT)
    assert User.objects.get().lock_minutes == 60


def test_a_stale_page_changes_nothing(person, entered, strict) -> None:
    strict.cookies = entered(person).cookies
    response = strict.post(ACCOUNT, KEPT)
    assert response.status_code == 403
    assert "Please press again" in response.text
    assert User.objects.get().lock_minutes == 15


def test_nobody_has_settings(client) -> None:
    for address in (ACCOUNT, PASSWORD, "/account/delete/", "/account/closed/"):
        assert client.get(address)["Location"].startswith("/account/login/")
    assert Client(enforce_csrf_checks=True).post(ACCOUNT, KEPT)["Location"] == "/account/login/"


def test_locking_now_covers_the_journal_and_leads_back(person, entered, is_open) -> None:
    client = entered(person)
    response = client.post("/account/lock/", headers={"referer": "http://testserver/journal/"})
    assert response["Location"] == "/account/login/?next=%2Fjournal%2F"
    assert not is_open(client)
    assert client.get(ACCOUNT).status_code == 200


def test_every_other_browser_can_be_signed_out(person, entered) -> None:
    here, there = entered(person), entered(person)
    here.post("/account/others/")
    assert here.get(ACCOUNT).status_code == 200
    assert there.get(ACCOUNT).status_code == 302


# --- The password ---


def change(client: Client, current: str, new: str = NEW_PASSWORD, **more: str):
    return client.post(PASSWORD, {"current": current, "password": new, **more})


def test_a_new_password_opens_everything_and_the_old_nothing(person, entered, is_open) -> None:
    client = entered(person)
    page = change(client, person.password)
    assert page["Location"] == ACCOUNT
    assert "Your new password works." in client.get(ACCOUNT).text
    assert is_open(client)
    user = User.objects.get()
    opened = open_with_password(user, NEW_PASSWORD)
    assert opened
    assert opened.held == person.keyring.held
    assert KeySlot.objects.count() == 1
    assert open_with_password(user, person.password) is None


def test_changing_it_signs_every_other_browser_out_and_renews_this_one(
    person, entered, settings
) -> None:
    here, there = entered(person), entered(person)
    before = here.cookies[settings.SESSION_COOKIE_NAME].value
    change(here, person.password)
    assert here.get(ACCOUNT).status_code == 200
    assert here.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert there.get(ACCOUNT).status_code == 302
    assert Session.objects.count() == 1


def test_a_locked_browser_may_change_it_too_and_is_open_then(person, entered, is_open) -> None:
    client = entered(person, locked=True)
    change(client, person.password)
    assert is_open(client)


@pytest.mark.parametrize(
    ("current", "new", "advice"),
    [
        ("a wrong one", NEW_PASSWORD, "That isn’t your current password."),
        ("right", "short", "Make it at least 12 characters long."),
        ("right", "a" * 2000, "A password can have up to 1024 characters"),
        ("", "", "Type a new password."),
    ],
)
def test_a_slip_changes_nothing(person, entered, current, new, advice) -> None:
    client = entered(person)
    response = change(client, person.password if current == "right" else current, new)
    assert response.status_code == 422
    assert advice in response.text
    assert open_with_password(User.objects.get(), person.password)


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(
    person, entered, monkeypatch
) -> None:
    client = entered(person)
    keep = credentials._keep

    def somebody_is_faster(user: User) -> None:
        User.objects.update(credential_version=user.credential_version)
        keep(user)

    monkeypatch.setattr(credentials, "_keep", somebody_is_faster)
    response = change(client, person.password)
    assert response.status_code == 409
    assert "changed somewhere else" in response.text


def test_all_of_a_change_happens_or_none(person, entered, monkeypatch, is_open, log_in) -> None:
    client = entered(person)
    client.raise_request_exception = False

    def fail(*_args) -> None:
        raise derivation.TooBusy

    monkeypatch.setattr(credentials, "change_password_slot", fail)
    assert change(client, person.password).status_code == 503
    other = Client()
    log_in(other, person.user.name, person.password)
    assert is_open(other)


def test_the_same_password_typed_on_another_keyboard_is_the_same(client, log_in, is_open) -> None:
    client.post("/account/signup/", {"username": "ana", "password": "caf\u00e9 au bord du lac"})
    other = Client()
    log_in(other, "ana", "cafe\u0301 au bord du lac")
    assert is_open(other)


def test_changing_it_leads_back_to_the_page_that_asked(person, entered) -> None:
    response = change(entered(person), person.password, next="/books/alongside/start-here/")
    assert response["Location"] == "/books/alongside/start-here/"
    response = change(entered(person), NEW_PASSWORD, "another good password", next="//evil.example")
    assert response["Location"] != "//evil.example"


@pytest.mark.parametrize("address", ["/", ACCOUNT, "/books/alongside/start-here/"])
def test_neutral_titles_say_nothing_in_tabs_and_history(person, entered, address) -> None:
    client = entered(person)
    assert "<title>Notes</title>" not in client.get(address).text
    client.post(ACCOUNT, KEPT)
    assert "<title>Notes</title>" in client.get(address).text
    assert "<title>Notes</title>" not in Client().get("/").text

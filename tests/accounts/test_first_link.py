"""Nobody but its owner chooses the first password of an account that staff made."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from tests import raw
from tests.accounts.conftest import NEW_PASSWORD
from tests.elements import page
from workbook.accounts.credentials import choose_first_password
from workbook.accounts.first_links import Used
from workbook.accounts.models import FirstLink, User
from workbook.vault.models import DataKey, Session
from workbook.vault.passwords import open_with_password

PEOPLE = "/admin/accounts/user/"
GIVEN = "given by the staff 123"

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(make_person, entered) -> Client:
    operator = make_person("operator")
    User.objects.filter(name="operator").update(is_staff=True, is_superuser=True)
    return entered(operator)


def link_on(response) -> str:
    """The path of the link that a page of the admin shows."""
    address = page(response.text).one("code", id="first-link").words
    assert address.startswith("http://127.0.0.1:8000/")
    return address.removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def link(office) -> str:
    return link_on(office.post(f"{PEOPLE}add/", {"name": "Ana"}))


def ana() -> User:
    return User.objects.get(name="ana")


def test_staff_make_an_account_without_a_password(office, link) -> None:
    assert not ana().has_usable_password()
    assert not DataKey.objects.filter(user=ana()).exists()
    form = page(office.get(f"{PEOPLE}add/").text)
    assert not form.all("input", type="password")


def test_whatever_staff_post_sets_no_first_password(office, link) -> None:
    given = {"password1": GIVEN, "password2": GIVEN}
    address = f"{PEOPLE}{ana().pk}/password/"
    assert office.get(address)["Location"] == f"{PEOPLE}{ana().pk}/link/"
    office.post(address, given)
    office.post(f"{PEOPLE}add/", {"name": "ben", **given})
    assert not User.objects.get(name="ben").has_usable_password()
    assert not ana().has_usable_password()


def test_its_owner_chooses_the_password_and_begins(link, is_open) -> None:
    client = Client()
    assert "Your username is" in client.get(link).text
    assert client.post(link, {"password": NEW_PASSWORD})["Location"] == "/"
    assert is_open(client)
    user = ana()
    assert user.password_is_own
    assert user.reset_on is None
    assert open_with_password(user, NEW_PASSWORD)


def test_it_works_once(link) -> None:
    Client().post(link, {"password": NEW_PASSWORD})
    for again in (Client().get(link), Client().post(link, {"password": GIVEN})):
        assert again.status_code == 404
        assert "don’t use this account" in again.text
        assert 'id="crisis-banner"' in again.text
    assert ana().check_password(NEW_PASSWORD)


def test_after_seven_days_it_is_over(link) -> None:
    FirstLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().post(link, {"password": NEW_PASSWORD}).status_code == 404
    assert not ana().has_usable_password()
    assert timedelta(days=6) < made_for() < timedelta(days=8)


def made_for() -> timedelta:
    from workbook.accounts import first_links

    first_links.make(ana())
    return FirstLink.objects.get().expires_at - timezone.now()


def test_another_link_ends_the_one_before(office, link) -> None:
    address = f"{PEOPLE}{ana().pk}/link/"
    assert not page(office.get(address).text).all("code", id="first-link")
    newer = link_on(office.post(address))
    assert Client().get(link).status_code == 404
    assert Client().get(newer).status_code == 200


def test_the_database_holds_none_that_works(link) -> None:
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) == 43
    assert token.encode() not in raw.everything_at_rest()


@pytest.mark.django_db(transaction=True)
def test_tidy_removes_what_nobody_used(link) -> None:
    call_command("tidy")
    assert FirstLink.objects.exists()
    FirstLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    call_command("tidy")
    assert not FirstLink.objects.exists()


@pytest.mark.parametrize(
    ("password", "advice"),
    [("", "Type a password."), ("short", "at least 12"), ("ana", "at least 12")],
)
def test_a_slip_uses_nothing_up(link, password, advice) -> None:
    assert advice in Client().post(link, {"password": password}).text
    assert FirstLink.objects.exists()


def test_ones_username_is_no_password(office) -> None:
    link = link_on(office.post(f"{PEOPLE}add/", {"name": "a long name of ana"}))
    assert "This is your username." in Client().post(link, {"password": "A Long Name of Ana"}).text


def test_a_stale_page_asks_again_and_shows_no_password(link, strict) -> None:
    response = strict.post(link, {"password": NEW_PASSWORD})
    assert response.status_code == 403
    assert NEW_PASSWORD not in response.text
    assert FirstLink.objects.exists()
    assert strict.post("/account/first/made-up/", {"password": NEW_PASSWORD}).status_code == 404


def test_once_a_journal_has_begun_by_a_password_the_link_is_over(link, log_in) -> None:
    """A link that staff kept from an earlier release must not be a second way in."""
    user = ana()
    user.set_password(GIVEN)
    user.save()
    client = Client()
    log_in(client, "ana", GIVEN)
    client.post("/account/password/", {"current": GIVEN, "password": NEW_PASSWORD})
    assert Client().post(link, {"password": "staff come late 123"}).status_code == 404
    with pytest.raises(Used):
        choose_first_password(HttpRequest(), ana(), link.split("/")[3], "staff come late 123")
    assert ana().check_password(NEW_PASSWORD)


def test_nobody_shut_out_comes_in_by_a_link(link) -> None:
    User.objects.filter(name="ana").update(is_active=False)
    assert Client().post(link, {"password": NEW_PASSWORD}).status_code == 404


def test_whoever_has_a_journal_gets_no_link(office, person) -> None:
    address = f"{PEOPLE}{person.user.pk}/"
    assert office.post(f"{address}link/")["Location"] == f"{address}password/"
    assert not FirstLink.objects.exists()


def test_another_person_in_the_same_browser_is_signed_out_by_it(link, person, entered) -> None:
    client = entered(person)
    client.post(link, {"password": NEW_PASSWORD})
    assert not Session.objects.filter(user=person.user).exists()
    assert "ana" in client.get("/account/").text


def test_without_a_password_nobody_comes_in_and_nothing_is_different(link, client, log_in) -> None:
    response = log_in(client, "ana", "any password at all")
    assert response.status_code == 422
    assert "don’t match" in response.text


def test_helpers_without_the_right_make_no_link(make_person, entered, link) -> None:
    make_person("helper")
    User.objects.filter(name="helper").update(is_staff=True)
    helper = User.objects.get(name="helper")
    client = entered(type("P", (), {"user": helper, "keyring": None})(), locked=True)
    assert client.post(f"{PEOPLE}{ana().pk}/link/").status_code in {302, 403}
    assert Client().get(link).status_code == 200

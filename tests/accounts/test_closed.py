"""Staff may set a password. Nothing is destroyed by it, and nothing is opened."""

import pytest
from django.test import Client

from tests.accounts.conftest import NEW_PASSWORD, code_on
from workbook.accounts.models import User
from workbook.vault.models import DataKey, KeySlot
from workbook.vault.passwords import open_with_password
from workbook.vault.recovery_keys import recovery_key_standing

CLOSED, PASSWORD = "/account/closed/", "/account/password/"
GIVEN = "given by the staff 123"

pytestmark = pytest.mark.django_db


@pytest.fixture
def reset(person):
    """The person after staff have set a password."""
    user = User.objects.get(pk=person.user.pk)
    user.set_password(GIVEN)
    user.save()
    return person


@pytest.fixture
def inside(reset, log_in) -> Client:
    """Their browser, signed in with what staff gave, and the journal closed."""
    client = Client()
    log_in(client, reset.user.name, GIVEN)
    return client


def opens_with(user, password: str) -> tuple:
    keyring = open_with_password(User.objects.get(pk=user.pk), password)
    return keyring.held if keyring else ()


def opens(person, password: str) -> bool:
    """Whether a password opens the note that this person had written before."""
    keyring = open_with_password(User.objects.get(pk=person.user.pk), password)
    return keyring is not None and len(keyring.held) == 1 == DataKey.objects.count()


CHOSEN = {"current": GIVEN, "password": NEW_PASSWORD}


def test_a_given_password_leads_to_what_is_closed_and_to_choosing_ones_own(
    reset, client, log_in, is_open
) -> None:
    response = log_in(client, reset.user.name, GIVEN, next="/journal/")
    assert response["Location"] == f"{CLOSED}?next=%2Fjournal%2F"
    page = client.get(response["Location"]).text
    assert "your journal is still closed" in page
    assert "set a new password on" in page
    assert not is_open(client)
    for address in ("/account/login/", PASSWORD):
        assert client.get(address)["Location"] == CLOSED


def test_a_password_of_ones_own_can_be_chosen_first(reset, client, log_in) -> None:
    log_in(client, reset.user.name, GIVEN)
    response = client.post(PASSWORD, {**CHOSEN, "next": "/journal/"})
    assert response["Location"] == f"{CLOSED}?next=%2Fjournal%2F"
    page = client.get(response["Location"])
    assert "your journal is still closed" in page.text
    assert "Nothing is lost" in page.text
    assert DataKey.objects.count() == 1


def test_the_old_password_opens_it(inside, reset, is_open) -> None:
    response = inside.post(CLOSED, {**CHOSEN, "earlier": reset.password, "next": "/journal/"})
    assert response["Location"] == "/account/"
    assert is_open(inside)
    assert opens(reset, NEW_PASSWORD)
    assert KeySlot.objects.count() == 1


def test_the_recovery_key_opens_it_and_goes_on(person, entered, log_in, is_open) -> None:
    shown = entered(person).post("/account/recovery-key/", {"password": person.password}).text
    code = code_on(shown)
    user = User.objects.get()
    user.set_password(GIVEN)
    user.save()
    client = Client()
    log_in(client, user.name, GIVEN)
    slip = client.post(CLOSED, {**CHOSEN, "code": "UUUU" + code[4:]})
    assert "Check group 1 again." in slip.text
    client.post(CLOSED, {**CHOSEN, "code": code})
    assert is_open(client)
    assert opens(person, NEW_PASSWORD)
    opened = open_with_password(User.objects.get(), NEW_PASSWORD)
    assert recovery_key_standing(user, opened) == "used"


def test_a_new_journal_begins_and_the_old_one_waits(inside, reset, is_open) -> None:
    inside.post(CLOSED, {**CHOSEN, "begin": "1"})
    assert is_open(inside)
    assert DataKey.objects.count() == 2
    assert "An older journal is closed" in inside.get("/account/").text


def test_an_old_password_that_turns_up_later_brings_both_together(inside, reset) -> None:
    inside.post(CLOSED, {**CHOSEN, "begin": "1"})
    later = {"current": NEW_PASSWORD, "password": "and now a third one"}
    response = inside.post(CLOSED, {**later, "earlier": reset.password})
    assert response.status_code == 302
    assert opens(reset, "and now a third one")
    assert "An older journal is closed" not in inside.get("/account/").text


def test_beginning_twice_begins_once(inside) -> None:
    for _ in range(2):
        inside.post(CLOSED, {**CHOSEN, "begin": "1"})
    assert DataKey.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({**CHOSEN, "current": "a wrong one", "earlier": "x"}, "That isn’t your current password."),
        (CHOSEN, "You only need one of them"),
        ({**CHOSEN, "earlier": "never mine"}, "open the closed journal"),
        ({**CHOSEN, "earlier": GIVEN}, "open the closed journal"),
        ({**CHOSEN, "code": "nonsense"}, "Check group"),
        ({"password": NEW_PASSWORD, "earlier": "x"}, "Type your password."),
        ({"begin": "1"}, "Type your password."),
        ({"current": GIVEN, "earlier": "x"}, "Type a new password."),
        ({"current": GIVEN, "password": GIVEN, "begin": "1"}, "Choose another one."),
        ({"current": GIVEN, "password": "short", "begin": "1"}, "at least 12 characters"),
    ],
)
def test_slips_are_told_and_change_nothing(inside, reset, fields, advice, is_open) -> None:
    response = inside.post(CLOSED, fields)
    assert response.status_code == 422
    assert advice in response.text
    assert not is_open(inside)
    assert DataKey.objects.count() == KeySlot.objects.count() == 1
    assert User.objects.get().check_password(GIVEN)


def test_a_recovery_key_of_someone_else_opens_nothing_and_is_not_used_up(
    inside, make_person, entered
) -> None:
    ben = make_person("ben")
    client = entered(ben)
    shown = client.post("/account/recovery-key/", {"password": ben.password}).text
    code = code_on(shown)
    client.post("/account/recovery-key/", {"prove": "1", "code": code})
    response = inside.post(CLOSED, {**CHOSEN, "code": code})
    assert "this key doesn’t open anything here" in response.text
    assert recovery_key_standing(ben.user, ben.keyring) == "live"


def test_staff_who_enter_with_the_password_they_set_see_nothing(reset, client, log_in) -> None:
    log_in(client, reset.user.name, GIVEN)
    assert client.get("/account/recovery-key/").status_code == 302
    assert "still closed" in client.post(PASSWORD, CHOSEN, follow=True).text


def test_an_account_that_staff_gave_a_password_begins_its_journal_with_its_own(
    client, log_in, is_open
) -> None:
    user = User(name="ana")
    user.set_password(GIVEN)
    user.save()
    log_in(client, "ana", GIVEN)
    assert not DataKey.objects.exists()
    client.post(PASSWORD, CHOSEN)
    assert is_open(client)
    assert opens_with(user, NEW_PASSWORD)
    assert not opens_with(user, GIVEN)


def test_whoever_has_nothing_closed_is_sent_on(person, entered) -> None:
    assert entered(person).get(f"{CLOSED}?next=/account/")["Location"] == "/account/"


def test_a_stale_page_asks_again(inside, strict, reset) -> None:
    strict.cookies = inside.cookies
    response = strict.post(CLOSED, {**CHOSEN, "earlier": reset.password})
    assert response.status_code == 403
    assert reset.password not in response.text
    assert NEW_PASSWORD not in response.text


def test_a_stale_page_of_somebody_who_signed_out_leads_to_the_door(strict, db) -> None:
    assert strict.post(CLOSED, CHOSEN).status_code == 302

"""Staff may set a password. Nothing is destroyed by it, and nothing is opened."""

import re

import pytest
from django.db import IntegrityError
from django.test import Client

from tests.accounts.conftest import NEW_PASSWORD
from workbook.accounts import entering
from workbook.accounts.models import User
from workbook.accounts.views import regaining
from workbook.vault.models import DataKey, KeySlot
from workbook.vault.passwords import begin, open_with_password

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
def inside(reset, enter) -> Client:
    """Their browser, entered, with a password of their own, and the journal closed."""
    client = Client()
    enter(client, reset.user.name, GIVEN)
    client.post(PASSWORD, {"current": GIVEN, "password": NEW_PASSWORD})
    return client


def opens_with(user, password: str) -> tuple:
    keyring = open_with_password(User.objects.get(pk=user.pk), password)
    return keyring.held if keyring else ()


def test_a_given_password_leads_to_choosing_ones_own(reset, client, enter, is_open) -> None:
    response = enter(client, reset.user.name, GIVEN, next="/journal/")
    assert response["Location"] == f"{PASSWORD}?next=%2Fjournal%2F"
    assert "Choose your own password" in client.get(response["Location"]).text
    assert not is_open(client)
    assert client.get("/account/enter/")["Location"] == PASSWORD
    assert client.get(CLOSED)["Location"] == PASSWORD


def test_then_the_closed_journal_is_explained(reset, client, enter) -> None:
    enter(client, reset.user.name, GIVEN)
    response = client.post(
        PASSWORD, {"current": GIVEN, "password": NEW_PASSWORD, "next": "/journal/"}
    )
    assert response["Location"] == f"{CLOSED}?next=%2Fjournal%2F"
    page = client.get(response["Location"])
    assert "your journal is still closed" in page.text
    assert "Nothing is lost" in page.text
    assert DataKey.objects.count() == 1


def test_the_old_password_opens_it(inside, reset, is_open) -> None:
    response = inside.post(
        CLOSED, {"password": NEW_PASSWORD, "earlier": reset.password, "next": "/account/"}
    )
    assert response["Location"] == "/account/"
    assert is_open(inside)
    assert opens_with(reset.user, NEW_PASSWORD) == reset.keyring.held
    assert KeySlot.objects.count() == 1


def test_the_spare_key_opens_it(person, entered, enter, is_open) -> None:
    shown = entered(person).post("/account/spare-key/", {"password": person.password}).text
    code = "-".join(re.findall(r"<li><code>(\w{4})</code>", shown))
    user = User.objects.get()
    user.set_password(GIVEN)
    user.save()
    client = Client()
    enter(client, user.name, GIVEN)
    client.post(PASSWORD, {"current": GIVEN, "password": NEW_PASSWORD})
    slip = client.post(CLOSED, {"password": NEW_PASSWORD, "code": "UUUU" + code[4:]})
    assert "Check group 1 again." in slip.text
    client.post(CLOSED, {"password": NEW_PASSWORD, "code": code})
    assert is_open(client)
    assert opens_with(user, NEW_PASSWORD) == person.keyring.held


def test_a_new_journal_begins_and_the_old_one_waits(inside, reset, is_open) -> None:
    inside.post(CLOSED, {"password": NEW_PASSWORD, "begin": "1"})
    assert is_open(inside)
    assert DataKey.objects.count() == 2
    assert "An older journal is closed" in inside.get("/account/").text


def test_an_old_password_that_turns_up_later_brings_both_together(inside, reset) -> None:
    inside.post(CLOSED, {"password": NEW_PASSWORD, "begin": "1"})
    response = inside.post(CLOSED, {"password": NEW_PASSWORD, "earlier": reset.password})
    assert response.status_code == 302
    both = set(DataKey.objects.values_list("id", flat=True))
    assert set(opens_with(reset.user, NEW_PASSWORD)) == both
    assert len(both) == 2
    assert "An older journal" not in inside.get("/account/").text


def test_beginning_twice_begins_once(inside) -> None:
    for _ in range(2):
        inside.post(CLOSED, {"password": NEW_PASSWORD, "begin": "1"})
    assert DataKey.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"password": "a wrong one", "earlier": "x"}, "That isn’t your current password."),
        ({"password": NEW_PASSWORD}, "You only need one of them"),
        ({"password": NEW_PASSWORD, "earlier": "never mine"}, "open the closed journal"),
        ({"password": NEW_PASSWORD, "earlier": NEW_PASSWORD}, "open the closed journal"),
        ({"password": NEW_PASSWORD, "code": "nonsense"}, "Check group"),
        ({"earlier": "x"}, "Type your password."),
        ({"begin": "1"}, "Type your password."),
    ],
)
def test_slips_are_told_and_change_nothing(inside, reset, fields, advice, is_open) -> None:
    response = inside.post(CLOSED, fields)
    assert response.status_code == 200
    assert advice in response.text
    assert not is_open(inside)
    assert DataKey.objects.count() == KeySlot.objects.count() == 1


def test_a_spare_key_of_someone_else_opens_nothing_and_is_not_used_up(
    inside, make_person, entered
) -> None:
    from workbook.vault.spare_keys import spare_key_standing

    ben = make_person("ben")
    client = entered(ben)
    shown = client.post("/account/spare-key/", {"password": ben.password}).text
    code = "-".join(re.findall(r"<li><code>(\w{4})</code>", shown))
    client.post("/account/spare-key/", {"prove": "1", "code": code})
    response = inside.post(CLOSED, {"password": NEW_PASSWORD, "code": code})
    assert "this key doesn’t open anything here" in response.text
    assert spare_key_standing(ben.user, ben.keyring) == "live"


def test_staff_who_enter_with_the_password_they_set_see_nothing(reset, client, enter) -> None:
    enter(client, reset.user.name, GIVEN)
    assert client.get("/account/spare-key/").status_code == 302
    assert (
        "still closed"
        in client.post(PASSWORD, {"current": GIVEN, "password": NEW_PASSWORD}, follow=True).text
    )


def test_beginning_twice_at_once_opens_what_the_first_began(
    inside, reset, is_open, monkeypatch
) -> None:
    user = User.objects.get(pk=reset.user.pk)

    def late(person, password):
        raise IntegrityError

    monkeypatch.setattr(
        regaining, "open_with_password", lambda _p, word: begin(user, word) and None
    )
    monkeypatch.setattr(entering, "begin", late)
    assert inside.post(CLOSED, {"password": NEW_PASSWORD, "begin": "1"}).status_code == 302
    assert is_open(inside)
    assert DataKey.objects.count() == 2


def test_an_account_that_staff_made_begins_its_journal_with_its_own_password(
    client, enter, is_open
) -> None:
    user = User(name="ana")
    user.set_password(GIVEN)
    user.save()
    enter(client, "ana", GIVEN)
    assert not DataKey.objects.exists()
    client.post(PASSWORD, {"current": GIVEN, "password": NEW_PASSWORD})
    assert is_open(client)
    assert opens_with(user, NEW_PASSWORD)
    assert not opens_with(user, GIVEN)


def test_whoever_has_nothing_closed_is_sent_on(person, entered) -> None:
    assert entered(person).get(f"{CLOSED}?next=/account/")["Location"] == "/account/"


def test_a_stale_page_asks_again(inside, strict, reset) -> None:
    strict.cookies = inside.cookies
    response = strict.post(CLOSED, {"password": NEW_PASSWORD, "earlier": reset.password})
    assert response.status_code == 403
    assert reset.password not in response.text

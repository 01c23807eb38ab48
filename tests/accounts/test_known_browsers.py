"""Nobody shuts a named person out: their own browsers are known, and strangers slow only strangers."""

import re

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.accounts.conftest import NEW_PASSWORD
from tests.campaigns import rounds
from workbook.accounts import known_browsers, throttles

COOKIE = settings.BROWSER_COOKIE_NAME
OWN = "198.51.100.7"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_leaks_out(clock):
    """A bucket leaks every few seconds, and a busy machine takes longer for some tries."""
    clock.stand_still()


@pytest.fixture
def at_home(person, log_in):
    """A browser that the person has signed in with, and signed out again."""
    client = Client(REMOTE_ADDR=OWN)
    log_in(client, person.user.name, person.password)
    client.post(reverse("logout"))
    assert client.cookies[COOKIE].value
    return client


def sender(number: int):
    """One of the addresses of a /48, each in a /64 of its own."""
    return f"2001:db8:7:{number % 65_536:x}::1"


def try_from_a_whole_network(name: str, tries: int, *addresses: str) -> int:
    """How many of so many tries weren't refused."""
    taken = 0
    for number in range(tries):
        address = addresses[number % len(addresses)] if addresses else sender(number)
        try:
            throttles.count_login(RequestFactory().get("/", REMOTE_ADDR=address), name)
        except throttles.Throttled:
            continue
        taken += 1
    return taken


def get_in(client, person, log_in):
    response = log_in(client, person.user.name, person.password)
    return response.status_code == 302


def test_the_owner_signs_in_while_a_whole_network_tries(
    person, log_in, at_home, clock, is_open
) -> None:
    assert try_from_a_whole_network(person.user.name, 300) == throttles.PAIR.around(2).burst
    for number in range(20):
        wrong = Client(REMOTE_ADDR=sender(number))
        assert log_in(wrong, person.user.name, "not the password").status_code == 429

    assert get_in(at_home, person, log_in)
    assert get_in(Client(REMOTE_ADDR=OWN), person, log_in)
    # Even among those addresses; only there a new browser has to wait.
    neighbor = Client(REMOTE_ADDR=sender(99))
    assert not get_in(neighbor, person, log_in)
    clock.forward(seconds=30)
    assert get_in(neighbor, person, log_in)


@pytest.mark.campaign
def test_the_owner_signs_in_after_thousands_of_tries(person, log_in, at_home) -> None:
    most = throttles.PAIR.around(2).burst
    assert try_from_a_whole_network(person.user.name, rounds(10_000)) == most
    assert get_in(at_home, person, log_in)
    assert get_in(Client(REMOTE_ADDR=OWN), person, log_in)


def test_a_known_browser_gets_in_whoever_fills_the_name_and_wherever_it_is(
    person, log_in, at_home
) -> None:
    everywhere = [f"192.0.{number}.1" for number in range(200)]
    taken = try_from_a_whole_network(person.user.name, 400, *everywhere, OWN)
    assert taken == throttles.ACCOUNT.burst
    assert not get_in(Client(REMOTE_ADDR=OWN), person, log_in)
    for _time in range(throttles.BROWSER.burst + 2):  # What was right is taken out again.
        assert get_in(at_home, person, log_in)
        at_home.post(reverse("logout"))


def test_whoever_is_signed_in_opens_a_locked_journal_whatever_others_try(
    person, entered, log_in, at_home
) -> None:
    locked = entered(person, locked=True)  # Its cookie is from before browsers were remembered.
    assert COOKIE not in locked.cookies
    try_from_a_whole_network(person.user.name, 50, "127.0.0.1")
    fields = {"username": person.user.name, "password": person.password}
    response = locked.post(reverse("uncover"), fields, headers={"Alongside-Page": "1"})
    assert response.status_code == 204
    assert locked.cookies[COOKIE].value


def test_a_known_browser_guesses_no_faster_than_a_stranger(person, log_in, at_home) -> None:
    statuses = [log_in(at_home, person.user.name, "not it").status_code for _try in range(20)]
    assert statuses.count(422) == throttles.BROWSER.burst + throttles.PAIR.burst
    assert statuses[-1] == 429


def test_whoever_fills_a_known_browsers_bucket_leaves_its_owner_a_strangers(
    person, log_in, at_home
) -> None:
    thief = Client(REMOTE_ADDR="203.0.113.5")
    thief.cookies[COOKIE] = at_home.cookies[COOKIE].value
    for _try in range(20):
        log_in(thief, person.user.name, "not it")
    assert get_in(at_home, person, log_in)


# --- What the cookie says ---


def test_the_cookie_names_nobody_and_is_another_in_each_browser(person, log_in) -> None:
    found = set()
    for _browser in range(3):
        client = Client()
        log_in(client, person.user.name, person.password)
        found.add(client.cookies[COOKIE].value)
    assert len(found) == 3
    for value in found:
        assert re.fullmatch(r"[\w-]{22}\.[0-9a-f]{24}", value)
        assert person.user.name not in value
        assert str(person.user.pk) not in value
        assert person.user.pk.hex[:8] not in value
    ids, marks = zip(*(value.split(".") for value in found), strict=True)
    assert len(set(ids)) == len({mark[4:] for mark in marks}) == 3


def test_scripts_cant_read_it_and_it_ends_after_half_a_year(client, person, log_in) -> None:
    log_in(client, person.user.name, person.password)
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == known_browsers.DAYS * 86_400


def is_known(client, user) -> bool:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = client.cookies[COOKIE].value
    request.user = None
    return bool(known_browsers.browser_of(request, user))


def test_a_mark_counts_for_its_person_and_its_password_alone(
    person, make_person, log_in, at_home
) -> None:
    other = make_person("bo")
    assert is_known(at_home, person.user)
    assert not is_known(at_home, other.user)
    assert not is_known(at_home, None)
    person.user.set_password(NEW_PASSWORD)
    person.user.save()
    assert not is_known(at_home, person.user)


def test_a_mark_counts_for_half_a_year(person, at_home, clock) -> None:
    clock.forward(days=known_browsers.DAYS)
    assert is_known(at_home, person.user)
    clock.forward(days=1)
    assert not is_known(at_home, person.user)
    clock.forward(days=-known_browsers.DAYS - 5)  # Made in days to come: by a clock that was wrong.
    assert not is_known(at_home, person.user)


@pytest.mark.parametrize("change", ["id", "mark", "day", "nonsense", "long"])
def test_what_was_not_given_by_this_site_is_not_known(person, log_in, at_home, change) -> None:
    ident, mark = at_home.cookies[COOKIE].value.split(".")
    at_home.cookies[COOKIE] = {
        "id": f"{ident[:-1]}{'A' if ident[-1] != 'A' else 'B'}.{mark}",
        "mark": f"{ident}.{mark[:-1]}{'0' if mark[-1] != '0' else '1'}",
        "day": f"{ident}.{int(mark[:4], 16) - 1:04x}{mark[4:]}",
        "nonsense": "nonsense",
        "long": f"{ident}.{mark}" * 100,
    }[change]
    assert not is_known(at_home, person.user)
    assert get_in(at_home, person, log_in)
    assert is_known(at_home, person.user)


def test_one_browser_is_known_for_a_few_accounts(make_person, log_in) -> None:
    people = [make_person(f"person {n}") for n in range(known_browsers.MOST_MARKS + 1)]
    client = Client()
    for one in people:
        log_in(client, one.user.name, one.password)
        client.post(reverse("logout"))
    assert [is_known(client, one.user) for one in people] == [False] + [True] * (len(people) - 1)
    log_in(client, people[1].user.name, people[1].password)
    assert len(client.cookies[COOKIE].value.split(".")) == known_browsers.MOST_MARKS + 1


def test_a_changed_password_leaves_this_browser_known_and_every_other_not(
    person, log_in, at_home
) -> None:
    client = Client()
    log_in(client, person.user.name, person.password)
    fields = {"current": person.password, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    response = client.post(reverse("password"), fields)
    assert response.status_code == 302, response.content.decode()
    person.user.refresh_from_db()
    assert is_known(client, person.user)
    assert not is_known(at_home, person.user)


# --- When it goes ---


def test_it_goes_with_leaving_quickly(client, person, log_in) -> None:
    log_in(client, person.user.name, person.password)
    client.get(reverse("exit"), headers={"Sec-Fetch-Site": "same-origin"})
    assert client.cookies[COOKIE].value == ""


def test_on_a_shared_device_it_goes_with_signing_out_or_with_the_browser(
    person, log_in, at_home
) -> None:
    log_in(at_home, person.user.name, person.password, shared_device="on")
    assert not at_home.cookies[COOKIE]["max-age"]
    assert is_known(at_home, person.user)
    at_home.post(reverse("logout"))
    assert at_home.cookies[COOKIE].value == ""


def test_on_a_device_of_ones_own_it_outlasts_signing_out(person, at_home) -> None:
    assert is_known(at_home, person.user)


def test_it_goes_with_the_account(client, person, log_in) -> None:
    log_in(client, person.user.name, person.password)
    client.post(reverse("delete-account"), {"password": person.password, "confirmation": "delete"})
    assert client.cookies[COOKIE].value == ""


def test_nobody_gets_one_before_signing_in(client, person, log_in) -> None:
    for address in ("/", reverse("login"), reverse("signup")):
        client.get(address)
    log_in(client, person.user.name, "not the password")
    assert COOKIE not in client.cookies


def test_new_browsers_without_end_are_no_new_tries(person, client, log_in, monkeypatch) -> None:
    monkeypatch.setattr(throttles, "ACCOUNT", throttles.Bucket(12, 600))
    log_in(client, person.user.name, person.password)
    wrong = {"confirmation": "delete", "password": "no password of hers"}
    guesses = []
    for number in range(40):
        # Somebody with her unlocked session makes it a browser that is known, again and again.
        client.cookies.pop(settings.BROWSER_COOKIE_NAME, None)
        client.post("/account/", {"lock_minutes": "15" if number % 2 else "60"})
        guesses.append(client.post("/account/delete/", wrong).status_code)
    # Those of known browsers together, then a stranger's from one place.
    assert guesses.count(422) == 12 + throttles.PAIR.burst
    assert guesses[-1] == 429

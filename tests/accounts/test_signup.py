import threading
from dataclasses import replace

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.accounts.conftest import NEW_PASSWORD
from tests.elements import page
from workbook.accounts import signup as domain
from workbook.accounts import throttles
from workbook.accounts.models import User
from workbook.vault import derivation
from workbook.vault.models import DataKey, KeySlot

SIGNUP = "/account/signup/"

pytestmark = pytest.mark.django_db


def join(client: Client, name: str = "quiet-river-4821", password: str = NEW_PASSWORD, **more: str):
    return client.post(SIGNUP, {"username": name, "password": password, **more})


def test_a_name_and_a_password_are_all_it_takes(client, is_open) -> None:
    response = join(client)
    assert response.status_code == 302
    assert response["Location"] == reverse("home")
    user = User.objects.get()
    assert user.name == "quiet-river-4821"
    assert user.password_is_own
    assert DataKey.objects.filter(user=user).count() == 1
    assert KeySlot.objects.filter(user=user).count() == 1
    assert is_open(client)


@pytest.mark.parametrize(
    ("device", "minutes", "neutral"),
    [("mine", 60, False), ("home", 15, True), ("shared", 5, True), ("", 15, False)],
)
def test_the_one_question_sets_lock_time_and_titles(client, device, minutes, neutral) -> None:
    join(client, device=device)
    user = User.objects.get()
    assert (user.lock_minutes, user.neutral_titles) == (minutes, neutral)


def test_on_a_shared_device_the_cookie_ends_with_the_browser(client, settings) -> None:
    own, shared = Client(), Client()
    join(own, "ana", device="mine")
    join(shared, "ben", device="shared")
    assert own.cookies[settings.SESSION_COOKIE_NAME]["max-age"]
    assert not shared.cookies[settings.SESSION_COOKIE_NAME]["max-age"]


@pytest.mark.parametrize("name", ["عُمَر", "אורי", "🌻", "👩\u200d🚀 mai", "Zoë", "李小龙", "x"])
def test_names_of_any_script_can_join_and_enter(client, log_in, is_open, name: str) -> None:
    join(client, name)
    other = Client()
    log_in(other, name, NEW_PASSWORD)
    assert is_open(other)


def test_a_name_typed_on_another_keyboard_is_still_taken(client) -> None:
    join(client, "Quiet River")
    response = join(Client(), "ｑｕｉｅｔ\u200b  RIVER", "another good password")
    assert "That username is taken" in response.text
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "password", "advice"),
    [
        ("", NEW_PASSWORD, "Type a username, or use the one that is suggested."),
        (" \u200b ", NEW_PASSWORD, "Type a username, or use the one that is suggested."),
        ("a" * 65, NEW_PASSWORD, "That is 65 characters long. A username can have up to 64."),
        ("a\x07b", NEW_PASSWORD, "It has a character that can’t be shown."),
        ("a\x00b", NEW_PASSWORD, "Null characters are not allowed."),
        ("ana", "", "Type a password, or let the site suggest one."),
        ("ana", "eleven-char", "Make it at least 12 characters long."),
        ("ana", "qwerty123456", "This password is on a list of stolen ones"),
        ("ana", "Workbook-2026!", "These are words from this site"),
        ("ana", "adminAlongside", "These are words from this site"),
        ("ana", "a" * 1025, "A password can have up to 1024 characters"),
        ("a long name of ana", "A Long Name of Ana", "This is your username."),
    ],
)
def test_a_slip_is_told_kindly_and_what_was_typed_stays(client, name, password, advice) -> None:
    response = join(client, name, password, device="home")
    assert response.status_code == 422
    assert advice in response.text
    assert not User.objects.exists()
    if name.isprintable() and name.strip():
        assert f'value="{name}"' in response.text
    assert 'value="home" id="id_device_1" checked' in response.text.replace(" required", "")
    if password:
        assert password not in response.text


def test_blanks_around_a_password_are_part_of_it(client, log_in, is_open) -> None:
    join(client, "ana", "  blanks around it  ")
    without, with_blanks = Client(), Client()
    log_in(without, "ana", "blanks around it")
    log_in(with_blanks, "ana", "  blanks around it  ")
    assert not is_open(without)
    assert is_open(with_blanks)


@pytest.mark.parametrize("password", ["journal-by-the-river", "a password of my own"])
def test_a_word_of_the_site_among_others_is_fine(client, password) -> None:
    assert join(client, "ana", password).status_code == 302


def test_the_name_an_operator_gave_the_site_is_one_of_its_words(client, settings) -> None:
    settings.SITE = replace(settings.SITE, name="Harbour House")
    assert "words from this site" in join(client, "ana", "harbour-house-1").text


def test_no_composition_is_asked_for(client) -> None:
    assert join(client, "ana", "zzzzzzzzzzzzqqqqqqq").status_code == 302


def test_wrong_types_and_odd_devices_are_refused_not_broken(client) -> None:
    response = client.post(SIGNUP, {"username": ["a", "b"], "device": "toaster", "password": [""]})
    assert response.status_code == 422
    assert not User.objects.exists()


def test_a_suggested_name_is_taken_with_one_tap_and_without_script(client) -> None:
    suggested = page(client.get(SIGNUP).text).one("button", name="take").attributes["value"]
    again = client.post(
        SIGNUP, {"username": "something else", "device": "mine", "password": "x", "take": suggested}
    )
    assert f'name="username" value="{suggested}"' in again.text
    assert 'value="mine" id="id_device_0" checked' in again.text.replace(" required", "")
    assert "error-summary" not in again.text


def test_the_site_makes_a_passphrase_that_can_be_read_and_used(client) -> None:
    form = page(client.post(SIGNUP, {"username": "ana", "suggest": "1"}).text)
    made = form.one("input", name="password", type="text").attributes["value"]
    assert form.values("username") == ["ana"]
    assert join(client, "ana", made).status_code == 302


def test_pressing_enter_in_a_field_takes_no_suggestion(client) -> None:
    form = client.get(SIGNUP).text.split("<form", 1)[1]
    first = form.split("<button", 1)[1].split(">", 1)[0]
    assert "name=" not in first


def test_sent_twice_makes_one_account_and_opens_it_both_times(is_open) -> None:
    first, second = Client(), Client()
    join(first)
    assert join(second).status_code == 302
    assert User.objects.count() == 1
    assert is_open(first)
    assert is_open(second)


def test_sent_twice_by_a_browser_that_has_its_cookie_already_goes_on(client) -> None:
    join(client)
    assert join(client).status_code == 302
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one_account(monkeypatch, is_open) -> None:
    together = threading.Barrier(2, timeout=10)
    hash_password = User.set_password

    def hash_and_wait(user: User, password: str) -> None:
        hash_password(user, password)
        together.wait()  # Both have seen that the name is free.

    monkeypatch.setattr(User, "set_password", hash_and_wait)
    clients = [Client(), Client()]
    statuses: list[int] = []

    def attempt(client: Client) -> None:
        try:
            statuses.append(join(client).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302]
    assert User.objects.count() == 1
    assert DataKey.objects.count() == 1
    assert all(is_open(client) for client in clients)


def test_account_and_journal_are_made_both_or_neither(client, monkeypatch) -> None:
    def fail(*_args):
        raise derivation.TooBusy

    monkeypatch.setattr(domain, "begin", fail)
    assert join(client).status_code == 503
    assert not User.objects.exists()


def test_someone_else_on_the_same_device_is_asked_to_leave_first(person, entered) -> None:
    client = entered(person)
    assert "Someone is already signed in" in client.get(SIGNUP).text
    join(client, "someone-else")
    assert User.objects.count() == 1


def test_a_stale_page_comes_back_with_what_was_typed(strict) -> None:
    response = join(strict, "quiet-river-4821", device="home")
    assert response.status_code == 403
    assert "Please press again" in response.text
    assert 'value="quiet-river-4821"' in response.text
    assert NEW_PASSWORD not in response.text
    token = page(response.text).values("csrfmiddlewaretoken")[0]
    again = join(strict, "quiet-river-4821", csrfmiddlewaretoken=token)
    assert again.status_code == 302


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_joining_never_leads_to_another_site(client, wanted: str) -> None:
    assert join(client, next=wanted)["Location"] == reverse("home")


def test_joining_leads_back_to_the_page_that_asked(client) -> None:
    page = client.get(f"{SIGNUP}?next=/books/alongside/start-here/")
    assert 'name="next" value="/books/alongside/start-here/"' in page.text
    assert join(client, next="/books/alongside/start-here/")["Location"].endswith("start-here/")


def test_many_accounts_from_one_place_have_to_wait(client, monkeypatch) -> None:
    monkeypatch.setattr(throttles, "SIGNUP", throttles.Bucket(burst=2, seconds=60))
    join(Client(), "ana")
    join(Client(), "ben")
    response = join(client, "cai")
    assert response.status_code == 429
    assert int(response["Retry-After"]) <= 60
    assert not User.objects.filter(name="cai").exists()


def test_a_queue_at_the_door_is_told_as_one(client, monkeypatch) -> None:
    monkeypatch.setattr(derivation, "_places", derivation.threading.BoundedSemaphore(1))
    derivation._places.acquire()
    response = join(client)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "Many people are signing in" in response.text
    assert not User.objects.exists()


def test_joining_tells_no_message_that_would_pop_up_later(client) -> None:
    response = join(client)
    assert not list(get_messages(response.wsgi_request))

import time

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.accounts.conftest import NEW_PASSWORD
from tests.elements import page
from workbook.accounts import login, throttles
from workbook.accounts.models import Throttle, User
from workbook.vault import derivation
from workbook.vault.models import DataKey, Session

LOGIN = "/account/login/"

pytestmark = pytest.mark.django_db


def test_name_and_password_open_the_journal(client, person, log_in, is_open) -> None:
    response = log_in(client, person.user.name, person.password)
    assert response["Location"] == reverse("home")
    assert is_open(client)


def test_the_name_may_be_typed_in_any_case_and_width(client, person, log_in, is_open) -> None:
    log_in(client, "  ＱＵＩＥＴ-River-4821 ", person.password)
    assert is_open(client)


@pytest.mark.parametrize("name", ["quiet-river-4821", "nobody"])
def test_unknown_names_and_wrong_passwords_are_answered_alike(client, person, log_in, name) -> None:
    response = log_in(client, name, "not the password")
    assert response.status_code == 422
    assert "That username and password don’t match" in response.text
    assert f'value="{name}"' in response.text
    assert "not the password" not in response.text
    assert not Session.objects.exists()


def test_someone_who_may_not_enter_is_answered_like_an_unknown_name(client, person, log_in) -> None:
    User.objects.update(is_active=False)
    response = log_in(client, person.user.name, person.password)
    assert "That username and password don’t match" in response.text


@pytest.mark.slow
def test_unknown_and_known_names_take_the_same_time(person, log_in, settings, monkeypatch) -> None:
    settings.VAULT_ARGON2 = (16 * 1024, 3, 1)
    User.objects.create_user("known", "a long password of known")
    monkeypatch.setattr(throttles, "PAIR", throttles.Bucket(10_000, 1))
    monkeypatch.setattr(throttles, "ADDRESS", throttles.Bucket(10_000, 1))
    monkeypatch.setattr(throttles, "ACCOUNT", throttles.Bucket(10_000, 1))
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    client = Client()
    for _ in range(30):
        for name, taken in times.items():
            begun = time.thread_time()
            log_in(client, name, "not the password")
            taken.append(time.thread_time() - begun)
    # The quickest of each: whatever else the machine does only adds to a time.
    known, unknown = min(times["known"]), min(times["unknown"])
    assert abs(known - unknown) < 0.05 * known


def test_an_unknown_name_costs_as_many_derivations_as_a_known_one(person, log_in, monkeypatch):
    derived: list[str] = []
    derive = derivation.hash_secret_raw
    monkeypatch.setattr(
        derivation,
        "hash_secret_raw",
        lambda *args, **more: derived.append(name) or derive(*args, **more),
    )
    for name in (person.user.name, "nobody"):
        log_in(Client(), name, "not the password")
    assert derived == [person.user.name, "nobody"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"username": "ana"},
        {"password": "x"},
        {"username": "ana", "password": "x" * 1025},
        {"username": "a" * 5000, "password": NEW_PASSWORD},
        {"username": "\x00", "password": "\x00"},
    ],
)
def test_odd_forms_are_answered_and_never_reach_the_hash(client, fields, monkeypatch) -> None:
    if fields.get("password") != NEW_PASSWORD:
        monkeypatch.setattr(derivation, "hash_secret_raw", None)
    assert client.post(LOGIN, fields).status_code == 422


def test_a_very_long_password_is_refused_kindly(client, person, log_in) -> None:
    response = log_in(client, person.user.name, "a" * 5000)
    assert "A password can have up to 1024 characters" in response.text
    assert not Throttle.objects.exists()


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil", "http:evil", "\n/x", "evil"],
)
def test_entering_never_leads_to_another_site(client, person, log_in, wanted: str) -> None:
    response = log_in(client, person.user.name, person.password, next=wanted)
    assert response["Location"] == reverse("home")


def test_entering_leads_back_to_the_page_that_asked(client, person, log_in) -> None:
    page = client.get(reverse("account"))
    assert page["Location"] == f"{LOGIN}?next=/account/"
    response = log_in(client, person.user.name, person.password, next="/account/")
    assert response["Location"] == "/account/"


def test_too_many_tries_have_to_wait_and_are_told_how_long(client, person, log_in) -> None:
    for _ in range(throttles.PAIR.burst):
        log_in(client, person.user.name, "not the password")
    response = log_in(client, person.user.name, person.password)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= throttles.PAIR.seconds
    assert "Nothing is locked" in response.text
    assert 'id="crisis-banner"' in response.text


def test_it_is_never_a_hard_lock(client, person, log_in, is_open) -> None:
    for _ in range(50):
        log_in(client, person.user.name, "not the password")
    Throttle.objects.update(empty_at=timezone.now())
    log_in(client, person.user.name, person.password)
    assert is_open(client)


def test_entering_rightly_many_times_is_not_slowed(person, log_in) -> None:
    for _ in range(throttles.ADDRESS.burst + 10):
        assert log_in(Client(), person.user.name, person.password).status_code == 302


def test_a_queue_at_the_door_is_told_as_one_and_counts_as_no_try(
    client, person, log_in, monkeypatch
) -> None:
    monkeypatch.setattr(derivation, "_places", derivation.threading.BoundedSemaphore(1))
    derivation._places.acquire()
    for _ in range(throttles.PAIR.burst + 2):
        response = log_in(client, person.user.name, person.password)
        assert response.status_code == 503
        assert response["Retry-After"] == "5"


def test_a_stale_page_comes_back_with_the_name(strict, person, log_in) -> None:
    response = log_in(strict, person.user.name, person.password, shared_device="on")
    assert response.status_code == 403
    assert f'value="{person.user.name}"' in response.text
    assert "checked" in response.text
    assert person.password not in response.text
    token = page(response.text).values("csrfmiddlewaretoken")[0]
    again = log_in(strict, person.user.name, person.password, csrfmiddlewaretoken=token)
    assert again.status_code == 302


def test_on_a_shared_device_it_locks_soon_and_forgets(client, person, log_in, settings) -> None:
    User.objects.update(lock_minutes=60)
    log_in(client, person.user.name, person.password, shared_device="on")
    assert not client.cookies[settings.SESSION_COOKIE_NAME]["max-age"]
    assert Session.objects.get().lock_minutes == 5


def test_someone_locked_is_asked_for_the_password_alone(person, entered, is_open) -> None:
    client = entered(person, locked=True)
    page = client.get(f"{LOGIN}?next=/account/")
    assert "Your journal is locked" in page.text
    assert 'type="hidden" name="username" value="quiet-river-4821"' in page.text
    sessions = set(Session.objects.values_list("pk", flat=True))
    response = client.post(
        LOGIN, {"username": person.user.name, "password": person.password, "next": "/account/"}
    )
    assert response["Location"] == "/account/"
    assert is_open(client)
    assert set(Session.objects.values_list("pk", flat=True)) == sessions


def test_unlocking_leaves_the_forms_of_other_tabs_in_force(person, entered, settings) -> None:
    client = entered(person, locked=True)
    client.get(LOGIN)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    client.post(LOGIN, {"username": person.user.name, "password": person.password})
    assert client.cookies[settings.CSRF_COOKIE_NAME].value == token


def test_a_wrong_password_at_the_lock_keeps_it_locked(person, entered, is_open) -> None:
    client = entered(person, locked=True)
    response = client.post(LOGIN, {"username": person.user.name, "password": "wrong one"})
    assert "Your journal is locked" in response.text
    assert "don’t match" in response.text
    assert not is_open(client)


def test_someone_else_entering_in_a_locked_browser_gets_a_session_of_their_own(
    make_person, entered, log_in
) -> None:
    ana, ben = make_person("ana"), make_person("ben")
    client = entered(ana, locked=True)
    before = Session.objects.get().pk
    log_in(client, "ben", ben.password)
    session = Session.objects.get()
    assert session.pk != before
    assert session.user_id == ben.user.pk


def test_whoever_is_in_already_goes_on(person, entered) -> None:
    client = entered(person)
    assert client.get(f"{LOGIN}?next=/account/")["Location"] == "/account/"


def test_a_session_that_ran_out_asks_to_enter_again(person, entered, settings) -> None:
    client = entered(person)
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/account/")["Location"] == f"{LOGIN}?next=/account/"
    assert client.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert "<h1>Sign in</h1>" in client.get(LOGIN).text


def test_a_new_session_begins_at_entering_whatever_cookie_was_there(
    client, person, log_in, settings
) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = "A" * 43
    log_in(client, person.user.name, person.password)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted


def test_an_account_made_by_createsuperuser_gets_its_journal_at_first_entering(
    client, log_in, is_open
) -> None:
    operator = User.objects.create_superuser("operator", "a long password of operator")
    assert not DataKey.objects.exists()
    log_in(client, "operator", "a long password of operator")
    assert is_open(client)
    log_in(Client(), "operator", "a long password of operator")
    assert DataKey.objects.filter(user=operator).count() == 1


def test_a_missing_server_key_is_told_as_the_sites_fault(
    client, person, log_in, settings, caplog
) -> None:
    settings.WORKBOOK_KEYS = (b"another key of 32 bytes, not ours",)
    response = log_in(client, person.user.name, person.password)
    assert response.status_code == 503
    assert "One of this site’s own keys is missing" in response.text
    assert not Session.objects.exists()
    assert DataKey.objects.count() == 1


def test_the_door_sets_no_session_cookie(client, settings) -> None:
    client.get(LOGIN)
    assert settings.SESSION_COOKIE_NAME not in client.cookies


@pytest.mark.parametrize("address", [LOGIN, "/account/signup/", "/account/recover/"])
def test_pages_with_passwords_are_never_kept(client, address: str) -> None:
    assert "no-store" in client.get(address)["Cache-Control"]


def test_no_field_cuts_what_is_pasted(client) -> None:
    for address in (LOGIN, "/account/signup/", "/account/recover/"):
        assert "maxlength" not in client.get(address).text


def test_password_managers_are_told_what_is_what(client) -> None:
    page = client.get(LOGIN).text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="new-password"' in client.get("/account/signup/").text


def test_session_and_person_cost_one_query(person, entered, django_assert_num_queries, rf) -> None:
    from workbook.accounts.middleware import PersonMiddleware

    client = entered(person)
    request = rf.get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    SessionMiddleware(lambda request: None).process_request(request)
    PersonMiddleware(lambda request: None).process_request(request)
    with django_assert_num_queries(1):
        assert request.user.is_authenticated
        assert request.user.name == person.user.name
        assert request.session.keyring is not None


def test_nobody_costs_no_query(django_assert_num_queries, rf) -> None:
    from workbook.accounts.middleware import PersonMiddleware

    request = rf.get("/")
    SessionMiddleware(lambda request: None).process_request(request)
    PersonMiddleware(lambda request: None).process_request(request)
    with django_assert_num_queries(0):
        assert not request.user.is_authenticated


def test_a_password_changed_elsewhere_ends_this_session(person, entered) -> None:
    client = entered(person)
    person.user.set_password("set somewhere else")
    person.user.save()
    assert client.get("/account/").status_code == 302
    assert not Session.objects.exists()


def test_a_person_shut_out_is_out_at_once(person, entered) -> None:
    client = entered(person)
    User.objects.update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_a_secret_key_from_before_keeps_people_in(person, entered, settings) -> None:
    client = entered(person)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key for tests, long enough " * 2
    assert client.get("/account/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/account/").status_code == 200


def test_of_two_first_openings_at_once_the_later_opens_what_the_first_began(
    db, monkeypatch
) -> None:
    word = "a long password of ana"
    user, real = User.objects.create_user("ana", word), login.begin

    def begun_meanwhile(person):
        real(person, word)
        return False

    def late(person, password):
        raise IntegrityError

    monkeypatch.setattr(login, "has_journal", begun_meanwhile)
    monkeypatch.setattr(login, "begin", late)
    keyring = login.open_journal(user, word)
    assert keyring is not None
    assert keyring.held == (DataKey.objects.get().id,)

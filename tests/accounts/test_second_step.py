"""A right password alone is not signing in: what stands between it and the code, and what gets past."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import raw
from tests.accounts.code_apps import App, turn_on
from tests.accounts.conftest import NEW_PASSWORD
from tests.elements import page
from tests.routes import ADDRESSES
from workbook.accounts import throttles
from workbook.accounts.events import EventKind, events_of
from workbook.accounts.models import Throttle, User, Wait
from workbook.vault import code_apps, pending
from workbook.vault.models import CodeApp, KeySlot, PendingSession, Session
from workbook.vault.recovery_keys import add_recovery_key

LOGIN, CODE, CODE_APP = "/account/login/", "/account/code/", "/account/code-app/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(monkeypatch) -> App:
    return App(monkeypatch)


@pytest.fixture
def ana(make_person, entered, app):
    """Somebody who has a code app; ``.codes`` are her ten."""
    ana = make_person("ana")
    ana.codes = turn_on(entered(ana), ana, app)
    Session.objects.all().delete()
    return ana


@pytest.fixture
def at_code(ana, log_in):
    """A browser in which her password was right."""
    client = Client()
    response = log_in(client, "ana", ana.password, next="/journal/")
    assert response["Location"] == f"{CODE}?next=%2Fjournal%2F"
    return client


def send(client: Client, code: str, **more: str):
    return client.post(CODE, {"code": code, **more})


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


# --- The ordinary way ---


def test_password_and_code_open_the_journal(at_code, app, is_open) -> None:
    assert "Type the code that your app shows now." in at_code.get(CODE).text
    response = send(at_code, app.next_code(), next="/journal/")
    assert response["Location"] == "/journal/"
    assert is_open(at_code)
    assert not PendingSession.objects.exists()
    assert at_code.cookies[site.PENDING_COOKIE_NAME].value == ""


def test_a_code_may_be_typed_in_groups_and_in_any_width(at_code, app) -> None:
    code = app.next_code()
    wide = f"{code[:3]} {code[3:]}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert send(at_code, wide).status_code == 302
    assert is_in(at_code)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(at_code, app, steps, is_taken) -> None:
    app.now += 300
    send(at_code, app.code_at(steps))
    assert is_in(at_code) == is_taken


def test_each_of_the_ten_codes_signs_in_once(ana, log_in) -> None:
    assert len(set(ana.codes)) == 10
    for code in ana.codes[:2]:
        for times in range(2):
            client = Client()
            log_in(client, "ana", ana.password)
            send(client, code)
            assert is_in(client) == (times == 0)
    assert code_apps.codes_left(ana.user) == 8


def test_an_account_without_a_code_app_is_asked_for_none(person, client, log_in, is_open) -> None:
    log_in(client, person.user.name, person.password)
    assert is_open(client)


def test_whoever_is_only_locked_types_the_password_alone(ana, entered, is_open) -> None:
    client = entered(ana, locked=True)
    client.post(LOGIN, {"username": "ana", "password": ana.password})
    assert is_open(client)


def test_on_a_shared_device_it_still_forgets_after_the_code(ana, client, log_in, app) -> None:
    log_in(client, "ana", ana.password, shared_device="on")
    send(client, app.next_code())
    assert not client.cookies[site.SESSION_COOKIE_NAME]["max-age"]
    assert Session.objects.get().lock_minutes == 5


# --- A right password and no code ---


def test_the_password_alone_is_no_session(at_code) -> None:
    assert not Session.objects.exists()
    assert site.SESSION_COOKIE_NAME not in at_code.cookies
    cookie = at_code.cookies[site.PENDING_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 300


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_of_the_site_takes_it_for_signed_in(at_code, method) -> None:
    """Each address answers as it does to a stranger."""
    stranger = Client()
    for client in (stranger, at_code):
        client.raise_request_exception = False
    for address in ADDRESSES:
        if address in {CODE, "/exit/", "/account/logout/"}:
            continue
        theirs, ours = getattr(stranger, method)(address), getattr(at_code, method)(address)
        assert ours.status_code == theirs.status_code, address
        assert ours.get("Location") == theirs.get("Location"), address
        assert b"ana" not in ours.headers.get("Location", "").encode()
    assert not Session.objects.exists()


def test_its_cookie_is_no_sessions_cookie(at_code) -> None:
    thief = Client()
    thief.cookies[site.SESSION_COOKIE_NAME] = at_code.cookies[site.PENDING_COOKIE_NAME].value
    assert not is_in(thief)


def test_a_sessions_cookie_is_not_its_cookie(ana, entered, app) -> None:
    session = entered(ana).cookies[site.SESSION_COOKIE_NAME].value
    thief = Client()
    thief.cookies[site.PENDING_COOKIE_NAME] = session
    assert send(thief, app.next_code()).status_code == 403
    assert not is_in(thief)


def test_nor_is_the_id_of_its_row(at_code, app) -> None:
    thief = Client()
    thief.cookies[site.PENDING_COOKIE_NAME] = PendingSession.objects.get().key.ljust(43, "0")
    assert send(thief, app.next_code()).status_code == 403


def test_it_ends_after_five_minutes(at_code, app) -> None:
    PendingSession.objects.update(expires_at=timezone.now())
    response = send(at_code, app.next_code(), next="/journal/")
    assert response.status_code == 403
    assert "The time to type the code is over." in response.text
    [form] = [one for one in page(response.text).all("form") if one.all("input", type="password")]
    assert form.attributes["action"] == LOGIN
    assert form.one("input", name="next").attributes["value"] == "/journal/"
    assert not is_in(at_code)


def test_it_ends_after_five_wrong_codes_and_says_so_to_its_owner(ana, at_code, app) -> None:
    for _time in range(4):
        assert send(at_code, app.wrong_code()).status_code == 422
    assert "That was five wrong codes." in send(at_code, app.wrong_code()).text
    assert not PendingSession.objects.exists()
    send(at_code, app.next_code())
    assert not is_in(at_code)
    assert EventKind.CODES_WRONG in {told.kind for told in events_of(ana.user, ana.keyring)}


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_are_no_more_than_five(at_code, monkeypatch) -> None:
    from workbook.accounts.views import second_step

    looked: list[str] = []
    monkeypatch.setattr(second_step, "use_code", lambda user, code: bool(looked.append(code)))
    monkeypatch.setattr(throttles, "CODE_PAIR", throttles.Bucket(1000, 1))
    together = threading.Barrier(8, timeout=10)

    def guess() -> None:
        thief = Client()
        thief.cookies[site.PENDING_COOKIE_NAME] = at_code.cookies[site.PENDING_COOKIE_NAME].value
        together.wait()
        send(thief, "000000")

    _all_at_once([guess] * 8)
    assert len(looked) <= pending.MOST_TRIES


@pytest.mark.django_db(transaction=True)
def test_of_two_with_the_same_code_at_once_one_is_refused(ana, log_in, app) -> None:
    clients = [Client(), Client()]
    for client in clients:
        log_in(client, "ana", ana.password)
    code, together = app.next_code(), threading.Barrier(2, timeout=10)

    def go(client: Client) -> None:
        together.wait()
        send(client, code)

    _all_at_once([lambda client=client: go(client) for client in clients])
    assert sorted(map(is_in, clients)) == [False, True]


def _all_at_once(jobs) -> None:
    from django.db import connection

    def run(job) -> None:
        job()
        connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_code_works_once(ana, at_code, log_in, app) -> None:
    code = app.next_code()
    send(at_code, code)
    assert is_in(at_code)
    again = Client()
    log_in(again, "ana", ana.password)
    assert "was used already" in send(again, code).text
    assert not is_in(again)


def test_nor_does_an_older_one_work_after_a_newer(ana, at_code, log_in, app) -> None:
    older = app.next_code()
    send(at_code, app.next_code())
    again = Client()
    log_in(again, "ana", ana.password)
    send(again, older)
    assert not is_in(again)


def test_a_code_of_somebody_else_is_wrong(at_code, make_person, entered, monkeypatch) -> None:
    ben, bens = make_person("ben"), App(monkeypatch)
    codes = turn_on(entered(ben), ben, bens)
    for code in (bens.next_code(), codes[0]):
        send(at_code, code)
    assert not is_in(at_code)


@pytest.mark.parametrize("odd", ["", " ", "12345", "1234567", "abcdef", "\x00", "9" * 5000, "é💥"])
def test_odd_codes_are_wrong_and_not_broken(at_code, odd) -> None:
    assert send(at_code, odd).status_code == 422
    assert not is_in(at_code)


def test_a_changed_password_ends_what_waits_for_a_code(ana, at_code, app) -> None:
    user = User.objects.get()
    user.set_password(NEW_PASSWORD)
    user.save()
    send(at_code, app.next_code())
    assert not is_in(at_code)


def test_so_does_a_new_key(ana, at_code, entered, app) -> None:
    entered(ana).post("/account/new-key/", {"password": ana.password})
    assert not PendingSession.objects.exists()
    assert send(at_code, app.next_code()).status_code == 403
    assert not is_in(at_code)


def test_so_does_being_shut_out(at_code, app) -> None:
    User.objects.update(is_active=False)
    send(at_code, app.next_code())
    assert not Session.objects.exists()


def test_a_password_of_staff_meets_the_code_as_well(ana, client, log_in, app) -> None:
    user = User.objects.get()
    user.set_password("given by the staff 123")
    user.save()
    log_in(client, "ana", "given by the staff 123")
    assert not is_in(client)
    response = send(client, app.next_code())
    assert response["Location"] == reverse("closed-journal")


def test_making_the_account_anew_is_no_way_round_the_code(ana, client) -> None:
    response = client.post(
        "/account/signup/", {"username": "ana", "password": ana.password, "device": "mine"}
    )
    assert response["Location"] == CODE
    assert not is_in(client)


def test_nor_is_the_cover_of_a_page(ana, client) -> None:
    response = client.post(
        reverse("uncover"),
        {"username": "ana", "password": ana.password},
        headers={"Alongside-Page": "1"},
    )
    assert response.status_code == 409
    assert "Sign in in another tab" in response.text
    assert not Session.objects.exists()


def test_nor_is_a_device_that_has_waited_long_enough(ana, entered, app, is_open) -> None:
    phone = entered(ana)
    phone.post("/account/devices/", {"password": ana.password})
    Session.objects.all().delete()
    phone.post("/account/recover/", {"wait": "1"})
    wait = Wait.objects.get()
    Wait.objects.update(begun_at=wait.begun_at - timedelta(hours=49))
    data = {"password": NEW_PASSWORD, "device": "1"}
    for step in ("", app.wrong_code()):
        assert phone.post("/account/recover/", {**data, "step": step}).status_code == 422
        assert not is_in(phone)
    phone.post("/account/recover/", {**data, "step": app.next_code()})
    assert is_open(phone)


def test_nor_one_whose_wait_ends_while_it_is_looked_at(ana, entered, app, monkeypatch) -> None:
    phone = entered(ana)
    phone.post("/account/devices/", {"password": ana.password})
    Session.objects.all().delete()
    phone.post("/account/recover/", {"wait": "1"})
    looks = iter([False])
    monkeypatch.setattr(Wait, "is_over", property(lambda wait: next(looks, True)))
    phone.post("/account/recover/", {"password": NEW_PASSWORD, "device": "1"})
    assert not is_in(phone)
    assert KeySlot.objects.filter(kind="device").exists()


def test_trying_codes_with_a_known_password_is_slowed(ana, log_in, app) -> None:
    statuses = []
    for _time in range(3):
        client = Client()
        log_in(client, "ana", ana.password)
        statuses += [send(client, app.wrong_code()).status_code for _try in range(5)]
    assert statuses.count(429) >= 4
    assert Throttle.objects.exists()


def test_being_slowed_costs_no_try(at_code, app, monkeypatch) -> None:
    monkeypatch.setattr(throttles, "CODE_PAIR", throttles.Bucket(1, 600))
    assert send(at_code, app.wrong_code()).status_code == 422
    for _time in range(8):
        assert send(at_code, app.next_code()).status_code == 429
    assert PendingSession.objects.get().tries == 1


def test_right_codes_are_never_slowed(ana, log_in, app) -> None:
    for _time in range(throttles.CODE_PAIR.burst + 3):
        client = Client()
        log_in(client, "ana", ana.password)
        assert send(client, app.next_code()).status_code == 302


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil"])
def test_the_code_never_leads_to_another_site(at_code, app, wanted) -> None:
    assert send(at_code, app.next_code(), next=wanted)["Location"] == reverse("home")


def test_a_page_without_its_token_is_shown_anew_and_costs_no_try(ana, log_in, app) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = _pending_cookies(ana, log_in)
    response = send(strict, app.next_code())
    assert response.status_code == 403
    assert "Please press again." in response.text
    assert PendingSession.objects.get().tries == 0


def _pending_cookies(ana, log_in):
    client = Client()
    log_in(client, "ana", ana.password)
    return client.cookies


def test_without_a_password_before_it_there_is_no_page_of_the_code(client) -> None:
    assert client.get(f"{CODE}?next=%2Fjournal%2F")["Location"] == f"{LOGIN}?next=%2Fjournal%2F"
    assert send(client, "123456").status_code == 403


def test_leaving_quickly_ends_what_waits(at_code) -> None:
    click = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
    response = at_code.get("/exit/", headers=click)
    assert response.cookies[site.PENDING_COOKIE_NAME]["max-age"] == 0
    assert not PendingSession.objects.exists()


def test_a_new_session_begins_at_the_code(at_code, app) -> None:
    at_code.cookies[site.SESSION_COOKIE_NAME] = planted = "A" * 43
    send(at_code, app.next_code())
    assert at_code.cookies[site.SESSION_COOKIE_NAME].value != planted


# --- Words that were posted when the session had run out ---


def test_words_of_an_expired_session_survive_the_code(ana, entered, client, log_in, app) -> None:
    from workbook.journal.models import Entry
    from workbook.journal.rendering.prompt_form import writer_of

    address = "/journal/answers/alongside/today-brought/"
    words = "a heron on the ice 4711"
    mine = entered(ana)
    Session.objects.all().delete()
    form = {"answer": words, "writer": writer_of(ana.user), "version": "0"}
    refused = mine.post(address, form)
    assert refused.status_code == 403
    assert words in refused.text
    log_in(mine, "ana", ana.password)
    between = mine.post(address, form)
    assert between.status_code == 403
    assert words in between.text
    assert not Entry.objects.exists()
    send(mine, app.next_code())
    assert mine.post(address, form).status_code == 302
    assert Entry.objects.get().open(ana.keyring)["answer"] == {"text": words}
    assert words.encode() not in raw.everything_at_rest()


# --- The backup key ---


def test_the_backup_key_stands_for_both_steps_of_a_reader(ana, client, is_open) -> None:
    code = add_recovery_key(ana.user, ana.keyring)
    client.post("/account/recover/", {"code": code, "password": NEW_PASSWORD})
    assert is_open(client)
    client.post(CODE_APP, {"password": NEW_PASSWORD, "end": "1"})
    assert not CodeApp.objects.exists()


# --- What a thief finds ---


def test_neither_secret_nor_codes_nor_open_keys_lie_in_the_database(ana, at_code, app) -> None:
    at_rest = raw.everything_at_rest()
    from workbook.vault.totp import as_text

    loot = [
        app.secret,
        app.secret.hex().encode(),
        as_text(app.secret).encode(),
        at_code.cookies[site.PENDING_COOKIE_NAME].value.encode(),
        *(ana.keyring.data_key(held) for held in ana.keyring.held),
        *(code.encode() for code in ana.codes),
        *(code.replace(" ", "").encode() for code in ana.codes),
    ]
    assert not [one for one in loot if one in at_rest]


def test_a_row_moved_to_another_person_is_no_code_app_of_theirs(ana, make_person, client, log_in):
    ben = make_person("ben")
    row = CodeApp.objects.get()
    CodeApp.objects.filter(user=ana.user).update(user_id=ben.user.pk)
    response = log_in(client, "ben", ben.password)
    assert response["Location"] == CODE
    assert send(client, "000000").status_code == 503
    assert not is_in(client)
    assert row.wrapped


def test_somebody_elses_pending_keys_in_ones_own_row_open_nothing(
    ana, at_code, make_person, entered, log_in, monkeypatch, app
) -> None:
    ben, bens = make_person("ben"), App(monkeypatch)
    turn_on(entered(ben), ben, bens)
    client = Client()
    log_in(client, "ben", ben.password)
    anas = PendingSession.objects.get(user=ana.user)
    PendingSession.objects.filter(user=ben.user).update(sealed_keys=anas.sealed_keys)
    send(client, bens.next_code())
    assert not is_in(client)


def test_deleting_the_account_takes_all_of_it_along(ana, at_code, entered) -> None:
    client = entered(ana)
    client.post("/account/delete/", {"confirmation": "delete", "password": ana.password})
    assert not User.objects.exists()
    assert not CodeApp.objects.exists()
    assert not PendingSession.objects.exists()


def test_a_thief_with_the_password_never_keeps_its_owners_browser_waiting(
    ana, entered, client, log_in, app, monkeypatch
) -> None:
    mine = Client()
    log_in(mine, "ana", ana.password)
    send(mine, app.next_code())
    mine.post("/account/logout/")
    monkeypatch.setattr(throttles, "CODE_ACCOUNT", throttles.Bucket(3, 600))
    for _time in range(2):
        log_in(client, "ana", ana.password)
        statuses = [send(client, app.wrong_code()).status_code for _try in range(4)]
    assert statuses[-1] == 429
    log_in(mine, "ana", ana.password)
    assert send(mine, app.next_code()).status_code == 302
    assert is_in(mine)

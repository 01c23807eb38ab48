"""What staff may do more than a reader rests on a second step that was shown in the session."""

import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from tests.accounts.code_apps import App, turn_on
from tests.accounts.conftest import NEW_PASSWORD
from workbook.accounts import throttles
from workbook.accounts.events import EventKind, events_of
from workbook.accounts.models import User
from workbook.accounts.second_step import must_have_second_step
from workbook.vault.models import CodeApp, Session
from workbook.vault.recovery_keys import add_recovery_key

LOGIN, CODE, CODE_APP, ADMIN = (
    "/account/login/",
    "/account/code/",
    "/account/code-app/",
    "/admin/accounts/user/",
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(monkeypatch) -> App:
    return App(monkeypatch)


@pytest.fixture
def operator(make_person):
    """A superuser who has just been made one."""
    operator = make_person("operator")
    User.objects.filter(name="operator").update(is_staff=True, is_superuser=True)
    operator.user.refresh_from_db()
    return operator


def may_admin(client: Client) -> bool:
    return client.get(ADMIN).status_code == 200


def password_in(client: Client, person) -> None:
    client.post(LOGIN, {"username": person.user.name, "password": person.password})


def test_one_function_says_who_must_have_one(person, operator) -> None:
    assert must_have_second_step(operator.user)
    assert not must_have_second_step(person.user)
    assert must_have_second_step(User(is_staff=False, is_superuser=True))


def test_a_password_alone_gives_staff_what_a_reader_has(operator, client, log_in, is_open) -> None:
    response = log_in(client, "operator", operator.password, next=ADMIN)
    assert response["Location"].startswith(CODE_APP)
    assert is_open(client)
    assert not may_admin(client)
    assert client.post(ADMIN, {"action": "sign_out"}).status_code == 302
    assert "Run this site" not in client.get("/account/").text or not may_admin(client)


def test_setting_a_code_app_up_gives_them_their_rights(operator, client, app) -> None:
    password_in(client, operator)
    turn_on(client, operator, app)
    assert may_admin(client)
    again = Client()
    password_in(again, operator)
    assert not may_admin(again)
    assert again.post(CODE, {"code": app.next_code()}).status_code == 302
    assert may_admin(again)


@pytest.mark.parametrize("address", ["/admin/", ADMIN, f"{ADMIN}add/", "/admin/auth/group/"])
def test_every_page_of_the_admin_leads_to_the_step(operator, entered, address) -> None:
    client = entered(operator, shown=False)
    response = client.get(address, follow=True)
    assert response.redirect_chain[-1][0].startswith(CODE_APP)


def test_a_reader_gets_no_further_by_having_a_step(person, entered) -> None:
    assert entered(person).get(ADMIN).status_code in {302, 403}
    assert not may_admin(entered(person))


# --- A password or a backup key alone is no way to staff's rights ---


@pytest.fixture
def enrolled(operator, app):
    """A superuser with a code app, and a backup key that was stolen."""
    client = Client()
    password_in(client, operator)
    turn_on(client, operator, app)
    operator.code = add_recovery_key(operator.user, operator.keyring)
    return operator


@pytest.fixture
def thief(enrolled) -> Client:
    """A browser that came in by the backup key alone."""
    client = Client()
    client.post("/account/recover/", {"code": enrolled.code, "password": NEW_PASSWORD})
    return client


def test_the_backup_key_opens_the_journal_of_staff_and_not_the_admin(thief, is_open) -> None:
    assert is_open(thief)
    assert not may_admin(thief)


@pytest.mark.parametrize("what", ["end", "begin", "codes"])
def test_by_it_nobody_changes_the_step(thief, what) -> None:
    before = CodeApp.objects.get().wrapped
    thief.post(CODE_APP, {"password": NEW_PASSWORD, what: "1"})
    assert CodeApp.objects.get().wrapped == before
    assert "it wasn’t shown when you signed in here" in thief.get(CODE_APP).text


def test_not_even_by_replacing_every_key(thief, app, enrolled) -> None:
    thief.post("/account/new-key/", {"password": NEW_PASSWORD, "code": enrolled.code})
    assert CodeApp.objects.exists()
    assert not may_admin(thief)


def test_nor_by_a_step_that_was_ended_with_a_part_of_the_journal(thief, app, enrolled) -> None:
    CodeApp.objects.all().delete()
    assert "Ask another person who runs the site" in thief.get(CODE).text
    thief.post(CODE_APP, {"password": NEW_PASSWORD, "begin": "1"})
    assert not CodeApp.objects.exists()


def test_the_code_itself_gives_the_rights_back(thief, app) -> None:
    for _time in range(2):
        assert thief.post(CODE, {"code": app.wrong_code()}).status_code == 422
    assert not may_admin(thief)
    assert thief.post(CODE, {"code": app.next_code(), "next": ADMIN})["Location"] == ADMIN
    assert may_admin(thief)


def test_guessing_at_that_step_is_slowed(thief, app) -> None:
    statuses = [thief.post(CODE, {"code": app.wrong_code()}).status_code for _try in range(12)]
    assert statuses[-1] == 429


def test_the_rights_begin_with_a_token_of_their_own(thief, app) -> None:
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = thief.cookies[settings.SESSION_COOKIE_NAME].value
    thief.post(CODE, {"code": app.next_code()})
    assert may_admin(thief)
    assert not may_admin(stolen)
    assert stolen.get("/account/").status_code == 302


def test_new_browsers_without_end_are_no_new_tries(thief, app, monkeypatch) -> None:
    monkeypatch.setattr(throttles, "CODE_ACCOUNT", throttles.Bucket(12, 120))
    guesses = []
    for number in range(20):
        # Any opening makes whoever holds the session a browser that is known.
        thief.cookies.pop(settings.BROWSER_COOKIE_NAME, None)
        thief.post("/account/", {"lock_minutes": "15" if number % 2 else "60"})
        assert settings.BROWSER_COOKIE_NAME in thief.cookies
        guesses.append(thief.post(CODE, {"code": app.wrong_code()}).status_code)
    assert guesses == [422] * 12 + [429] * 8


def test_staff_cant_turn_their_only_step_off(enrolled, entered) -> None:
    client = entered(enrolled)
    client.post(CODE_APP, {"password": enrolled.password, "end": "1"})
    assert CodeApp.objects.exists()
    assert "can’t be turned off while you help run this site" in client.get(CODE_APP).text


# --- Another superuser lets them begin anew ---


def again(client: Client, person) -> None:
    client.post(ADMIN, {"action": "enroll_again", "_selected_action": [str(person.user.pk)]})


def test_another_superuser_lets_them_set_it_up_again(enrolled, thief, make_person, entered, app):
    other = make_person("other operator")
    User.objects.filter(name="other operator").update(is_staff=True, is_superuser=True)
    other.user.refresh_from_db()
    again(entered(other), enrolled)
    assert not CodeApp.objects.exists()
    assert not Session.objects.filter(user=enrolled.user).exists()
    assert EventKind.FACTOR_REMOVED in {told.kind for told in events_of(enrolled.user, None)}
    enrolled.password = NEW_PASSWORD
    client = Client()
    password_in(client, enrolled)
    turn_on(client, enrolled, app)
    assert may_admin(client)


def test_nobody_does_that_for_themselves(enrolled, entered) -> None:
    client = entered(enrolled)
    again(client, enrolled)
    assert CodeApp.objects.exists()
    assert may_admin(client)


def test_staff_who_are_no_superusers_do_it_for_readers_only(
    enrolled, person, make_person, entered, app
) -> None:
    from django.contrib.auth.models import Permission

    helper = make_person("helper")
    User.objects.filter(name="helper").update(is_staff=True)
    helper.user.refresh_from_db()
    helper.user.user_permissions.set(
        Permission.objects.filter(codename__in=["change_user", "view_user"])
    )
    client = entered(helper)
    again(client, enrolled)
    assert CodeApp.objects.filter(user=enrolled.user).exists()
    turn_on(entered(person), person, app)
    again(client, person)
    assert not CodeApp.objects.filter(user=person.user).exists()


def test_whoever_becomes_staff_may_begin_once(enrolled, person, entered, app) -> None:
    User.objects.filter(pk=person.user.pk).update(may_enroll=False)
    office = entered(enrolled)
    data = {"name": person.user.name, "is_active": "on", "is_staff": "on"}
    assert office.post(f"{ADMIN}{person.user.pk}/change/", data).status_code == 302
    client = Client()
    password_in(client, person)
    turn_on(client, person, app)
    assert client.get("/admin/").status_code == 200


def test_a_reader_with_a_step_who_becomes_staff_has_begun(enrolled, person, entered, app) -> None:
    turn_on(entered(person), person, app)
    data = {"name": person.user.name, "is_active": "on", "is_staff": "on"}
    entered(enrolled).post(f"{ADMIN}{person.user.pk}/change/", data)
    assert not User.objects.get(pk=person.user.pk).may_enroll


def test_whoever_has_the_machine_lets_the_last_superuser_begin_anew(enrolled) -> None:
    out = io.StringIO()
    call_command("enroll_again", "Operator", stdout=out)
    assert not CodeApp.objects.exists()
    assert User.objects.get(name="operator").may_enroll
    assert "operator" in out.getvalue()
    with pytest.raises(CommandError, match="Nobody"):
        call_command("enroll_again", "nobody at all")

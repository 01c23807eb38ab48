"""Setting a code app up: shown, proven, used from then on; and what happens to it afterwards."""

import re

import pytest
from django.test import Client

from tests import raw
from tests.accounts.code_apps import App, turn_on
from tests.accounts.conftest import NEW_PASSWORD
from tests.elements import page
from tests.elements import page as parsed
from workbook.accounts.events import EventKind, events_of
from workbook.accounts.models import User
from workbook.vault import code_apps, rotation, server_keys, totp
from workbook.vault.models import CodeApp, Session
from workbook.vault.passwords import open_with_password
from workbook.vault.recovery_keys import add_recovery_key, prove_recovery_key
from workbook.vault.resealing import replace_data_key
from workbook.vault.sealing import Closed

CODE_APP = "/account/code-app/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(monkeypatch) -> App:
    return App(monkeypatch)


def kinds(person) -> set[str]:
    return {told.kind for told in events_of(person.user, person.keyring)}


# --- RFC 6238, appendix B: its SHA-1 vectors, of which apps show the last six digits ---


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(moment, code) -> None:
    assert totp.code_at(b"12345678901234567890", moment // 30) == code[-6:]


def test_the_secret_has_160_random_bits() -> None:
    secrets = {totp.new_secret() for _time in range(100)}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {20}


# --- Setting it up ---


def test_it_is_shown_as_text_as_a_picture_and_as_a_link_and_asks_nobody_yet(
    person, entered, app
) -> None:
    client = entered(person)
    shown = page(client.post(CODE_APP, {"password": person.password, "begin": "1"}).text)
    app.scan(shown)
    assert len(app.secret) == 20
    picture = shown.one("svg", of="qr")
    assert picture.attributes["role"] == "img"
    assert picture.one("title").words == "The same as a QR code"
    [link] = [one for one in shown.all("a") if one.attributes["href"].startswith("otpauth:")]
    assert f"secret={totp.as_text(app.secret)}" in link.attributes["href"]
    assert "Alongside:quiet-river-4821" in link.attributes["href"]
    assert not code_apps.has_code_app(person.user)


def test_its_picture_has_no_style_or_script_of_its_own(person, entered) -> None:
    shown = entered(person).post(CODE_APP, {"password": person.password, "begin": "1"}).text
    picture = parsed(shown).one("svg", role="img")
    assert not parsed(shown).acting()
    assert not [
        one for one in picture if one.tag in {"image", "a", "use", "script", "foreignobject"}
    ]
    assert not [one for one in picture if any("href" in name for name in one.attributes)]


def test_with_neutral_titles_the_app_is_told_nothing_of_the_site(person, entered) -> None:
    User.objects.update(neutral_titles=True)
    shown = entered(person).post(CODE_APP, {"password": person.password, "begin": "1"})
    [link] = [
        one.attributes["href"]
        for one in page(shown.text).all("a")
        if one.attributes["href"].startswith("otpauth:")
    ]
    assert link.startswith("otpauth://totp/Notes:")
    assert "Alongside" not in link
    assert "localhost" not in link


def test_it_asks_for_the_open_journal_and_the_password(person, entered) -> None:
    locked, client = entered(person, locked=True), entered(person)
    assert locked.post(CODE_APP, {"password": person.password}).status_code == 302
    refused = client.post(CODE_APP, {"password": "a wrong password", "begin": "1"})
    assert "That isn’t your password." in refused.text
    assert not CodeApp.objects.exists()


def test_a_wrong_code_shows_the_same_secret_once_more(person, entered, app) -> None:
    client = entered(person)
    app.scan(page(client.post(CODE_APP, {"password": person.password}).text))
    again = client.post(CODE_APP, {"code": app.wrong_code(), "prove": "1"})
    assert "That code isn’t right." in again.text
    before, secret = app.secret, page(again.text)
    app.scan(secret)
    assert app.secret == before
    assert not code_apps.has_code_app(person.user)


def test_turning_it_on_signs_every_other_browser_out_and_is_told(person, entered, app) -> None:
    other, client = entered(person), entered(person)
    codes = turn_on(client, person, app)
    assert all(re.fullmatch(r"\d{4} \d{4} \d{4}", code) for code in codes)
    assert Session.objects.count() == 1
    assert other.get("/account/").status_code == 302
    assert EventKind.FACTOR_ADDED in kinds(person)
    assert "It is on. 10 of your ten codes are left." in client.get(CODE_APP).text


def test_the_codes_are_shown_only_once(person, entered, app) -> None:
    client = entered(person)
    codes = turn_on(client, person, app)
    for address in (CODE_APP, "/account/"):
        shown = client.get(address).text
        assert not [code for code in codes if code in shown]


def test_new_codes_end_the_earlier_ones(person, entered, app) -> None:
    client = entered(person)
    earlier = turn_on(client, person, app)
    shown = client.post(CODE_APP, {"password": person.password, "codes": "1"})
    newer = [item.words for item in page(shown.text).one("ol", id="codes").all("li")]
    assert not code_apps.use_code(person.user, earlier[0])
    assert code_apps.use_code(person.user, newer[0])


def test_another_app_takes_over_only_once_it_is_proven(person, entered, app, monkeypatch) -> None:
    client = entered(person)
    turn_on(client, person, app)
    newer = App(monkeypatch)
    newer.now = app.now
    newer.scan(page(client.post(CODE_APP, {"password": person.password, "begin": "1"}).text))
    newer.now = app.now = app.now + 60
    assert code_apps.use_code(person.user, app.code_at(0))
    client.post(CODE_APP, {"code": newer.next_code(), "prove": "1"})
    assert CodeApp.objects.count() == 1
    app.now = newer.now
    assert not code_apps.use_code(person.user, app.next_code())
    newer.now = app.now
    assert code_apps.use_code(person.user, newer.next_code())


def test_turning_it_off_asks_for_the_password_and_is_told(person, entered, app) -> None:
    client = entered(person)
    turn_on(client, person, app)
    client.post(CODE_APP, {"password": "a wrong password", "end": "1"})
    assert code_apps.has_code_app(person.user)
    client.post(CODE_APP, {"password": person.password, "end": "1"})
    assert not CodeApp.objects.exists()
    assert EventKind.FACTOR_REMOVED in kinds(person)


def test_a_stale_page_keeps_the_secret_that_is_being_set_up(person, entered, app) -> None:
    client = entered(person)
    app.scan(page(client.post(CODE_APP, {"password": person.password}).text))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    response = strict.post(CODE_APP, {"code": app.next_code(), "prove": "1"})
    assert response.status_code == 403
    before = app.secret
    app.scan(page(response.text))
    assert app.secret == before


def test_a_code_app_that_was_never_proven_is_none(person, entered) -> None:
    client = entered(person)
    client.post(CODE_APP, {"password": person.password})
    assert client.post(CODE_APP, {"code": "", "prove": "1"}).status_code == 422
    assert not code_apps.use_code(person.user, "")


# --- When keys change ---


def test_it_follows_a_rotation_of_the_servers_keys(person, entered, app, settings) -> None:
    codes = turn_on(entered(person), person, app)
    settings.WORKBOOK_KEYS = (b"n" * 32, *settings.WORKBOOK_KEYS)
    assert rotation.rewrap_all().left == 0
    settings.WORKBOOK_KEYS = settings.WORKBOOK_KEYS[:1]
    assert server_keys.is_newest(bytes(CodeApp.objects.get().wrapped))
    assert code_apps.use_code(person.user, codes[0])
    settings.WORKBOOK_KEYS = (b"a key of 32 bytes of somebody's.",)
    with pytest.raises(Closed):
        code_apps.use_code(person.user, codes[1])


def test_it_goes_on_when_the_data_key_is_replaced(person, entered, app) -> None:
    codes = turn_on(entered(person), person, app)
    fresh = replace_data_key(person.user, person.keyring, person.password)
    assert CodeApp.objects.get().data_key_id == fresh.current_id
    assert code_apps.use_code(person.user, codes[0])


@pytest.mark.parametrize("way", ["backup key", "backup key on the closed page", "earlier password"])
def test_what_was_set_up_in_a_newer_part_ends_when_the_older_one_is_regained(
    way, person, entered, log_in, app
) -> None:
    """Staff set a password, come in by it and put a code app of their own over the account."""
    key = add_recovery_key(person.user, person.keyring)
    prove_recovery_key(person.user, key)
    user = User.objects.get()
    user.set_password("given by the staff 123")
    user.save()
    thief = Client()
    log_in(thief, user.name, "given by the staff 123")
    theirs = "chosen by the thief 123"
    begun = {"current": "given by the staff 123", "password": theirs, "begin": "1"}
    thief.post("/account/closed/", begun)
    person.password, mine = theirs, Client()
    turn_on(thief, person, app)
    assert CodeApp.objects.exists()
    if way == "backup key":
        mine.post("/account/recover/", {"code": key, "password": NEW_PASSWORD})
    else:
        earlier = "a long password of quiet-river-4821"
        given = {"code": key} if "page" in way else {"earlier": earlier}
        chosen = {"current": theirs, "password": NEW_PASSWORD, "open": "1"}
        thief.post("/account/closed/", {**chosen, **given})
    assert not CodeApp.objects.exists()


def test_what_was_set_up_in_the_older_part_stays_when_it_is_regained(
    person, entered, log_in, app
) -> None:
    key = add_recovery_key(person.user, person.keyring)
    turn_on(entered(person), person, app)
    Client().post("/account/recover/", {"code": key, "password": NEW_PASSWORD})
    assert code_apps.has_code_app(person.user)
    assert open_with_password(User.objects.get(), NEW_PASSWORD)


def test_a_change_of_the_password_leaves_it_on(person, entered, app) -> None:
    client = entered(person)
    turn_on(client, person, app)
    client.post("/account/password/", {"current": person.password, "password": NEW_PASSWORD})
    assert code_apps.has_code_app(person.user)


def test_nothing_of_it_is_written_to_a_log_or_an_address(person, entered, app, caplog) -> None:
    client = entered(person)
    codes = turn_on(client, person, app)
    text = caplog.text + str(client.get("/account/").headers)
    for secret in (totp.as_text(app.secret), app.secret.hex(), *codes):
        assert secret not in text
    assert app.secret not in raw.everything_at_rest()


def test_one_that_was_left_unproven_lapses(person, entered, app) -> None:
    client = entered(person)
    shown = client.post(CODE_APP, {"password": person.password, "begin": "1"})
    app.scan(page(shown.text))
    app.now += code_apps.SETTING_UP_SECONDS + 1
    # Whoever finds the browser open later is shown no secret, and shuts nobody out by it.
    again = client.post(CODE_APP, {"code": app.wrong_code(), "prove": "1"})
    assert not page(again.text).all("p", id="secret")
    client.post(CODE_APP, {"code": app.next_code(), "prove": "1"})
    assert not code_apps.has_code_app(person.user)


def test_new_codes_never_bring_a_used_one_back(person, entered, app, monkeypatch) -> None:
    turn_on(entered(person), person, app)
    code, make = app.next_code(), code_apps._new_codes

    def meanwhile():
        monkeypatch.setattr(code_apps, "_new_codes", make)
        assert code_apps.use_code(person.user, code)
        return make()

    monkeypatch.setattr(code_apps, "_new_codes", meanwhile)
    [fresh, *_rest] = code_apps.renew_codes(person.user)
    assert not code_apps.use_code(person.user, code)
    assert code_apps.use_code(person.user, fresh)

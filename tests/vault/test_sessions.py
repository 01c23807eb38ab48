"""A browser with a cookie jar, Django's own session middleware, and the vault's store behind it."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.auth import get_user, login, logout, update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tests.vault.writers import Writer
from workbook.vault import sessions
from workbook.vault.models import Session
from workbook.vault.sessions import (
    SessionStore,
    end_other_sessions,
    keyring_of,
    lock_session,
    row_id,
    unlock_session,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Browser:
    def __init__(self, token: str | None = None) -> None:
        self.cookies = {site.SESSION_COOKIE_NAME: token} if token else {}

    @property
    def token(self) -> str:
        return self.cookies.get(site.SESSION_COOKIE_NAME, "")

    def visit(self, view: Callable[[Any], Any], status: int = 200) -> Any:
        """What the view returns for a request that carries this browser's cookies."""
        shown = None

        def respond(request: HttpRequest) -> HttpResponse:
            nonlocal shown
            shown = view(request)
            return HttpResponse(status=status)

        request = RequestFactory().get("/")
        request.COOKIES.update(self.cookies)
        request.user = SimpleLazyObject(lambda: request.session.user or AnonymousUser())
        response = SessionMiddleware(respond)(request)
        for name, morsel in response.cookies.items():
            if morsel.value:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        return shown

    def enter(self, writer: Writer, lock_minutes: int = 0) -> None:
        def view(request: Any) -> None:
            login(request, writer.user, BACKEND)
            unlock_session(request, writer.keyring, lock_minutes)

        self.visit(view)

    def opens(self, writer: Writer) -> bool:
        keyring = self.visit(keyring_of)
        return keyring is not None and keyring.pack() == writer.keyring.pack()

    def person(self) -> Any:
        return self.visit(get_user)


@pytest.fixture
def browser() -> Browser:
    return Browser()


def test_whoever_entered_finds_the_journal_open_at_the_next_visit(
    browser: Browser, ada: Writer
) -> None:
    browser.enter(ada)
    assert browser.opens(ada)
    assert browser.person() == ada.user


def test_the_session_its_user_and_the_keys_take_one_query(
    browser: Browser, ada: Writer, django_assert_num_queries: Any
) -> None:
    browser.enter(ada)
    with django_assert_num_queries(1):
        person, keyring = browser.visit(lambda request: (request.session.user, keyring_of(request)))
    assert person == ada.user
    assert keyring.pack() == ada.keyring.pack()


def test_entering_writes_one_row(
    browser: Browser, ada: Writer, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):  # the insert, between its savepoint's two statements
        browser.enter(ada)
    assert Session.objects.count() == 1


def test_the_anonymous_get_neither_row_nor_cookie_nor_query(
    browser: Browser, db: None, django_assert_num_queries: Any
) -> None:
    def view(request: Any) -> None:
        request.session["noted"] = "something"
        request.session.save()

    with django_assert_num_queries(0):
        browser.visit(view)
        assert browser.visit(keyring_of) is None
    assert Session.objects.count() == 0
    assert not browser.token


def test_a_view_that_asks_nothing_of_the_session_reads_nothing(
    browser: Browser, ada: Writer, django_assert_num_queries: Any
) -> None:
    browser.enter(ada)
    with django_assert_num_queries(0):
        browser.visit(lambda request: None)
    assert browser.token


@pytest.mark.parametrize("token", ["None", "x" * 42, "x" * 44, "é" * 43, "x" * 42 + "\n", "x" * 43])
def test_a_made_up_cookie_is_nobodys_and_goes(token: str, db: None) -> None:
    browser = Browser(token)
    assert browser.visit(keyring_of) is None
    assert not browser.person().is_authenticated
    assert not browser.token


def test_a_cookie_without_its_row_opens_nothing(browser: Browser, ada: Writer) -> None:
    browser.enter(ada)
    Session.objects.all().delete()
    assert not browser.opens(ada)
    assert not browser.person().is_authenticated


def test_a_row_without_its_cookie_opens_nothing(browser: Browser, ada: Writer) -> None:
    browser.enter(ada)
    row = Session.objects.get()
    stored = f"{row.session_key} {row.session_data}".encode() + bytes(row.sealed_keys or b"")
    assert browser.token.encode() not in stored
    assert ada.keyring.data_key(ada.keyring.current_id) not in stored
    for guess in (row.session_key, row.session_key.ljust(43, "x"), row.session_data[:43]):
        assert not Browser(guess).opens(ada)


def test_another_persons_cookie_opens_their_own_and_nothing_else(ada: Writer, ben: Writer) -> None:
    hers, his = Browser(), Browser()
    hers.enter(ada)
    his.enter(ben)
    assert his.opens(ben)
    assert not his.opens(ada)


@pytest.mark.parametrize("moved", [("sealed_keys",), ("session_data",), ("user_id",)])
def test_whoever_can_write_the_table_cant_move_a_session_to_another_cookie(
    ada: Writer, ben: Writer, moved: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    hers, his = Browser(), Browser()
    hers.enter(ada)
    his.enter(ben)
    of_hers = Session.objects.get(user=ada.user)
    Session.objects.filter(user=ben.user).update(**{name: getattr(of_hers, name) for name in moved})
    with caplog.at_level(logging.CRITICAL):
        assert not his.opens(ada)
        assert his.person() != ada.user


def test_without_its_server_key_a_session_is_locked_and_the_person_still_entered(
    browser: Browser, ada: Writer, settings: Any
) -> None:
    browser.enter(ada)
    old = settings.WORKBOOK_KEYS
    settings.WORKBOOK_KEYS = (b"n" * 32,)
    assert not browser.opens(ada)
    assert browser.person() == ada.user
    settings.WORKBOOK_KEYS = (b"n" * 32, *old)
    assert browser.opens(ada)


def test_damaged_keys_lock_the_session(browser: Browser, ada: Writer) -> None:
    browser.enter(ada)
    sealed = bytearray(Session.objects.get().sealed_keys or b"")
    sealed[50] ^= 1
    Session.objects.update(sealed_keys=bytes(sealed))
    assert not browser.opens(ada)
    assert browser.person() == ada.user


def test_whoever_may_no_longer_be_here_has_no_journal_open_either(
    browser: Browser, ada: Writer
) -> None:
    browser.enter(ada)

    def turned_away(request: Any) -> Any:
        request.user = AnonymousUser()
        return keyring_of(request)

    assert browser.visit(turned_away) is None
    assert browser.opens(ada)


def test_locking_closes_the_journal_and_the_password_opens_it_again(
    browser: Browser, ada: Writer
) -> None:
    browser.enter(ada)
    browser.visit(lock_session)
    assert Session.objects.get().sealed_keys is None
    assert not browser.opens(ada)
    assert browser.person() == ada.user
    browser.visit(lambda request: unlock_session(request, ada.keyring))
    assert browser.opens(ada)


def test_a_slow_request_never_puts_back_keys_that_were_locked_meanwhile(
    browser: Browser, ada: Writer
) -> None:
    browser.enter(ada)

    def slow(request: Any) -> None:
        assert keyring_of(request)
        Browser(browser.token).visit(lock_session)
        request.session["noted"] = 1

    browser.visit(slow)
    assert not browser.opens(ada)


def test_leaving_removes_the_row_and_the_cookie(browser: Browser, ada: Writer) -> None:
    browser.enter(ada)
    old = browser.token
    browser.visit(logout)
    assert Session.objects.count() == 0
    assert not browser.token
    assert not Browser(old).opens(ada)


def test_a_request_that_ends_after_the_person_left_elsewhere_saves_nothing(
    browser: Browser, ada: Writer
) -> None:
    browser.enter(ada)

    def slow(request: Any) -> None:
        request.session["noted"] = 1
        Session.objects.all().delete()

    with pytest.raises(SessionInterrupted):
        browser.visit(slow)
    assert Session.objects.count() == 0


def test_a_new_password_gives_a_new_cookie_and_the_journal_stays_open(
    browser: Browser, ada: Writer
) -> None:
    browser.enter(ada, lock_minutes=60)
    old, before = browser.token, Session.objects.get()

    def change(request: Any) -> None:
        request.user = get_user(request)
        request.user.set_password("another one of hers")
        request.user.save()
        update_session_auth_hash(request, request.user)

    browser.visit(change)
    after = Session.objects.get()
    assert browser.token != old
    assert browser.opens(ada)
    assert browser.person() == ada.user
    assert not Browser(old).opens(ada)
    assert after.lock_minutes == before.lock_minutes
    assert after.expire_date == before.expire_date


def test_when_the_answer_fails_the_old_cookie_stays_good(browser: Browser, ada: Writer) -> None:
    browser.enter(ada)
    old = browser.token
    browser.visit(lambda request: request.session.cycle_key(), status=500)
    assert browser.token == old
    assert browser.opens(ada)


def test_changing_the_token_of_a_locked_session_keeps_it_locked(
    browser: Browser, ada: Writer
) -> None:
    browser.enter(ada)
    browser.visit(lock_session)
    browser.visit(lambda request: request.session.cycle_key())
    assert browser.person() == ada.user
    assert not browser.opens(ada)


def test_leaving_in_the_same_request_as_a_new_token_leaves_no_row(
    browser: Browser, ada: Writer
) -> None:
    browser.enter(ada)

    def view(request: Any) -> None:
        request.session.cycle_key()
        logout(request)

    browser.visit(view)
    assert Session.objects.count() == 0


def test_another_person_entering_in_the_same_browser_ends_the_first_session(
    browser: Browser, ada: Writer, ben: Writer
) -> None:
    browser.enter(ada)
    browser.enter(ben)
    assert browser.opens(ben)
    assert Session.objects.get().user_id == ben.user.pk


def test_a_session_never_takes_another_persons_keys(
    browser: Browser, ada: Writer, ben: Writer
) -> None:
    browser.enter(ada)
    with pytest.raises(ValueError, match="whoever signed in"):
        browser.visit(lambda request: unlock_session(request, ben.keyring))
    with pytest.raises(ValueError, match="whoever signed in"):
        Browser().visit(lambda request: unlock_session(request, ben.keyring))


def test_signing_out_everywhere_else_keeps_this_browser(ada: Writer, ben: Writer) -> None:
    here, there, his = Browser(), Browser(), Browser()
    here.enter(ada)
    there.enter(ada)
    his.enter(ben)
    here.visit(end_other_sessions)
    assert here.opens(ada)
    assert not there.opens(ada)
    assert his.opens(ben)


def test_a_session_ends_at_its_time_however_much_it_is_used(browser: Browser, ada: Writer) -> None:
    browser.enter(ada)
    end = Session.objects.get().expire_date
    browser.visit(lambda request: request.session.update({"noted": 1}))
    assert Session.objects.get().expire_date == end
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not browser.opens(ada)
    SessionStore.clear_expired()
    assert Session.objects.count() == 0


def idle(minutes: float) -> None:
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=minutes))


def test_a_session_left_alone_for_too_long_is_locked(browser: Browser, ada: Writer) -> None:
    browser.enter(ada, lock_minutes=5)
    idle(4.9)
    assert browser.opens(ada)
    idle(5.1)
    assert not browser.opens(ada)
    assert Session.objects.get().sealed_keys is None
    assert browser.person() == ada.user


def test_reading_counts_as_being_there_and_is_noted_once_a_minute(
    browser: Browser, ada: Writer, django_assert_num_queries: Any
) -> None:
    browser.enter(ada, lock_minutes=5)
    idle(4)
    assert browser.opens(ada)
    assert timezone.now() - Session.objects.get().seen_at < timedelta(minutes=1)
    with django_assert_num_queries(1):
        assert browser.opens(ada)


def test_a_page_is_shown_even_when_being_there_cant_be_noted(
    browser: Browser, ada: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.enter(ada, lock_minutes=5)
    idle(4)

    def busy(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", busy)
    assert browser.opens(ada)


def test_without_a_lock_time_a_session_stays_open(browser: Browser, ada: Writer) -> None:
    browser.enter(ada)
    idle(100_000)
    assert browser.opens(ada)


def test_a_sweep_empties_the_keys_of_whoever_never_came_back_and_of_nobody_else(
    ada: Writer, ben: Writer
) -> None:
    gone, here, unlimited = Browser(), Browser(), Browser()
    gone.enter(ada, lock_minutes=5)
    here.enter(ada, lock_minutes=60)
    unlimited.enter(ben)
    idle(6)
    assert SessionStore.empty_idle() == 1
    assert not gone.opens(ada)
    assert gone.person() == ada.user
    assert here.opens(ada)
    assert unlimited.opens(ben)
    assert SessionStore.empty_idle() == 0


def test_signing_in_sweeps_for_all_and_at_most_once_a_minute(
    make_person: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_swept_at", float("-inf"))
    ana, browser = make_person("ana"), Browser()
    for left in (0, 1):
        browser.enter(make_person(f"ben-{left}"), lock_minutes=5)
        idle(6)
        data = {"username": "ana", "password": ana.password}
        assert client.post("/account/login/", data).status_code == 302
        client.cookies.clear()
        rows = Session.objects.exclude(user=ana.user)
        assert rows.filter(sealed_keys__isnull=False).count() == left


def test_a_store_says_whether_a_token_has_a_row(browser: Browser, ada: Writer) -> None:
    browser.enter(ada)
    assert SessionStore().exists(browser.token)
    assert Session.objects.get().session_key == row_id(browser.token)
    assert not SessionStore().exists("x" * 43)
    assert str(Session.objects.get()) == "a session"


def test_deleting_a_person_ends_their_sessions(browser: Browser, ada: Writer) -> None:
    browser.enter(ada)
    ada.user.delete()
    assert Session.objects.count() == 0
    assert not browser.person().is_authenticated

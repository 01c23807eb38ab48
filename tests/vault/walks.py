"""A person's whole life with a journal, walked at random, beside a plain account of who may read.

The account (``Walk``'s own fields) knows no cryptography: data keys by id, which secret opens which
of them, and which took the place of which. After each step every secret that ever was is tried
against it.
"""

import datetime
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from fido2.cose import ES256
from fido2.webauthn import AttestedCredentialData
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from workbook.accounts import credentials, devices, waits
from workbook.accounts.access import RequestJournal
from workbook.accounts.deletion import erase
from workbook.accounts.login import admit, has_journal, open_journal
from workbook.accounts.middleware import person_of
from workbook.accounts.models import User, Wait
from workbook.accounts.signup import sign_up
from workbook.journal.models import Entry
from workbook.vault import rotation
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey, KeySlot, Passkey, Session
from workbook.vault.passkey_slots import add_passkey_slot, open_with_passkey
from workbook.vault.passkeys import credential_id_of, passkeys_of, remove_passkeys
from workbook.vault.passwords import (
    begin,
    open_with_earlier_password,
    open_with_password,
)
from workbook.vault.recovery_keys import (
    add_recovery_key,
    device_slot,
    find_by_device,
    find_by_recovery_key,
    open_with_recovery_key,
    prove_recovery_key,
)
from workbook.vault.sealing import Closed
from workbook.vault.sessions import SessionStore, keyring_of, lock_session

NAME = "ana"
Held = frozenset[UUID]
Shown = tuple[bytes, bytes]
"""What a passkey is called, and what it answers."""

NOTHING: Held = frozenset()

some = st.integers(min_value=0, max_value=5)


class Browser:
    """One browser's cookies, and which data keys should be open in it."""

    def __init__(self) -> None:
        self.token: str | None = None
        self.device = ""
        self.is_in = False
        self.holds: Held = NOTHING

    @contextmanager
    def request(self) -> Iterator[HttpRequest]:
        """One request from here; its session is kept at the end, as the middleware does."""
        request = HttpRequest()
        request.META |= {"REMOTE_ADDR": "192.0.2.7", "SERVER_NAME": "testserver"}
        request.session = SessionStore(self.token)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]
        request.journal = RequestJournal(request)  # type: ignore[attr-defined]
        if self.device:
            request.COOKIES[devices.cookie_name()] = self.device
        assert request.user.is_authenticated == self.is_in
        yield request
        if request.session.modified and not request.session.is_empty():
            request.session.save()
        self.token = request.session.session_key

    def forget(self) -> None:
        self.is_in, self.holds = False, NOTHING


class Walk(RuleBasedStateMachine):
    """Two browsers of Ana's, staff, an operator, and Ben, who has a journal of his own."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.server_keys = settings.WORKBOOK_KEYS
        self.browsers = (Browser(), Browser())
        self.count = 0
        self.password = ""  # The account's, "" while there is no account.
        self.is_own = False
        self.entries: dict[UUID, tuple[str, UUID]] = {}  # id → words, data key
        self.origins: dict[UUID, int] = {}  # data key → how far back it goes
        self.is_reset = False  # Staff have set a password, and the oldest part has stayed closed.
        self.by_password: dict[UUID, str] = {}  # data key → the password whose slot it has
        self.by_spare: dict[str, tuple[UUID, bool]] = {}  # code → data key, whether it was proven
        self.by_device: dict[str, UUID] = {}
        self.by_passkey: dict[Shown, UUID] = {}
        self.waiting = ""  # The device that waits, one at a time.
        self.set_back: set[UUID] = set()  # Newer parts, that open beside an older one only.
        # Every secret that ever was, in the order they were made: they are random, and the same
        # walk walked again must choose the same.
        self.passwords: list[str] = []
        self.codes: list[str] = []
        self.tokens: list[str] = []
        self.passkeys: list[Shown] = []
        ben = User.objects.create_user("ben", "ben by the quiet river")
        self.ben = begin(ben, "ben by the quiet river")

    def teardown(self) -> None:
        settings.WORKBOOK_KEYS = self.server_keys
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    # --- The account of who may read ---

    @property
    def ana(self) -> User:
        return User.objects.get(name=NAME)

    def new_password(self) -> str:
        self.count += 1
        password = f"quiet river number {self.count}"
        self.passwords.append(password)
        return password

    def opened_by(self, password: str, *, asked: bool = True) -> Held:
        """What a password opens; without being ``asked`` for, not what was set back."""
        found = {key for key, its in self.by_password.items() if its == password}
        return frozenset(found if asked else found - self.set_back)

    @property
    def oldest(self) -> int:
        return min(self.origins.values(), default=0)

    def holds_oldest(self, held: Held) -> bool:
        return any(self.origins[key] == self.oldest for key in held)

    def begun(self, keyring: Keyring | None) -> Held:
        """Note a data key that was made now, under the account's password."""
        assert keyring is not None
        key = keyring.current_id
        assert key not in self.origins
        self.origins[key] = DataKey.objects.get(user=self.ana, id=key).generation
        self.by_password[key] = self.password
        return frozenset({key})

    def replaced(self, keyring: Keyring, old: Held, code: str = "") -> Held:
        """Note that a new key took the place of others, and with it whatever opened them."""
        key = keyring.current_id
        assert key not in self.origins
        origin = min(self.origins[one] for one in old)
        for one in old:
            del self.origins[one]
            self.by_password.pop(one, None)
        self.by_spare = {c: kept for c, kept in self.by_spare.items() if kept[0] not in old}
        self.end_devices(old)
        self.entries = {
            entry: (words, key if its in old else its)
            for entry, (words, its) in self.entries.items()
        }
        later = self.newer_than(origin)
        self.set_back = (self.set_back - old) | later
        self.end_devices(later)
        self.end_passkeys(old | later)
        self.origins[key], self.by_password[key] = origin, self.password
        if code:
            self.by_spare[code] = key, True
        return frozenset({key})

    def newer_than(self, origin: int) -> Held:
        return frozenset(key for key, its in self.origins.items() if its > origin)

    def end_passkeys(self, ended: Held) -> None:
        self.by_passkey = {shown: k for shown, k in self.by_passkey.items() if k not in ended}
        assert len(passkeys_of(self.ana)) == len(self.by_passkey)

    def give_password(self, held: Held) -> None:
        self.by_password |= dict.fromkeys(held, self.password)

    def end_sessions(self, but: Browser | None = None) -> None:
        for browser in self.browsers:
            if browser is not but:
                browser.forget()

    def end_devices(self, held: Held, but: str = "") -> None:
        kept = {t: key for t, key in self.by_device.items() if t == but or key not in held}
        self.by_device = kept
        if self.waiting not in kept:
            self.waiting = ""

    def spares_of(self, held: Held) -> list[str]:
        return [code for code, (key, _proven) in self.by_spare.items() if key in held]

    # --- Coming and going ---

    @precondition(lambda self: not self.password)
    @rule(which=st.booleans())
    def join(self, which: bool) -> None:
        browser = self.browsers[which]
        self.password, self.is_own = self.new_password(), True
        with browser.request() as request:
            user, keyring = sign_up(request, NAME, self.password)
            admit(request, user, keyring)
        browser.is_in, browser.holds, self.waiting = True, self.begun(keyring), ""

    @precondition(lambda self: self.password)
    @rule(which=st.booleans(), shared=st.booleans())
    def enter(self, which: bool, shared: bool) -> None:
        browser = self.browsers[which]
        expected = self.opened_by(self.password, asked=False)
        with browser.request() as request:
            user = self.ana
            assert user.check_password(self.password)
            keyring = open_journal(user, self.password)
            admit(request, user, keyring, is_shared=shared)
        assert frozenset(keyring.held if keyring else ()) == expected
        self.waiting = "" if expected else self.waiting
        browser.holds = expected or (browser.holds if browser.is_in else NOTHING)
        browser.is_in = True

    @precondition(lambda self: self.passwords)
    @rule(which=some)
    def knock_with_another_password(self, which: int) -> None:
        password = self.passwords[which % len(self.passwords)]
        if password != self.password:
            user = User.objects.filter(name=NAME).first()
            assert user is None or not user.check_password(password)

    @rule(which=st.booleans())
    def leave(self, which: bool) -> None:
        browser = self.browsers[which]
        with browser.request() as request:
            devices.forget_device(request, HttpResponse())
            logout(request)
        if browser.device in self.by_device:
            del self.by_device[browser.device]
            self.waiting = "" if self.waiting == browser.device else self.waiting
        browser.forget()

    @precondition(lambda self: any(browser.holds for browser in self.browsers))
    @rule(which=st.booleans())
    def lock(self, which: bool) -> None:
        browser = self.browsers[which]
        with browser.request() as request:
            lock_session(request)
        browser.holds = NOTHING

    @precondition(lambda self: any(browser.holds for browser in self.browsers))
    @rule(which=st.booleans())
    def write(self, which: bool) -> None:
        browser = self.browsers[which]
        with browser.request() as request:
            keyring = keyring_of(request)
            if keyring is None:
                return
            self.count += 1
            words = f"words {self.count}"
            entry = Entry(user=self.ana, day=datetime.date(2026, 1, 1), sequence=self.count)
            payload = {"book": "b", "prompt": "p", "occurrence": words, "answer": {"text": words}}
            for name, tag in entry.tags(keyring, payload).items():
                setattr(entry, name, tag)
            entry.seal(keyring, payload)
            entry.save(force_insert=True)
        self.entries[entry.id] = words, keyring.current_id

    # --- Secrets change ---

    @precondition(lambda self: any(browser.is_in for browser in self.browsers))
    @rule(which=st.booleans())
    def change_the_password(self, which: bool) -> None:
        browser = self.browsers[which]
        if not browser.is_in:
            return
        old, new = self.password, self.new_password()
        expected = self.opened_by(old, asked=False) or browser.holds
        is_regained = self.is_owner_back(expected)
        with browser.request() as request:
            keyring = credentials.change_password(request, self.ana, old, new)
        self.password, self.is_own = new, True
        self.end_sessions(but=browser)
        if is_regained:
            assert keyring is not None
            self.is_reset = self.is_reset and not self.holds_oldest(expected)
            expected = self.replaced(keyring, expected)
        elif not self.origins:
            self.is_reset, expected = False, self.begun(keyring)
        else:
            self.give_password(expected)
            self.end_devices(expected, but=browser.device)
        self.waiting = "" if expected else self.waiting
        browser.holds = expected

    def is_owner_back(self, held: Held) -> bool:
        """Whether opening so much ends a time in which others may have had the account."""
        return self.is_reset and self.holds_oldest(held)

    def has_newer_ways_in(self, held: Held) -> bool:
        origin = min(self.origins[one] for one in held)
        newer = {one for one, its in self.origins.items() if its > origin} - held
        return bool(newer - self.set_back)

    @precondition(lambda self: self.password)
    @rule()
    def staff_set_a_password(self) -> None:
        user, self.password, self.is_own = self.ana, self.new_password(), False
        self.is_reset = True
        user.set_password(self.password)
        user.save()
        self.end_sessions()

    @precondition(lambda self: any(browser.holds for browser in self.browsers))
    @rule(which=st.booleans(), proven=st.booleans())
    def make_a_recovery_key(self, which: bool, proven: bool) -> None:
        browser = self.browsers[which]
        if not browser.holds:
            return
        with browser.request() as request:
            keyring = keyring_of(request)
            assert keyring is not None
            code = add_recovery_key(self.ana, keyring)
        self.codes.append(code)
        for older in self.spares_of(browser.holds):
            if not self.by_spare[older][1]:
                del self.by_spare[older]
        self.by_spare[code] = keyring.current_id, False
        if proven:
            self.prove(code)

    @precondition(lambda self: any(not proven for _key, proven in self.by_spare.values()))
    @rule()
    def prove_the_recovery_key(self) -> None:
        self.prove(next(code for code, (_key, proven) in self.by_spare.items() if not proven))

    def prove(self, code: str) -> None:
        assert prove_recovery_key(self.ana, code.lower()) == []
        key = self.by_spare[code][0]
        for other in self.spares_of(frozenset({key})):
            if other != code:
                del self.by_spare[other]
        self.by_spare[code] = key, True

    @precondition(lambda self: any(browser.holds for browser in self.browsers))
    @rule(which=st.booleans())
    def say_this_device_is_just_mine(self, which: bool) -> None:
        browser = self.browsers[which]
        if not browser.holds:
            return
        with browser.request() as request:
            keyring = keyring_of(request)
            assert keyring is not None
            response = HttpResponse()
            devices.remember_device(request, response, self.ana, keyring)
        browser.device = response.cookies[devices.cookie_name()].value
        self.tokens.append(browser.device)
        self.by_device[browser.device] = keyring.current_id

    @precondition(lambda self: self.by_device)
    @rule()
    def end_every_device(self) -> None:
        devices.devices_of(self.ana).delete()
        self.end_devices(frozenset(self.origins))

    @precondition(lambda self: any(browser.holds for browser in self.browsers))
    @rule(which=st.booleans())
    def let_a_passkey_open(self, which: bool) -> None:
        browser = self.browsers[which]
        if not browser.holds:
            return
        with browser.request() as request:
            keyring = keyring_of(request)
            assert keyring is not None
            shown = os.urandom(32), os.urandom(32)
            keep_passkey(self.ana, keyring, shown[0])
            add_passkey_slot(self.ana, keyring, *shown, shown[1])
        self.passkeys.append(shown)
        self.by_passkey[shown] = keyring.current_id

    @precondition(lambda self: self.by_passkey)
    @rule()
    def remove_a_passkey(self) -> None:
        gone = next(iter(self.by_passkey))
        rows = {credential_id_of(row): row for row in passkeys_of(self.ana)}
        remove_passkeys(self.ana, [rows[gone[0]]])
        del self.by_passkey[gone]

    # --- When the password is gone ---

    @precondition(lambda self: self.by_spare)
    @rule(which=st.booleans(), code=some)
    def recover_by_the_recovery_key(self, which: bool, code: int) -> None:
        spare = list(self.by_spare)[code % len(self.by_spare)]
        browser, password, key = self.browsers[which], self.new_password(), self.by_spare[spare][0]
        if key in self.set_back:
            with browser.request() as request:
                assert credentials.recover(request, spare, password) is None
            return
        self.password, self.is_own = password, True
        with browser.request() as request:
            assert credentials.recover(request, spare, self.password) == self.ana
        self.by_spare[spare] = key, True
        self.regained_alone(browser, frozenset({key}), spare)

    @precondition(lambda self: any(b.device in self.by_device for b in self.browsers))
    @rule(which=st.booleans())
    def ask_to_be_let_in_by_waiting(self, which: bool) -> None:
        browser = self.browsers[which]
        with browser.request() as request:
            if slot := devices.own_device(request):
                assert waits.ask(slot) == (self.waiting in {"", browser.device})
                self.waiting = self.waiting or browser.device

    @precondition(lambda self: any(b.device in self.by_device for b in self.browsers))
    @rule(which=st.booleans(), hours=st.sampled_from([0, 47, 49]))
    def come_in_by_waiting(self, which: bool, hours: int) -> None:
        browser, password = self.browsers[which], self.new_password()
        for wait in Wait.objects.all():
            Wait.objects.update(begun_at=timezone.now() - timedelta(hours=hours))
            assert self.waiting == self.token_of(wait.slot_id)
        is_let_in = bool(browser.device) and browser.device == self.waiting and hours == 49
        with browser.request() as request:
            user = credentials.recover_by_waiting(request, password)
            assert user == (self.ana if is_let_in else None)
        if is_let_in:
            self.password, self.is_own = password, True
            self.regained_alone(browser, frozenset({self.by_device[browser.device]}))

    def token_of(self, slot_id: UUID) -> str:
        return next(token for token in self.by_device if device_slot(token).id == slot_id)

    def regained_alone(self, browser: Browser, held: Held, code: str = "") -> None:
        is_regained = self.is_owner_back(held) or self.has_newer_ways_in(held)
        self.is_reset = self.is_reset and not self.holds_oldest(held)
        self.end_sessions()
        if is_regained:
            keyring = open_with_password(self.ana, self.password)
            assert keyring is not None
            held = self.replaced(keyring, held, code)
        else:
            self.give_password(held)
            self.end_devices(held)
            self.end_passkeys(self.newer_than(min(self.origins[key] for key in held)))
        self.waiting = ""
        browser.is_in, browser.holds = True, held

    @precondition(lambda self: any(b.is_in for b in self.browsers))
    @rule(which=st.booleans(), by=some, earlier=st.booleans())
    def regain_what_is_closed(self, which: bool, by: int, earlier: bool) -> None:
        browser, old = self.browsers[which], self.opened_by(self.password, asked=False)
        secrets = self.passwords if earlier else self.codes
        if not browser.is_in or not secrets:
            return
        secret, new = secrets[by % len(secrets)], self.new_password()
        key = self.by_spare[secret][0] if secret in self.by_spare else None
        regained = self.opened_by(secret) if earlier else frozenset([key] if key else [])
        given = {"earlier" if earlier else "code": secret}
        with browser.request() as request:
            try:
                credentials.regain(request, self.ana, self.password, new, **given)
            except credentials.OpensNothing:
                assert regained <= old
                return
            keyring = keyring_of(request)
        assert keyring is not None
        assert not regained <= old
        self.password, self.is_own = new, True
        self.is_reset = self.is_reset and not self.holds_oldest(old | regained)
        self.end_sessions()
        # The recovery key of a newer part may be known to whoever began that part.
        furthest = min(self.origins[one] for one in regained) == min(
            self.origins[one] for one in old | regained
        )
        goes_on = secret if furthest and not earlier else ""
        held = self.replaced(keyring, old | regained, goes_on)
        self.waiting = ""
        browser.is_in, browser.holds = True, held

    @precondition(lambda self: any(b.is_in for b in self.browsers))
    @rule(which=st.booleans())
    def recover_without_and_begin_anew(self, which: bool) -> None:
        browser = self.browsers[which]
        if not browser.is_in or browser.holds or self.opened_by(self.password, asked=False):
            return
        old, new = self.password, self.new_password()
        with browser.request() as request:
            user = self.ana
            is_first = not has_journal(user)
            keyring = credentials.change_password(request, user, old, new, begins=True)
        self.password, self.is_own = new, True
        self.is_reset = self.is_reset and not is_first
        self.end_sessions(but=browser)
        browser.holds, self.waiting = self.begun(keyring), ""

    # --- Keys change ---

    @precondition(lambda self: self.is_own and any(b.holds for b in self.browsers))
    @rule(which=st.booleans(), keeps_spare=st.booleans())
    def fear_that_the_key_is_known(self, which: bool, keeps_spare: bool) -> None:
        browser = self.browsers[which]
        held = browser.holds
        if not held or held != self.opened_by(self.password, asked=False):
            return
        code = next(iter(self.spares_of(held)), "") if keeps_spare else ""
        with browser.request() as request:
            fresh = credentials.begin_new_key(request, self.ana, self.password, code)
        self.end_sessions(but=browser)
        browser.holds, self.waiting = self.replaced(fresh, held, code), ""

    @rule()
    def put_a_new_server_key_in_front(self) -> None:
        settings.WORKBOOK_KEYS = (os.urandom(32), *settings.WORKBOOK_KEYS)

    @precondition(lambda self: len(settings.WORKBOOK_KEYS) > 1)
    @rule()
    def rotate_and_drop_the_older_server_keys(self) -> None:
        assert rotation.rewrap_all().left == 0
        settings.WORKBOOK_KEYS = settings.WORKBOOK_KEYS[:1]

    # --- The end ---

    @precondition(lambda self: self.password and self.count > 12)
    @rule()
    def delete_the_account(self) -> None:
        gone = self.ana.pk
        erase(self.ana)
        self.password, self.is_own = "", False
        for known in (self.entries, self.origins, self.by_password, self.by_spare, self.by_device):
            known.clear()
        self.by_passkey.clear()
        self.set_back.clear()
        self.is_reset = False
        self.waiting = ""
        self.end_sessions()
        for model in (Entry, DataKey, KeySlot, Session, Passkey):
            assert not model.objects.filter(user_id=gone).exists()

    # --- What must hold after each step ---

    @invariant()
    def whoever_holds_a_valid_secret_reads_everything_and_nobody_else_anything(self) -> None:
        with rolled_back():
            for code in self.codes:
                key = self.by_spare[code][0] if code in self.by_spare else None
                expected = frozenset([key] if key and key not in self.set_back else [])
                self.reads(found(find_by_recovery_key, code), expected)
            for token in self.tokens:
                key = self.by_device.get(token)
                self.reads(found(find_by_device, token), frozenset([key] if key else []))
            for browser in self.browsers:
                with browser.request() as request:
                    self.reads(keyring_of(request), browser.holds)
            user = User.objects.filter(name=NAME).first()
            if user:
                for shown in self.passkeys:
                    key = self.by_passkey.get(shown)
                    opened = frozenset([key]) if key else NOTHING
                    self.reads(open_with_passkey(user, *shown), opened)
                wait = waits.wait_of(user)
                assert (self.token_of(wait.slot_id) if wait else "") == self.waiting
                for password in self.passwords:
                    # An earlier one opens what it was made for, once its owner has signed in.
                    expected = self.opened_by(password)
                    self.reads(open_with_earlier_password(user, password), expected)
                for code in self.codes:
                    key = self.by_spare[code][0] if code in self.by_spare else None
                    self.reads(open_with_recovery_key(user, code), frozenset([key] if key else []))
                expected = self.opened_by(self.password, asked=False)
                self.reads(open_with_password(user, self.password), expected)
                assert (user.reset_on is not None) == self.is_reset
            self.reads(self.ben, NOTHING)

    def reads(self, keyring: Keyring | None, expected: Held) -> None:
        """The keyring reads each entry under the expected keys, and no other."""
        if keyring is not self.ben:
            assert frozenset(keyring.held if keyring else ()) == expected
        rows = {row.id: row for row in Entry.objects.exclude(user_id=self.ben.user_id)}
        assert rows.keys() == self.entries.keys()
        for entry, (words, key) in self.entries.items():
            if keyring is not None and key in expected:
                assert rows[entry].open(keyring)["answer"] == {"text": words}
            elif keyring is not None:
                with suppress(Closed):
                    raise AssertionError(rows[entry].open(keyring))


def keep_passkey(user: User, keyring: Keyring, credential_id: bytes) -> None:
    """A passkey as it is kept; nobody signs in with it here, so its public key is all zeros."""
    key = ES256({1: 2, 3: ES256.ALGORITHM, -1: 1, -2: bytes(32), -3: bytes(32)})
    credential = AttestedCredentialData.create(bytes(16), credential_id, key)
    row = Passkey(user=user, data_key_id=keyring.current_id)
    row.wrap({"credential": b64encode(credential).decode(), "count": 0})
    row.save(force_insert=True)


def found(find: Callable[[str], Any], secret: str) -> Keyring | None:
    result = find(secret)
    if result is None:
        return None
    assert result[0].name == NAME
    keyring: Keyring = result[1]
    return keyring


@contextmanager
def rolled_back() -> Iterator[None]:
    """Trying a secret leaves marks (used, seen, earlier); these tries are none of Ana's."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)

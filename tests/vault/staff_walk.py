"""A malicious member of staff and a reader, each with a browser and what they know, in any order.

Staff may set the account's password as often as they like, sign in with it as the reader, and do
there whatever the reader could: choose a password, begin a journal, make backup keys, add a device
and wait with it, bring parts together, lock everything anew. The reader takes whatever password
staff tell them, and comes back with secrets of their own.

An entry is *older* when it was written where nothing that staff knew led to. Whatever is done
afterwards, nothing that staff know or ever held reads it.
"""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from workbook.accounts import credentials, devices, waits
from workbook.accounts.access import RequestJournal
from workbook.accounts.login import admit, open_journal
from workbook.accounts.middleware import person_of
from workbook.accounts.models import User, Wait
from workbook.accounts.signup import sign_up
from workbook.journal.models import Entry
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey, KeySlot
from workbook.vault.passwords import open_with_earlier_password
from workbook.vault.recovery_keys import (
    add_recovery_key,
    find_by_device,
    find_by_recovery_key,
    open_with_recovery_key,
    prove_recovery_key,
)
from workbook.vault.sealing import VaultError
from workbook.vault.sessions import SessionStore, keyring_of, lock_session
from workbook.vault.slots import gather

NAME = "ana"
NOTHING: frozenset[int] = frozenset()


class Actor:
    """Somebody with a browser, and all the secrets that they know."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.token: str | None = None
        self.device = ""
        self.passwords: list[str] = []
        self.codes: list[str] = []
        self.devices: list[str] = []
        self.keys: dict[UUID, bytes] = {}  # Every data key that was ever open in this browser.

    @contextmanager
    def request(self) -> Iterator[HttpRequest]:
        request = HttpRequest()
        request.META |= {"REMOTE_ADDR": "192.0.2.7", "SERVER_NAME": "testserver"}
        request.session = SessionStore(self.token)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]
        request.journal = RequestJournal(request)  # type: ignore[attr-defined]
        if self.device:
            request.COOKIES[devices.cookie_name()] = self.device
        yield request
        if keyring := keyring_of(request):
            self.keys |= {held: keyring.data_key(held) for held in keyring.held}
        if request.session.modified and not request.session.is_empty():
            request.session.save()
        self.token = request.session.session_key

    def look(self, user: User) -> "Sight":
        """All that their secrets and their browser lead to, whether the site would let them or not."""
        with rolled_back(), self.request() as request:
            slot = devices.own_device(request)
            found = [find_by_recovery_key(code) for code in self.codes]
            return Sight(
                is_in=request.user.is_authenticated,
                browser=keyring_of(request),
                device=slot.id if slot else None,
                by_password=[open_with_earlier_password(user, one) for one in self.passwords],
                by_code=[open_with_recovery_key(user, one) for one in self.codes],
                recovers=[one is not None for one in found],
                by_device=[pair[1] for one in self.devices if (pair := find_by_device(one))],
            )


class Sight(NamedTuple):
    """What somebody can open at one moment, and how."""

    is_in: bool
    browser: Keyring | None
    device: UUID | None
    by_password: list[Keyring | None]
    by_code: list[Keyring | None]
    recovers: list[bool]
    by_device: list[Keyring]

    def keys(self) -> dict[UUID, bytes]:
        rings = [self.browser, *self.by_password, *self.by_code, *self.by_device]
        return {held: ring.data_key(held) for ring in rings if ring for held in ring.held}

    def named(self, names: dict[UUID, int], wait: UUID | None) -> Any:
        """The same by the number of each data key: alike in any two states that are alike."""

        def held(ring: Keyring | None) -> frozenset[int]:
            return frozenset(names[one] for one in ring.held if one in names) if ring else NOTHING

        return (
            self.is_in,
            held(self.browser),
            bool(self.device),
            bool(self.device) and self.device == wait,
            frozenset(map(held, self.by_password)),
            frozenset(zip(map(held, self.by_code), self.recovers, strict=True)),
            frozenset(map(held, self.by_device)),
        )


class Story:
    """What the two of them have done so far, and every move that either may make."""

    def __init__(self) -> None:
        self.staff, self.reader = Actor("staff"), Actor("reader")
        self.count = 0
        self.entries: dict[UUID, tuple[str, bool]] = {}  # id → words, whether it is an older one
        self.password = self.new_password(self.reader)
        with self.reader.request() as request:
            user, keyring = sign_up(request, NAME, self.password)
            admit(request, user, keyring)
        self.write(self.reader)

    @property
    def user(self) -> User:
        return User.objects.get(name=NAME)

    def new_password(self, actor: Actor) -> str:
        self.count += 1
        actor.passwords.append(f"the {actor.name} by the river {self.count}")
        return actor.passwords[-1]

    def choose(self, actor: Actor, do: Callable[[HttpRequest, User, str, str], Any]) -> None:
        """Do something that sets a password, if they are signed in and know the one of now."""
        with actor.request() as request:
            if not request.user.is_authenticated or self.password not in actor.passwords:
                return
            new = self.new_password(actor)
            with suppress(credentials.OpensNothing):
                do(request, self.user, self.password, new)
                self.password = new

    # --- Moves of either ---

    def sign_in(self, actor: Actor, pick: int = 0) -> None:
        if actor is self.reader and self.password not in actor.passwords:
            actor.passwords.append(self.password)  # Staff tell it.
        if self.password not in actor.passwords:
            return
        with actor.request() as request:
            user = self.user
            assert user.check_password(self.password)
            admit(request, user, open_journal(user, self.password))

    def sign_out(self, actor: Actor, pick: int = 0) -> None:
        with actor.request() as request:
            devices.forget_device(request, HttpResponse())
            logout(request)

    def lock(self, actor: Actor, pick: int = 0) -> None:
        with actor.request() as request:
            lock_session(request)

    def change_password(self, actor: Actor, pick: int = 0) -> None:
        self.choose(actor, credentials.change_password)

    def begin_anew(self, actor: Actor, pick: int = 0) -> None:
        def begin(request: HttpRequest, user: User, old: str, new: str) -> None:
            credentials.change_password(request, user, old, new, begins=True)

        self.choose(actor, begin)

    def regain(self, actor: Actor, pick: int = 0) -> None:
        secrets = [("earlier", one) for one in actor.passwords]
        secrets += [("code", one) for one in actor.codes]
        if secrets:
            name, secret = secrets[pick % len(secrets)]
            self.choose(
                actor, lambda r, u, old, new: credentials.regain(r, u, old, new, **{name: secret})
            )

    def recover(self, actor: Actor, pick: int = 0) -> None:
        if not actor.codes:
            return
        new = self.new_password(actor)
        with actor.request() as request:
            if credentials.recover(request, actor.codes[pick % len(actor.codes)], new):
                self.password = new

    def make_backup_key(self, actor: Actor, pick: int = 0) -> None:
        with actor.request() as request:
            if keyring := keyring_of(request):
                actor.codes.append(add_recovery_key(self.user, keyring))
                prove_recovery_key(self.user, actor.codes[-1])

    def add_device(self, actor: Actor, pick: int = 0) -> None:
        with actor.request() as request:
            if keyring := keyring_of(request):
                response = HttpResponse()
                devices.remember_device(request, response, self.user, keyring)
                actor.device = response.cookies[devices.cookie_name()].value
                actor.devices.append(actor.device)

    def wait_with_device(self, actor: Actor, pick: int = 0) -> None:
        with actor.request() as request:
            if slot := devices.own_device(request):
                waits.ask(slot)
        Wait.objects.update(begun_at=timezone.now() - timedelta(hours=49))

    def come_in_by_waiting(self, actor: Actor, pick: int = 0) -> None:
        new = self.new_password(actor)
        with actor.request() as request:
            if credentials.recover_by_waiting(request, new):
                self.password = new

    def lock_everything_anew(self, actor: Actor, pick: int = 0) -> None:
        with actor.request() as request:
            if request.user.is_authenticated and self.password in actor.passwords:
                code = (["", *actor.codes])[pick % (1 + len(actor.codes))]
                with suppress(credentials.OpensNothing):
                    credentials.begin_new_key(request, self.user, self.password, code)

    def write(self, actor: Actor, pick: int = 0) -> None:
        with actor.request() as request:
            keyring = keyring_of(request)
            if keyring is None:
                return
            self.count += 1
            words = f"words of the {actor.name} {self.count}"
            entry = Entry(user=self.user, day=datetime.date(2026, 1, 1), sequence=self.count)
            payload = {"book": "b", "prompt": "p", "occurrence": words, "answer": {"text": words}}
            for name, tag in entry.tags(keyring, payload).items():
                setattr(entry, name, tag)
            entry.seal(keyring, payload)
            entry.save(force_insert=True)
        with rolled_back():
            is_older = keyring.current_id not in self.known_to_staff()
        self.entries[entry.id] = words, is_older

    # --- Moves of staff alone ---

    def set_password(self, actor: Actor, pick: int = 0) -> None:
        user = self.user
        self.password = self.new_password(self.staff)
        user.set_password(self.password)
        user.save()

    def hand_over_a_backup_key(self, actor: Actor, pick: int = 0) -> None:
        for code in self.staff.codes[-1:]:
            if code not in self.reader.codes:
                self.reader.codes.append(code)

    # --- What must hold ---

    def known_to_staff(self) -> dict[UUID, bytes]:
        """What staff can open now, what they ever had open, and what the tables hold below that."""
        user = self.user
        known = self.staff.keys | self.staff.look(user).keys()
        if DataKey.objects.filter(user=user, id__in=known).exists():
            below = gather(user.pk, known)
            known |= {held: below.data_key(held) for held in below.held}
        return known

    def check(self) -> Any:
        """Staff read no older entry; and no entry is lost to both of them.

        Returns all of the state that matters for what can come, however it was reached.
        """
        user = self.user
        staff, reader = self.staff.look(user), self.reader.look(user)
        theirs, hers = self.known_to_staff(), reader.keys()
        rows = {row.id: row for row in Entry.objects.filter(user=user)}
        assert rows.keys() == self.entries.keys()
        for ident, (words, is_older) in self.entries.items():
            read_by_staff = text_of(rows[ident], theirs)
            assert not (is_older and read_by_staff), f"staff read {words}"
            # Whoever it belongs to by now, it has not become unreadable.
            assert words in {read_by_staff, text_of(rows[ident], hers)}, f"{words} are lost"
        keys = list(DataKey.objects.filter(user=user).order_by("generation"))
        origins = sorted({key.origin for key in keys})
        names = {key.id: number for number, key in enumerate(keys)}
        kept = {(names[rows[one].data_key_id], older) for one, (_, older) in self.entries.items()}
        wait = Wait.objects.filter(user=user).values_list("slot_id", flat=True).first()
        live = KeySlot.objects.filter(user=user, kind="password", standing="live")
        return (
            self.password in self.staff.passwords,
            self.password in self.reader.passwords,
            user.password_is_own,
            user.reset_on is not None,
            tuple(origins.index(key.origin) for key in keys),
            frozenset(names[one] for one in live.values_list("data_key_id", flat=True)),
            frozenset(kept),
            staff.named(names, wait),
            reader.named(names, wait),
        )


def text_of(row: Entry, keys: dict[UUID, bytes]) -> str:
    for key_id, key in keys.items():
        with suppress(VaultError):
            text: str = row.open(Keyring(row.user_id, {key_id: key}))["answer"]["text"]
            return text
    return ""


@contextmanager
def rolled_back() -> Iterator[None]:
    """Trying a secret leaves marks (used, seen, earlier); these tries are nobody's."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


EITHERS = (
    Story.sign_in,
    Story.begin_anew,
    Story.regain,
    Story.change_password,
    Story.make_backup_key,
    Story.add_device,
    Story.wait_with_device,
    Story.come_in_by_waiting,
    Story.recover,
    Story.lock_everything_anew,
    Story.write,
    Story.lock,
    Story.sign_out,
)
STAFFS = (Story.set_password, Story.hand_over_a_backup_key, *EITHERS)


def moves(story: Story) -> Iterator[tuple[Callable[..., None], str, int]]:
    """Every move that may change something now: move, who makes it, and with which secret."""
    for who, possible in (("staff", STAFFS), ("reader", EITHERS)):
        actor: Actor = getattr(story, who)
        with actor.request() as request:
            is_in, is_open = request.user.is_authenticated, keyring_of(request) is not None
        for move in possible:
            picks = {
                Story.sign_in: 0 if is_open else 1,
                Story.regain: (len(actor.passwords) + len(actor.codes)) * is_in,
                Story.recover: len(actor.codes),
                Story.lock_everything_anew: (1 + len(actor.codes)) * is_open,
                Story.change_password: is_in,
                Story.begin_anew: is_in and not is_open,
                Story.sign_out: is_in,
                Story.make_backup_key: is_open,
                Story.add_device: is_open,
                Story.write: is_open,
                Story.lock: is_open,
                Story.wait_with_device: bool(actor.device),
                Story.come_in_by_waiting: bool(actor.device),
            }.get(move, 1)
            yield from ((move, who, pick) for pick in range(picks))


def explore(story: Story, depth: int, seen: dict[Any, int]) -> None:
    """Make every move after every other, as deep as asked; each state once.

    Each move is taken back by the database. ``seen``: state → how deep was looked from there.
    """
    for move, who, pick in moves(story):
        with transaction.atomic():
            after = deepcopy(story)
            move(after, getattr(after, who), pick)
            state = after.check()
            if seen.get(state, 0) < depth:
                seen[state] = depth
                if depth > 1:
                    explore(after, depth - 1, seen)
            transaction.set_rollback(True)


class StaffWalk(RuleBasedStateMachine):
    """Moves of both at random. One rule each, so that no walk goes without some of the moves."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.story = Story()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @rule(move=st.sampled_from(STAFFS), pick=st.integers(0, 9))
    def staff(self, move: Callable[..., None], pick: int) -> None:
        move(self.story, self.story.staff, pick)

    @rule(move=st.sampled_from(EITHERS), pick=st.integers(0, 9))
    def reader(self, move: Callable[..., None], pick: int) -> None:
        move(self.story, self.story.reader, pick)

    @invariant()
    def staff_read_no_older_entry_and_none_is_lost(self) -> None:
        self.story.check()

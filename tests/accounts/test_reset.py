"""After staff have set a password: whatever was set up meanwhile never leads to the older journal.

Each attack here begins with somebody who signs in as the reader by the password that they set.
"""

import datetime

import pytest
from django.test import Client

from tests.accounts.conftest import NEW_PASSWORD, code_on
from tests.elements import page as parsed
from tests.journal.writing import write
from workbook.accounts import credentials, login
from workbook.accounts.events import EventKind, events_of
from workbook.accounts.models import Throttle, User, Wait
from workbook.chapters.loader import library
from workbook.journal.entries.versions import versions_of
from workbook.journal.models import EarlierVersion, Entry
from workbook.vault.keyring import Keyring
from workbook.vault.models import DataKey, KeySlot, Session
from workbook.vault.passwords import open_with_earlier_password, open_with_password
from workbook.vault.recovery_keys import add_recovery_key, find_by_device, find_by_recovery_key

GIVEN, THEIRS, READERS = "given by the staff 123", "chosen by the staff 456", "only mine again 789"
CLOSED, PASSWORD, DEVICES = "/account/closed/", "/account/password/", "/account/devices/"
RECOVERY_KEY, RECOVER = "/account/recovery-key/", "/account/recover/"
WORDS, PLANTED = "rain on the roof of before", "planted by somebody else"

pytestmark = pytest.mark.django_db


def put(user, keyring, text, prompt="today-brought"):
    book = library().book("alongside")
    write(user, keyring, book, book.prompt(prompt).prompt, {"text": text}, expected=0)


def set_by_staff(user, password=GIVEN) -> None:
    fresh = User.objects.get(pk=user.pk)
    fresh.set_password(password)
    fresh.save()


class Staff:
    """Who knows what they set up: passwords, a backup key, a device that may wait, a session."""

    def __init__(self, person, log_in) -> None:
        self.client = Client()
        set_by_staff(person.user)
        log_in(self.client, person.user.name, GIVEN)
        chosen = {"current": GIVEN, "password": THEIRS}
        self.client.post(CLOSED, {**chosen, "begin": "1"})
        self.code = code_on(self.client.post(RECOVERY_KEY, {"password": THEIRS}).text)
        self.client.post(RECOVERY_KEY, {"prove": "1", "code": self.code})
        self.client.post(DEVICES, {"password": THEIRS})
        self.token = self.client.cookies["alongside-device"].value
        assert self.code
        assert self.token

    def keyrings(self, user) -> list[Keyring]:
        """All that their secrets open by themselves, whether the site would let them or not."""
        found = [find_by_recovery_key(self.code), find_by_device(self.token)]
        rings = [pair[1] for pair in found if pair]
        for password in (GIVEN, THEIRS):
            rings += [open_with_password(user, password)]
            rings += [open_with_earlier_password(user, password)]
        return [ring for ring in rings if ring]


@pytest.fixture
def reader(person):
    """Somebody with words and a backup key."""
    put(person.user, person.keyring, WORDS)
    person.code = add_recovery_key(person.user, person.keyring)
    return person


@pytest.fixture
def staff(reader, log_in) -> Staff:
    return Staff(reader, log_in)


def opened_entries(keyring) -> set[str]:
    texts = set()
    for entry in Entry.objects.all():
        if entry.data_key_id in keyring.held:
            texts.add(entry.open(keyring)["answer"]["text"])
    return texts


def regain(reader, log_in, *, by: str) -> Client:
    """The reader comes back, by the password that staff tell them or by their own backup key."""
    client = Client()
    if by == "backup key, signed out":
        client.post(RECOVER, {"code": reader.code, "password": READERS})
        return client
    log_in(client, reader.user.name, THEIRS)
    secret = {"code": reader.code} if by == "backup key" else {"earlier": reader.password}
    client.post(CLOSED, {"current": THEIRS, "password": READERS, **secret})
    return client


WAYS = ["earlier password", "backup key", "backup key, signed out"]


@pytest.mark.parametrize("by", WAYS)
def test_nothing_that_staff_set_up_reads_what_is_regained(reader, staff, log_in, is_open, by):
    client = regain(reader, log_in, by=by)
    assert is_open(client)
    assert WORDS in client.get("/journal/").text
    user = User.objects.get()
    assert not any(WORDS in opened_entries(ring) for ring in staff.keyrings(user))
    assert find_by_recovery_key(staff.code) is None
    assert find_by_device(staff.token) is None
    assert open_with_password(user, THEIRS) is None
    # By the site's own pages, too.
    assert WORDS not in staff.client.get("/journal/", follow=True).text
    for sent in ({"code": staff.code}, {"device": "1"}):
        staff.client.post(RECOVER, {**sent, "password": "once more by the staff"})
        assert WORDS not in staff.client.get("/journal/", follow=True).text
    staff.client.post(RECOVER, {"wait": "1"})
    assert not Wait.objects.exists()


@pytest.mark.parametrize("by", WAYS)
def test_everything_is_sealed_anew_and_the_older_key_is_gone(reader, staff, log_in, by):
    regain(reader, log_in, by=by)
    row = Entry.objects.exclude(data_key_id__in=reader.keyring.held).get()
    keyring = open_with_password(User.objects.get(), READERS)
    assert row.open(keyring)["answer"] == {"text": WORDS}
    assert not DataKey.objects.filter(id__in=reader.keyring.held).exists()
    assert not KeySlot.objects.filter(kind="link").exists()
    assert Session.objects.count() == 1


@pytest.mark.parametrize("by", WAYS)
def test_a_new_password_is_demanded_and_the_one_that_staff_know_ends(reader, staff, log_in, by):
    client = Client()
    if by != "backup key, signed out":
        log_in(client, reader.user.name, THEIRS)
        own = {"code": reader.code} if by == "backup key" else {"earlier": reader.password}
        for password in ({}, {"password": THEIRS}):
            client.post(CLOSED, {"current": THEIRS, **password, **own})
            assert DataKey.objects.filter(id__in=reader.keyring.held).exists()
    regain(reader, log_in, by=by)
    user = User.objects.get()
    assert user.check_password(READERS)
    assert not user.check_password(THEIRS)


def test_words_of_both_parts_stand_side_by_side_where_one_question_has_two_answers(
    reader, staff, log_in
):
    newer = open_with_password(User.objects.get(), THEIRS)
    put(User.objects.get(), newer, PLANTED)
    put(User.objects.get(), newer, "only in the newer", prompt="understood-once")
    client = regain(reader, log_in, by="earlier password")
    keyring = open_with_password(User.objects.get(), READERS)
    assert len(keyring.held) == 1
    assert opened_entries(keyring) == {PLANTED, "only in the newer"}
    entry = Entry.objects.get(has_apart=True)
    [apart] = versions_of(keyring, entry)
    assert apart.is_apart
    assert apart.answer == {"text": WORDS}
    assert PLANTED in client.get(f"/journal/entries/{entry.id}/").text


def test_the_reader_is_told_what_happened_and_when(reader, staff, log_in):
    day = datetime.date(2026, 3, 7)
    User.objects.update(reset_on=day)
    client = Client()
    log_in(client, reader.user.name, THEIRS)
    assert "set a new password on March 7, 2026" in client.get(CLOSED).text
    client = regain(reader, log_in, by="earlier password")
    page = client.get("/account/").text
    assert "set a new password on March 7, 2026" in page
    keyring = open_with_password(User.objects.get(), READERS)
    told = {event.kind for event in events_of(User.objects.get(), keyring)}
    assert told >= {
        EventKind.PASSWORD_SET,
        EventKind.PARTS_JOINED,
        EventKind.BACKUP_KEY_MADE,
        EventKind.DEVICE_ADDED,
    }
    assert User.objects.get().reset_on is None


def test_staff_cant_hide_it_from_the_reader(reader, staff, log_in):
    page = staff.client.get("/account/").text
    ids = parsed(page).values("event")
    staff.client.post("/account/events/", {"event": ids})
    client = regain(reader, log_in, by="backup key, signed out")
    assert "set a new password" in client.get("/account/").text


def test_staff_who_hand_over_a_browser_they_have_signed_in_with_learn_nothing(reader, staff):
    response = staff.client.post(
        CLOSED, {"current": THEIRS, "password": READERS, "earlier": reader.password}
    )
    assert response.status_code == 302
    user = User.objects.get()
    assert not any(WORDS in opened_entries(ring) for ring in staff.keyrings(user))


def test_the_earlier_password_cant_be_guessed_at_will_by_who_knows_the_one_of_now(staff):
    for _ in range(6):
        sent = {"current": THEIRS, "password": READERS, "earlier": "a guess of the staff"}
        assert staff.client.post(CLOSED, sent).status_code == 422
    assert staff.client.post(CLOSED, sent).status_code == 429


def test_a_right_earlier_password_leaves_no_trace_in_the_buckets(reader, staff, log_in):
    regain(reader, log_in, by="earlier password")
    assert all(row.empty_at <= row.empty_at.now(datetime.UTC) for row in Throttle.objects.all())


def test_staff_who_come_back_by_their_own_part_lead_to_that_part_only(reader, staff, log_in):
    regain(reader, log_in, by="backup key, signed out")
    set_by_staff(reader.user, "given once more 321")
    client = Client()
    log_in(client, reader.user.name, "given once more 321")
    sent = {"current": "given once more 321", "password": "staff again 654 321"}
    client.post(CLOSED, {**sent, "earlier": THEIRS})
    page = client.get("/journal/", follow=True)
    assert WORDS not in page.text
    assert User.objects.get().reset_on is not None
    # And the reader's own backup key goes on leading back to all of it.
    back = Client()
    back.post(RECOVER, {"code": reader.code, "password": "mine for good 111 222"})
    assert WORDS in back.get("/journal/").text


def test_an_honest_newer_journal_is_set_back_and_not_lost(reader, staff, log_in):
    newer = open_with_password(User.objects.get(), THEIRS)
    put(User.objects.get(), newer, "honest newer words", prompt="understood-once")
    client = regain(reader, log_in, by="backup key, signed out")
    assert "honest newer words" not in client.get("/journal/").text
    assert "journal is closed" in client.get("/account/").text
    sent = {"current": READERS, "password": "and yet another one 1", "earlier": THEIRS}
    client.post(CLOSED, sent)
    page = client.get("/journal/").text
    assert "honest newer words" in page
    assert WORDS in page
    assert DataKey.objects.count() == 1


def test_a_backup_key_that_staff_hand_over_doesnt_go_on(reader, staff, log_in):
    regain(reader, log_in, by="backup key, signed out")
    client = Client()
    log_in(client, reader.user.name, READERS)
    sent = {"current": READERS, "password": "and yet another one 1", "code": staff.code}
    client.post(CLOSED, sent)
    assert DataKey.objects.count() == 1
    assert find_by_recovery_key(staff.code) is None
    assert WORDS in client.get("/journal/").text


def test_a_changed_password_in_a_newer_journal_keeps_its_backup_key(reader, log_in, is_open):
    set_by_staff(reader.user)
    client = Client()
    log_in(client, reader.user.name, GIVEN)
    client.post(CLOSED, {"current": GIVEN, "password": READERS, "begin": "1"})
    code = code_on(client.post(RECOVERY_KEY, {"password": READERS}).text)
    client.post(PASSWORD, {"current": READERS, "password": "and yet another one 1"})
    assert is_open(client)
    assert find_by_recovery_key(code) is not None
    assert DataKey.objects.count() == 2


def test_beginning_anew_demands_a_password_that_staff_dont_know(reader, log_in, is_open):
    set_by_staff(reader.user)
    client = Client()
    log_in(client, reader.user.name, GIVEN)
    for sent in ({}, {"password": GIVEN}):
        client.post(CLOSED, {"current": GIVEN, "begin": "1", **sent})
        assert DataKey.objects.count() == 1  # Only the older one.
    client.post(CLOSED, {"current": GIVEN, "password": READERS, "begin": "1"})
    assert is_open(client)
    user = User.objects.get()
    assert user.reset_on is not None
    assert open_with_password(user, GIVEN) is None


def test_a_reset_that_sets_the_password_of_before_is_one_all_the_same(reader, log_in, is_open):
    set_by_staff(reader.user, reader.password)
    client = Client()
    response = log_in(client, reader.user.name, reader.password)
    assert response["Location"] == PASSWORD
    client.post(PASSWORD, {"current": reader.password, "password": NEW_PASSWORD})
    assert is_open(client)
    assert not DataKey.objects.filter(id__in=reader.keyring.held).exists()
    assert User.objects.get().reset_on is None
    assert find_by_recovery_key(reader.code) is None


def test_a_forgotten_password_without_staff_keeps_the_key_that_there_is(reader):
    client = Client()
    client.post(RECOVER, {"code": reader.code, "password": READERS})
    assert DataKey.objects.get().id == reader.keyring.current_id


def test_a_reset_while_the_reader_regains_wins(reader, staff, log_in, monkeypatch):
    def late(user, *args, **kwargs):
        raise AssertionError("the password was checked before")

    client = Client()
    log_in(client, reader.user.name, THEIRS)
    before = credentials._keep

    def reset_first(user):
        User.objects.filter(pk=user.pk).update(credential_version=99)
        before(user)

    monkeypatch.setattr(credentials, "_keep", reset_first)
    monkeypatch.setattr(credentials, "replace_data_key", late)
    sent = {"current": THEIRS, "password": READERS, "earlier": reader.password}
    assert client.post(CLOSED, sent).status_code == 409
    assert DataKey.objects.filter(id__in=reader.keyring.held).exists()


def test_what_was_cut_off_goes_on_at_the_next_sign_in(reader, staff, log_in, monkeypatch):
    monkeypatch.setattr(login, "SEALING_SECONDS", 0.0)
    client = regain(reader, log_in, by="backup key, signed out")
    assert DataKey.objects.filter(id__in=reader.keyring.held).exists()
    assert WORDS in client.get("/journal/").text
    assert not any(WORDS in opened_entries(r) for r in staff.keyrings(User.objects.get()))
    monkeypatch.setattr(login, "SEALING_SECONDS", 2.0)
    log_in(Client(), reader.user.name, READERS)
    assert not DataKey.objects.filter(id__in=reader.keyring.held).exists()
    assert WORDS in client.get("/journal/").text
    assert EarlierVersion.objects.count() == 0

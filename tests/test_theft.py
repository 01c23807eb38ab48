"""Theft drills: what somebody reads who carries off a part of the site. Each time: nothing.

The thief here is no fool: every value in what was stolen is tried as a key for every lock in it.
"""

import os
import sqlite3
from types import SimpleNamespace

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client

from tests import raw
from tests.journal.writing import write
from workbook.chapters.loader import library
from workbook.journal.models import Entry
from workbook.vault import sealing, server_keys, sessions, slots
from workbook.vault.code_apps import begin_code_app
from workbook.vault.derivation import Recipe
from workbook.vault.models import KeySlot, Session
from workbook.vault.passkey_slots import add_passkey_slot
from workbook.vault.recovery_keys import add_device, add_recovery_key, find_by_device
from workbook.vault.sealing import Closed, Damaged, VaultError, WrongSecret

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "a canary sang in the rain 71934"
JOURNAL, LOGIN, LOGOUT = "/journal/", "/account/login/", "/account/logout/"


@pytest.fixture
def ana(make_person, entered) -> SimpleNamespace:
    """Somebody with words, a recovery key, an own device, and two browsers that they entered with."""
    ana = make_person("ana")
    book = library().book("alongside")
    prompt = book.prompt("today-brought").prompt
    write(ana.user, ana.keyring, book, prompt, {"text": WORDS}, expected=0)
    ana.code = add_recovery_key(ana.user, ana.keyring)
    ana.device = add_device(ana.user, ana.keyring)
    ana.answer, ana.app = os.urandom(32), begin_code_app(ana.user, ana.keyring)
    add_passkey_slot(ana.user, ana.keyring, b"a credential's id", ana.answer, ana.answer)
    ana.browsers = (entered(ana), entered(ana))
    ana.tokens = [browser.cookies[site.SESSION_COOKIE_NAME].value for browser in ana.browsers]
    return ana


def secrets_of(ana) -> list[bytes]:
    """What must lie nowhere: the words and all that opens them."""
    texts = [WORDS, ana.password, ana.code, ana.code.replace("-", ""), ana.device, *ana.tokens]
    keys = [ana.keyring.data_key(held) for held in ana.keyring.held]
    return [text.encode() for text in texts] + keys + [ana.answer, ana.app, ana.app.hex().encode()]


def locks():
    """Each way to a data key that lies in the database: what is inside the server's wrapping."""
    for slot in KeySlot.objects.all():
        envelope = slots._envelope(slot)
        if slot.kind == KeySlot.Kind.PASSWORD:
            _recipe, envelope = Recipe.unpack(envelope)
        yield envelope, f"{slot.kind} slot", slot.context()
    for row in Session.objects.exclude(sealed_keys=None):
        context = sessions.context_of(row)
        envelope = server_keys.unwrap(bytes(row.sealed_keys), sessions.PURPOSE, *context)
        yield envelope, sessions.PURPOSE, context


def try_everything(loot: set[bytes]) -> int:
    """Try each value as the secret of each lock and as the data key of each entry; the tries."""
    tries = 0
    for envelope, purpose, context in locks():
        for secret in loot:
            tries += 1
            with pytest.raises(WrongSecret):
                sealing.unwrap(secret, envelope, purpose, *context)
    for entry in Entry.objects.all():
        bound = (
            entry.sealed_as().encode(),
            entry.user_id.bytes,
            entry.data_key_id.bytes,
            entry.id.bytes,
            entry.revision.to_bytes(8, "big"),
        )
        for secret in loot:
            tries += 1
            key = sealing.expand(sealing.extract(secret), "row", entry.id.bytes)
            with pytest.raises(Damaged):
                sealing.open_sealed(key, bytes(entry.sealed), *bound)
    return tries


def loot_of_the_database() -> set[bytes]:
    whole = set(raw.values())
    pieces = {value[start : start + 32] for value in whole for start in (0, 4, 32)}
    return whole | pieces


def test_the_database_alone_reads_as_noise_and_cant_even_be_guessed_against(ana, settings):
    settings.WORKBOOK_KEYS = (b"the thief has a key of their own",)
    assert not [secret for secret in secrets_of(ana) if secret in raw.everything_at_rest()]
    for slot in KeySlot.objects.filter(kind=KeySlot.Kind.PASSWORD):
        # Not "wrong password": without the server's key there is nothing to compare a guess with.
        with pytest.raises(Closed):
            slots.open_password_slot(slot, ana.password)
    with pytest.raises(VaultError):
        ana.user.check_password(ana.password)


def test_the_database_with_the_servers_keys_opens_nothing_while_the_owner_is_away(ana):
    # Not even signed out: the browsers are closed, their rows stand.
    assert Session.objects.exclude(sealed_keys=None).count() == 2
    loot = loot_of_the_database() | {*site.WORKBOOK_KEYS, site.SECRET_KEY.encode()}
    assert try_everything(loot) > 100
    assert not [secret for secret in secrets_of(ana) if secret in raw.everything_at_rest()]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a copy of the file is SQLite's backup")
def test_last_months_backup_with_the_keys_opens_nothing_then_or_now(ana, tmp_path):
    backup = tmp_path / "backup.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(backup) as copy:
        connection.connection.backup(copy)
    copy.close()
    for browser in ana.browsers:
        browser.post(LOGOUT)
    ana.user.delete()
    stolen = backup.read_bytes()
    assert not [secret for secret in secrets_of(ana) if secret in stolen]
    # Put back on a machine of the thief's, with the keys: the cookies are gone with the browsers.
    with sqlite3.connect(backup) as copy:
        copy.backup(connection.connection)
    copy.close()
    assert Entry.objects.count() == 1
    loot = loot_of_the_database() | {*site.WORKBOOK_KEYS, site.SECRET_KEY.encode()}
    assert try_everything(loot) > 100


def test_a_disk_image_with_everybody_signed_out_holds_no_secret(ana):
    for browser in ana.browsers:
        assert WORDS in browser.get(JOURNAL).text
        browser.post(LOGOUT)
    assert not Session.objects.exists()
    folder = site.DATA_DIR
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    image = raw.everything_at_rest() + b"".join(files)
    assert not [secret for secret in secrets_of(ana) if secret in image]


def test_a_session_row_without_its_cookie_opens_nothing(ana):
    row = Session.objects.first()
    for guess in (row.session_key, row.session_key[:43].ljust(43, "0"), row.session_data):
        thief = Client()
        thief.cookies[site.SESSION_COOKIE_NAME] = guess
        assert WORDS not in thief.get(JOURNAL, follow=True).text


def test_a_cookie_without_its_row_opens_nothing(ana):
    Session.objects.all().delete()
    for browser in ana.browsers:
        assert WORDS not in browser.get(JOURNAL, follow=True).text


def test_another_users_cookie_opens_their_own_journal_only(ana, make_person, entered):
    ben = entered(make_person("ben"))
    assert WORDS not in ben.get(JOURNAL).text
    # Ana's keys in Ben's row, by somebody who can write the table.
    stolen = Session.objects.filter(user=ana.user).first()
    Session.objects.exclude(user=ana.user).update(sealed_keys=stolen.sealed_keys)
    assert WORDS not in ben.get(JOURNAL, follow=True).text


def test_a_devices_cookie_opens_nothing_by_itself(ana):
    thief = Client()
    thief.cookies["alongside-device"] = ana.device
    assert WORDS not in thief.get(JOURNAL, follow=True).text
    assert WORDS not in thief.get(LOGIN).text
    thief.post("/account/recover/", {"password": "a thief of telephones", "device": "1"})
    assert WORDS not in thief.get(JOURNAL, follow=True).text
    assert ana.user.check_password(ana.password)


def test_with_phone_database_and_server_keys_nobody_has_to_wait(ana):
    """What docs/threat-model.md and the privacy page say: the wait binds those who ask the server."""
    _user, keyring = find_by_device(ana.device)
    assert Entry.objects.get().open(keyring)["answer"] == {"text": WORDS}

"""With which part of a journal a code app or a passkey came decides when it ends."""

import os
from base64 import b64encode

from fido2.cose import ES256
from fido2.webauthn import AttestedCredentialData

from workbook.vault import code_apps
from workbook.vault.factors import end_factors_of_newer_parts
from workbook.vault.models import CodeApp, Passkey
from workbook.vault.passkeys import passkeys_of
from workbook.vault.passwords import begin
from workbook.vault.resealing import replace_data_key


def add_passkey(person, keyring) -> Passkey:
    key = ES256({1: 2, 3: ES256.ALGORITHM, -1: 1, -2: bytes(32), -3: bytes(32)})
    credential = AttestedCredentialData.create(bytes(16), os.urandom(32), key)
    row = Passkey(user=person.user, data_key_id=keyring.current_id)
    row.wrap({"credential": b64encode(credential).decode(), "count": 0})
    row.save(force_insert=True)
    return row


def newer_part(person):
    """What somebody begins who came in by a password that staff set."""
    person.user.set_password("given by the staff 123")
    person.user.save()
    return begin(person.user, "given by the staff 123")


def test_whoever_replaces_the_older_key_ends_what_came_with_a_newer_part(ada):
    newer = newer_part(ada)
    add_passkey(ada, newer)
    code_apps.begin_code_app(ada.user, newer)
    ada.user.set_password(ada.password)
    ada.user.save()
    replace_data_key(ada.user, ada.keyring, ada.password)
    assert not passkeys_of(ada.user)
    assert not CodeApp.objects.exists()


def test_whoever_replaces_the_newer_key_ends_nothing_of_the_older_part(ada):
    kept = add_passkey(ada, ada.keyring)
    newer = newer_part(ada)
    add_passkey(ada, newer)
    replace_data_key(ada.user, newer, "given by the staff 123")
    assert [one.id for one in passkeys_of(ada.user)] == [kept.id]


def test_coming_back_to_the_older_part_keeps_what_came_with_it(ada, ben):
    kept, bens = add_passkey(ada, ada.keyring), add_passkey(ben, ben.keyring)
    add_passkey(ada, newer_part(ada))
    assert end_factors_of_newer_parts(ada.user, ada.keyring)
    assert [one.id for one in passkeys_of(ada.user)] == [kept.id]
    assert [one.id for one in passkeys_of(ben.user)] == [bens.id]
    assert not end_factors_of_newer_parts(ada.user, ada.keyring)

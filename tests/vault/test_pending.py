"""What waits between password and code: sealed, counted, and over after a while."""

import pytest
from django.db import transaction

from workbook.vault import code_apps, pending, totp
from workbook.vault.models import PendingSession
from workbook.vault.sealing import VaultError


def test_what_the_password_opened_comes_out_again_with_its_token_alone(ada):
    token = pending.begin_pending(ada.user, ada.keyring, is_shared=False)
    row = pending.find_pending(token)
    assert pending.open_pending(row, token, ada.user).pack() == ada.keyring.pack()
    with pytest.raises(VaultError):
        pending.open_pending(row, "A" * 43, ada.user)
    assert pending.find_pending("A" * 43) is None
    assert pending.find_pending(row.key) is None


def test_a_closed_journal_waits_closed(ada):
    token = pending.begin_pending(ada.user, None, is_shared=True)
    row = pending.find_pending(token)
    assert pending.open_pending(row, token, ada.user) is None
    assert row.is_shared


def test_it_opens_for_nobody_else(ada, ben):
    token = pending.begin_pending(ada.user, ada.keyring, is_shared=False)
    row = pending.find_pending(token)
    with pytest.raises(VaultError):
        pending.open_pending(row, token, ben.user)
    row.user_id = ben.user.pk
    with pytest.raises(VaultError):
        pending.open_pending(row, token, ben.user)


def test_tries_that_were_read_at_the_same_time_are_five_together(ada):
    token = pending.begin_pending(ada.user, ada.keyring, is_shared=False)
    rows = [pending.find_pending(token) for _time in range(8)]
    assert [pending.spend_try(row) for row in rows] == [4, 3, 2, 1, 0, None, None, None]
    assert pending.find_pending(token) is None


def test_of_two_that_end_it_one_goes_on(ada):
    token = pending.begin_pending(ada.user, ada.keyring, is_shared=False)
    row = pending.find_pending(token)
    assert pending.end_pending(row)
    assert not pending.end_pending(row)
    assert pending.spend_try(row) is None


def test_what_nobody_came_back_to_is_cleared(ada):
    pending.begin_pending(ada.user, ada.keyring, is_shared=False)
    PendingSession.objects.update(expires_at="2026-01-01T00:00:00Z")
    kept = pending.begin_pending(ada.user, ada.keyring, is_shared=False)
    assert PendingSession.objects.count() == 1
    pending.clear_expired()
    assert pending.find_pending(kept)


def test_a_code_that_is_used_while_another_reads_it_works_once(ada, monkeypatch):
    """The two read the same row; the second to write finds it changed and looks again."""
    secret = code_apps.begin_code_app(ada.user, ada.keyring)
    step = int(code_apps.time.time()) // totp.SECONDS
    codes = code_apps.prove_code_app(ada.user, totp.code_at(secret, step - 1))
    for code in (totp.code_at(secret, step), codes[0]):
        taken = []
        real = code_apps._used

        def meanwhile(app, typed, code=code, real=real, taken=taken):
            found = real(app, typed)
            monkeypatch.setattr(code_apps, "_used", real)
            with transaction.atomic():
                taken.append(code_apps.use_code(ada.user, code))
            return found

        monkeypatch.setattr(code_apps, "_used", meanwhile)
        assert not code_apps.use_code(ada.user, code)
        assert taken == [True]

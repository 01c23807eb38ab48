from datetime import timedelta
from typing import Any

import pytest

from tests.vault.writers import Writer
from workbook.vault import recovery_keys
from workbook.vault.derivation import deriving_once
from workbook.vault.models import KeySlot, today
from workbook.vault.passwords import begin, change_password_slot, open_with_password
from workbook.vault.recovery_code import CodeMistake
from workbook.vault.recovery_keys import (
    add_device,
    add_recovery_key,
    find_by_device,
    find_by_recovery_key,
    prove_recovery_key,
    recovery_key_standing,
)
from workbook.vault.sealing import Damaged

ALL_GROUPS = list(range(1, 12))


def test_a_recovery_key_alone_finds_the_person_and_opens_the_journal(
    ada: Writer, ben: Writer
) -> None:
    code = add_recovery_key(ada.user, ada.keyring)
    add_recovery_key(ben.user, ben.keyring)
    found = find_by_recovery_key(code.lower().replace("-", " "))
    assert found is not None
    user, keyring = found
    assert user == ada.user
    assert keyring.held == ada.keyring.held
    assert keyring.pack() == ada.keyring.pack()


def test_a_code_with_a_slip_names_the_group_and_a_strangers_finds_nobody(ada: Writer) -> None:
    code = add_recovery_key(ada.user, ada.keyring)
    KeySlot.objects.filter(kind=KeySlot.Kind.RECOVERY).delete()
    assert find_by_recovery_key(code) is None
    with pytest.raises(CodeMistake) as caught:
        find_by_recovery_key("UUUU" + code[4:])
    assert caught.value.groups == [1]


def test_proving_names_the_wrong_groups_and_then_accepts(ada: Writer) -> None:
    code = add_recovery_key(ada.user, ada.keyring)
    assert recovery_key_standing(ada.user, ada.keyring) == "pending"
    groups = code.split("-")
    groups[3] = groups[3][1:] + "U"
    assert prove_recovery_key(ada.user, "-".join(groups)) == [4]
    assert prove_recovery_key(ada.user, code) == []
    assert recovery_key_standing(ada.user, ada.keyring) == "live"
    assert prove_recovery_key(ada.user, code) == []


def test_the_older_recovery_key_opens_until_the_newer_is_proven(ada: Writer) -> None:
    older = add_recovery_key(ada.user, ada.keyring)
    prove_recovery_key(ada.user, older)
    newer = add_recovery_key(ada.user, ada.keyring)
    assert recovery_key_standing(ada.user, ada.keyring) == "live"
    assert prove_recovery_key(ada.user, older) == ALL_GROUPS
    assert find_by_recovery_key(older)
    assert find_by_recovery_key(newer)
    assert prove_recovery_key(ada.user, newer) == ALL_GROUPS


def test_proving_the_newer_recovery_key_ends_the_older(ada: Writer) -> None:
    older = add_recovery_key(ada.user, ada.keyring)
    prove_recovery_key(ada.user, older)
    newer = add_recovery_key(ada.user, ada.keyring)
    assert prove_recovery_key(ada.user, newer) == []
    assert find_by_recovery_key(older) is None


def test_a_code_shown_again_replaces_the_one_never_proven(ada: Writer) -> None:
    first = add_recovery_key(ada.user, ada.keyring)
    second = add_recovery_key(ada.user, ada.keyring)
    assert find_by_recovery_key(first) is None
    assert find_by_recovery_key(second)


def test_a_used_recovery_key_goes_on_opening_and_asks_to_be_replaced(ada: Writer) -> None:
    code = add_recovery_key(ada.user, ada.keyring)
    prove_recovery_key(ada.user, code)
    assert find_by_recovery_key(code)
    assert recovery_key_standing(ada.user, ada.keyring) == "used"
    assert find_by_recovery_key(code)


def test_nobody_proves_another_persons_recovery_key(ada: Writer, ben: Writer) -> None:
    code = add_recovery_key(ada.user, ada.keyring)
    assert prove_recovery_key(ben.user, code) == ALL_GROUPS


def test_recovering_sets_a_new_password_and_loses_nothing(ada: Writer) -> None:
    code = add_recovery_key(ada.user, ada.keyring)
    found = find_by_recovery_key(code)
    assert found is not None
    user, keyring = found
    with deriving_once():
        user.set_password("chosen while recovering")
        user.save()
        change_password_slot(user, keyring, "chosen while recovering")
    again = open_with_password(user, "chosen while recovering")
    assert again is not None
    assert again.pack() == ada.keyring.pack()


def test_a_recovery_key_of_a_closed_journal_survives_the_next_one(ada: Writer) -> None:
    code = add_recovery_key(ada.user, ada.keyring)
    prove_recovery_key(ada.user, code)
    ada.user.set_password("chosen after the reset")
    ada.user.save()
    begun = begin(ada.user, "chosen after the reset")
    newer = add_recovery_key(ada.user, begun)
    assert prove_recovery_key(ada.user, newer) == []
    found = find_by_recovery_key(code)
    assert found is not None
    assert found[1].held == ada.keyring.held
    opened = find_by_recovery_key(newer)
    assert opened is not None
    assert opened[1].held == begun.held


def test_a_damaged_recovery_key_slot_says_so(ada: Writer) -> None:
    code = add_recovery_key(ada.user, ada.keyring)
    slot = KeySlot.objects.get(kind=KeySlot.Kind.RECOVERY)
    KeySlot.objects.filter(pk=slot.pk).update(sealed=bytes(slot.sealed)[:-1])
    with pytest.raises(Damaged):
        find_by_recovery_key(code)


def test_an_own_device_opens_the_journal_for_ninety_days(
    ada: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = add_device(ada.user, ada.keyring)
    found = find_by_device(token)
    assert found is not None
    assert found[0] == ada.user
    assert found[1].pack() == ada.keyring.pack()
    slot = KeySlot.objects.get(kind=KeySlot.Kind.DEVICE)
    assert slot.seen_on == today()
    assert slot.expires_on == today() + timedelta(days=90)
    assert token.encode() not in bytes(slot.sealed) + bytes(slot.locator or b"")
    assert find_by_device(token + "x") is None
    monkeypatch.setattr(recovery_keys, "today", lambda: today() + timedelta(days=90))
    assert find_by_device(token) is None


def test_a_device_ended_from_elsewhere_opens_nothing(ada: Writer) -> None:
    token = add_device(ada.user, ada.keyring)
    KeySlot.objects.filter(kind=KeySlot.Kind.DEVICE).delete()
    assert find_by_device(token) is None


def test_a_recovery_key_code_never_passes_for_a_device(ada: Writer, settings: Any) -> None:
    code = add_recovery_key(ada.user, ada.keyring)
    assert find_by_device(code) is None

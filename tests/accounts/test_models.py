import pytest

from workbook.accounts.models import User, normalize_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Quiet   River ", "quiet river"),
        ("ＱＵＩＥＴ", "quiet"),
        ("Straße", "strasse"),
        ("İstanbul", "i̇stanbul"),
        ("عمر\u200f", "عمر"),
        ("\u202eana", "ana"),
        ("an\u200ba", "ana"),
        ("❤\ufe0f", "❤"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("e\u0301", "é"),
    ],
)
def test_a_name_is_one_name_however_it_is_typed(typed: str, kept: str) -> None:
    assert normalize_name(typed) == kept
    assert normalize_name(kept) == kept


def test_a_password_set_by_somebody_else_is_not_the_persons_own(db: None) -> None:
    user = User.objects.create_user("ana", "a first password of ana")
    assert user.password_is_own
    user.set_password("given by the staff")
    assert not user.password_is_own


def test_another_password_makes_another_session_mark(db: None) -> None:
    user = User.objects.create_user("ana", "a first password of ana")
    before = user.get_session_auth_hash()
    user.set_password("a second password of ana")
    assert user.get_session_auth_hash() != before


def test_a_hash_made_anew_leaves_sessions_alone(db: None, settings) -> None:
    user = User.objects.create_user("ana", "a first password of ana")
    before = user.get_session_auth_hash(), user.password
    settings.VAULT_ARGON2 = (16, 1, 1)
    assert user.check_password("a first password of ana")
    user.refresh_from_db()
    assert user.password != before[1]
    assert user.get_session_auth_hash() == before[0]


def test_a_hash_made_anew_does_not_bring_an_old_password_back(db: None, settings) -> None:
    user = User.objects.create_user("ana", "a first password of ana")
    elsewhere = User.objects.get(pk=user.pk)
    elsewhere.set_password("a second password of ana")
    elsewhere.save()
    settings.VAULT_ARGON2 = (16, 1, 1)
    assert user.check_password("a first password of ana")
    assert User.objects.get(pk=user.pk).check_password("a second password of ana")


def test_two_spellings_of_a_name_are_one_account(db: None) -> None:
    made = User.objects.create_user("Quiet River", "a password of quiet river")
    assert User.objects.get_by_natural_key("ＱＵＩＥＴ  river") == made

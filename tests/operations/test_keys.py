"""Keys: made once, kept private, refused when damaged, never shown."""

import os
import stat
from pathlib import Path

import pytest

from workbook.operations import keys

KEY = keys.encode(b"k" * 32)
OLDER = keys.encode(b"o" * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / keys.FILE_NAME


def test_made_keys_are_read_back_as_they_were(path):
    made = keys.make(path)

    assert keys.read(path) == made
    assert [len(key) for key in made.workbook_keys] == [32]
    assert len(made.secret_key) >= 50


def test_each_site_gets_keys_of_its_own(tmp_path):
    assert keys.make(tmp_path / "one") != keys.make(tmp_path / "two")


def test_the_key_file_is_for_its_owner_alone_whatever_the_umask(path):
    before = os.umask(0)
    try:
        keys.make(path)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_are_never_made_over_keys(path):
    first = keys.make(path)

    with pytest.raises(FileExistsError):
        keys.make(path)

    assert keys.read(path) == first
    assert list(path.parent.iterdir()) == [path]


def test_no_file_means_no_keys(path):
    assert keys.read(path) is None
    assert keys.read(path / "below-nothing") is None


def test_the_environment_lists_the_newest_key_first(path):
    found = keys.from_environment({"SECRET_KEY": "s", "WORKBOOK_KEYS": f"{KEY}, {OLDER}"})

    assert found == keys.Keys("s", (b"k" * 32, b"o" * 32))


def test_padding_may_be_left_out_of_a_key():
    found = keys.from_environment({"SECRET_KEY": "s", "WORKBOOK_KEYS": KEY.rstrip("=")})

    assert found == keys.Keys("s", (b"k" * 32,))


def test_an_environment_without_keys_leaves_them_to_the_file():
    assert keys.from_environment({"SECRET_KEY": "", "WORKBOOK_KEYS": " "}) is None


@pytest.mark.parametrize(
    ("there", "missing"), [("SECRET_KEY", "WORKBOOK_KEYS"), ("WORKBOOK_KEYS", "SECRET_KEY")]
)
def test_half_of_the_keys_in_the_environment_is_an_error(there, missing):
    with pytest.raises(keys.KeysError, match=f"^{there} is set, {missing} is not"):
        keys.from_environment({there: KEY})


@pytest.mark.parametrize("text", [KEY[:20], KEY + "AAAA", "%%%%", "ключ"])
def test_a_malformed_key_is_refused_without_being_shown(text):
    with pytest.raises(keys.KeysError) as refusal:
        keys.from_environment({"SECRET_KEY": "secret", "WORKBOOK_KEYS": text})

    assert text not in str(refusal.value)
    assert "32 bytes" in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "SECRET_KEY = ",
        f'WORKBOOK_KEYS = ["{KEY}"]',
        'SECRET_KEY = "s"',
        'SECRET_KEY = "s"\nWORKBOOK_KEYS = []',
        f'SECRET_KEY = "s"\nWORKBOOK_KEYS = "{KEY}"',
        'SECRET_KEY = "s"\nWORKBOOK_KEYS = [1]',
        'SECRET_KEY = "s"\nWORKBOOK_KEYS = ["c2hvcnQ="]',
    ],
)
def test_a_damaged_key_file_stops_in_one_line_that_names_it(path, text):
    path.write_text(text)

    with pytest.raises(keys.KeysError) as refusal:
        keys.read(path)

    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_key_file_that_cannot_be_read_stops_with_its_name(path):
    path.mkdir()

    with pytest.raises(keys.KeysError, match="can't be read"):
        keys.read(path)


def test_keys_do_not_show_in_a_traceback(path):
    made = keys.make(path)

    assert made.secret_key not in repr(made)
    assert "secret" not in repr(made)

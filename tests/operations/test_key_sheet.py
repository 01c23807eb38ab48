"""A copy of the keys counts once it is proven, and only for the keys in use."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from workbook.operations import key_copy, keys, records


@pytest.fixture(autouse=True)
def made(data_dir, settings):
    made = keys.make(data_dir / keys.FILE_NAME)
    settings.SECRET_KEY, settings.WORKBOOK_KEYS = made.secret_key, made.workbook_keys
    return made


def typed(monkeypatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def run(**options) -> str:
    out = io.StringIO()
    call_command("key_sheet", stdout=out, **options)
    return out.getvalue()


def groups() -> dict[int, str]:
    return {
        part.first + at: group
        for part in key_copy.written()
        for at, group in enumerate(part.groups)
    }


def test_the_sheet_holds_the_keys_in_numbered_groups(made):
    printed = run()

    assert "".join(groups().values()) == made.secret_key + keys.encode(made.workbook_keys[0])
    for number, group in groups().items():
        assert f"{number:>3} {group}" in printed
    assert f'SECRET_KEY = "groups 1 to {-(-len(made.secret_key) // 4)}"' in printed


def test_groups_typed_from_the_sheet_prove_it(monkeypatch):
    asked = []

    def from_paper(number):
        asked.append(number)
        return f"{groups()[number]}\n"

    key_copy.prove_by_typing(from_paper)

    assert len(asked) == key_copy.ASKED
    # One of each key at least: half a sheet is none.
    assert min(asked) <= 16 < max(asked)
    assert key_copy.proven_on()


def test_one_wrong_letter_proves_nothing():
    with pytest.raises(key_copy.NotProven, match=r"Group \d+ is not"):
        key_copy.prove_by_typing(lambda number: f"{groups()[number][:-1]}!")
    assert not key_copy.proven_on()


def test_a_copy_of_the_file_from_another_machine_proves_it(monkeypatch, data_dir):
    typed(monkeypatch, (data_dir / keys.FILE_NAME).read_text())

    assert "Checked" in run(prove="-")
    assert key_copy.proven_on()


def test_the_key_file_itself_and_copies_beside_it_prove_nothing(data_dir):
    with pytest.raises(CommandError, match="same disk"):
        run(prove=str(data_dir / keys.FILE_NAME))
    assert not key_copy.proven_on()


@pytest.mark.parametrize("text", ["", "SECRET_KEY = 1", "not toml"])
def test_what_is_no_copy_proves_nothing(monkeypatch, text):
    typed(monkeypatch, text)

    with pytest.raises(CommandError, match="Not checked. the copy is damaged"):
        run(prove="-")


def test_a_copy_from_before_a_rotation_is_not_enough(monkeypatch, data_dir, settings, made):
    copy = (data_dir / keys.FILE_NAME).read_text()
    typed(monkeypatch, copy)
    run(prove="-")
    settings.WORKBOOK_KEYS = (keys.new_workbook_key(), *made.workbook_keys)
    assert not key_copy.proven_on()
    typed(monkeypatch, copy)

    with pytest.raises(CommandError, match="lacks 1 of the site's 2 WORKBOOK_KEYS"):
        run(prove="-")


def test_another_sites_copy_proves_nothing(monkeypatch, tmp_path):
    other = tmp_path / "other.toml"
    keys.make(other)
    typed(monkeypatch, other.read_text())

    with pytest.raises(CommandError, match="SECRET_KEY is another one"):
        run(prove="-")


def test_nothing_that_is_noted_gives_a_key_away(monkeypatch, data_dir, made):
    typed(monkeypatch, (data_dir / keys.FILE_NAME).read_text())
    run(prove="-")

    noted = (data_dir / records.FILE_NAME).read_text()
    for text in (made.secret_key, keys.encode(made.workbook_keys[0])):
        assert not [at for at in range(len(text) - 7) if text[at : at + 8] in noted]

"""Rotating the server key as an operator does it, step by step."""

import pytest
from django.core.management import CommandError, call_command

from workbook.operations import keys
from workbook.vault.passwords import open_with_password


@pytest.fixture
def key_file(data_dir, settings):
    path = data_dir / keys.FILE_NAME
    keys.make(path)
    settings.WORKBOOK_KEYS = keys.read(path).workbook_keys
    return path


def restart(path, settings):
    settings.WORKBOOK_KEYS = keys.read(path).workbook_keys


def test_in_three_steps_the_older_key_is_gone_and_everyone_still_enters(
    key_file, settings, make_person
):
    ana = make_person("ana")
    call_command("rotate_keys", "--begin")
    restart(key_file, settings)
    call_command("rotate_keys", "--rewrap")
    call_command("rotate_keys", "--finish")
    restart(key_file, settings)
    assert len(settings.WORKBOOK_KEYS) == 1
    assert oct(key_file.stat().st_mode)[-3:] == "600"
    ana.user.refresh_from_db()
    assert open_with_password(ana.user, ana.password)


def test_the_older_key_stays_while_a_row_needs_it(key_file, settings, make_person):
    make_person("ana")
    call_command("rotate_keys", "--begin")
    restart(key_file, settings)
    with pytest.raises(CommandError, match="--rewrap first"):
        call_command("rotate_keys", "--finish")
    assert len(keys.read(key_file).workbook_keys) == 2


def test_a_second_beginning_does_not_pile_up_keys(key_file, settings):
    call_command("rotate_keys", "--begin")
    restart(key_file, settings)
    with pytest.raises(CommandError, match="under way"):
        call_command("rotate_keys", "--begin")


def test_keys_from_the_environment_are_changed_there(data_dir):
    with pytest.raises(CommandError, match="environment"):
        call_command("rotate_keys", "--begin")


def test_a_lost_key_is_said_and_nothing_is_lost_with_it(key_file, settings, make_person):
    ana = make_person("ana")
    settings.WORKBOOK_KEYS = (keys.new_workbook_key(),)
    with pytest.raises(CommandError, match="Put that key back"):
        call_command("rotate_keys", "--rewrap")
    restart(key_file, settings)
    assert open_with_password(ana.user, ana.password)

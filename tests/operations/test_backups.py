"""Backups and restores: whole, without keys, and nobody who has left comes back."""

import hashlib
import io
import stat
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from tests.journal.writing import write
from workbook.accounts import deletion_marks
from workbook.accounts.deletion import erase
from workbook.accounts.models import Deletion, User
from workbook.chapters.loader import library
from workbook.journal.models import Entry
from workbook.operations import backups, deleted, records
from workbook.vault.models import KeySlot, Session
from workbook.vault.passwords import open_with_password

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def site(data_dir, settings, free_port):
    """An empty data folder, and an address at which nobody serves."""
    settings.HOST, settings.PORT = "127.0.0.1", free_port
    return data_dir


@pytest.fixture
def free_port():
    import socket

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


@pytest.fixture
def people(make_person):
    """Three people with one answer each."""
    book = library().book("alongside")
    prompt = book.prompt("today-brought").prompt
    found = [make_person(name) for name in ("ana", "ben", "cy")]
    for person in found:
        write(
            person.user,
            person.keyring,
            book,
            prompt,
            {"text": f"of {person.user.name}"},
            expected=0,
        )
    return found


def run(*arguments, **options) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, **options)
    return out.getvalue()


def backed_up(folder: Path) -> Path:
    run("backup", folder)
    return backups.kept_in(folder)[0][0]


def words_of(person) -> str:
    user = User.objects.get(name=person.user.name)
    keyring = open_with_password(user, person.password)
    return Entry.objects.get(user=user).open(keyring)["answer"]["text"]


def test_a_backup_says_what_it_holds_and_is_for_its_own_account_alone(people, tmp_path):
    printed = run("backup", tmp_path / "apart")

    [path] = [path for path, _at in backups.kept_in(tmp_path / "apart")]
    assert str(path) in printed
    assert "3 people, 3 entries, 0 earlier versions, 3 key slots" in printed
    assert hashlib.sha256(path.read_bytes()).hexdigest() in printed
    written = [path.parent, *path.parent.iterdir()]
    assert [stat.S_IMODE(path.stat().st_mode) & 0o077 for path in written] == [0] * 3


def test_no_key_and_no_session_is_in_a_backup(people, entered, settings, tmp_path):
    entered(people[0])
    [row] = Session.objects.all()

    path = backed_up(tmp_path / "apart")

    whole = path.read_bytes() if connection.vendor == "sqlite" else as_script(path)
    assert people[0].user.name.encode() in whole
    for secret in (row.session_key.encode(), *settings.WORKBOOK_KEYS, settings.SECRET_KEY.encode()):
        assert secret not in whole
        assert secret.hex().encode() not in whole


def as_script(path: Path) -> bytes:
    import subprocess

    from workbook.operations import postgres_copy

    return subprocess.check_output([postgres_copy._find("pg_restore"), "-f", "-", str(path)])


def test_what_was_restored_is_what_was_backed_up(people, tmp_path):
    path = backed_up(tmp_path / "apart")
    Entry.objects.all().delete()

    run("restore", path, replace=True)

    assert [words_of(person) for person in people] == ["of ana", "of ben", "of cy"]


def test_people_deleted_since_stay_deleted(people, tmp_path):
    path = backed_up(tmp_path / "apart")
    erase(people[1].user)

    printed = run("restore", path, replace=True)

    assert "1 of them had been deleted since" in printed
    assert sorted(User.objects.values_list("name", flat=True)) == ["ana", "cy"]
    assert Entry.objects.count() == KeySlot.objects.count() == 2


def test_the_marks_beside_the_backups_are_enough_on_another_machine(people, tmp_path):
    path = backed_up(tmp_path / "apart")
    erase(people[1].user)
    backed_up(tmp_path / "apart")
    Deletion.objects.all().delete()
    User.objects.all().delete()

    run("restore", path)

    assert sorted(User.objects.values_list("name", flat=True)) == ["ana", "cy"]
    assert len(deletion_marks.noted()) == 1


def test_marks_name_nobody_and_without_their_key_nothing_is_restored(people, tmp_path, settings):
    path = backed_up(tmp_path / "apart")
    name, ident = people[1].user.name, people[1].user.pk
    erase(people[1].user)
    [mark] = deletion_marks.noted()
    for clear in (name, ident.hex[:8], hashlib.sha256(str(ident).encode()).hexdigest()[:8]):
        assert clear not in mark.text

    settings.SECRET_KEY = "another key than the one it was noted under"
    with pytest.raises(CommandError, match="noted under another SECRET_KEY"):
        run("restore", path, replace=True)


def test_a_restore_ends_every_session(people, entered, tmp_path):
    path = backed_up(tmp_path / "apart")
    entered(people[0])

    run("restore", path, replace=True)

    assert not Session.objects.exists()


def test_a_database_that_holds_people_is_replaced_only_when_told(people, tmp_path):
    path = backed_up(tmp_path / "apart")

    with pytest.raises(CommandError, match="holds people already \\(3\\).*--replace"):
        run("restore", path)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ((), "There are no keys here.*keys.toml"),
        ((b"another key, of 32 bytes exactly",), "not the ones it was made under.*keys.toml"),
    ],
)
def test_without_its_keys_a_backup_is_not_restored(people, tmp_path, settings, keys, said):
    path = backed_up(tmp_path / "apart")
    settings.WORKBOOK_KEYS = keys

    with pytest.raises(CommandError, match=said):
        run("restore", path, replace=True)

    assert Entry.objects.count() == 3


def test_a_backup_from_before_the_keys_were_rotated_needs_the_older_key(people, tmp_path, settings):
    path = backed_up(tmp_path / "apart")
    settings.WORKBOOK_KEYS = (b"another key, of 32 bytes exactly", *settings.WORKBOOK_KEYS)

    run("restore", path, replace=True)

    assert words_of(people[0]) == "of ana"


def test_a_damaged_file_is_not_restored(people, tmp_path):
    path = backed_up(tmp_path / "apart")
    whole = path.read_bytes()
    for number, broken in enumerate((b"", b"not a backup", whole[: len(whole) // 2])):
        bad = tmp_path / f"bad-{number}"
        bad.write_bytes(broken)
        with pytest.raises(CommandError, match="Nothing was restored"):
            run("restore", bad, replace=True)
    assert Entry.objects.count() == 3


def test_a_database_of_a_newer_alongside_is_neither_backed_up_nor_restored(people, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('journal', '0099_later', CURRENT_TIMESTAMP)"
        )
    try:
        with pytest.raises(CommandError, match="made by a newer Alongside.*journal.0099_later"):
            run("backup", tmp_path / "apart")
        assert not backups.kept_in(tmp_path / "apart")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '0099_later'")


def test_what_is_not_whole_is_never_called_a_backup(people, tmp_path, monkeypatch):
    monkeypatch.setattr(backups.sqlite_copy, "make", lambda source, target: None)
    monkeypatch.setattr(backups.postgres_copy, "make", lambda target: None)

    with pytest.raises(CommandError, match="No backup was made"):
        run("backup", tmp_path / "apart")

    assert list((tmp_path / "apart").iterdir()) == []


def test_older_backups_and_marks_go_when_the_site_says_that_backups_forget(people, tmp_path):
    folder = tmp_path / "apart"
    path = backed_up(folder)
    Deletion.objects.create(mark=f"{'a' * 8}:{'b' * 48}", deleted_on="2020-01-01")
    old = path.with_name(path.name.replace(path.name[10:14], "2020"))
    path.rename(old)
    (folder / "of somebody else.sqlite3").touch()

    printed = run("backup", folder, keep_days=30)

    assert f"Removed {old.name}" in printed
    assert not old.exists()
    assert (folder / "of somebody else.sqlite3").exists()
    assert deletion_marks.noted() == deleted.read(folder / deleted.FILE_NAME) == []


def test_a_copy_counts_as_seen_elsewhere_only_when_it_is_one(people, tmp_path, monkeypatch):
    path = backed_up(tmp_path / "apart")
    with pytest.raises(CommandError, match="same disk"):
        run("backup", seen=str(path))
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{'0' * 64}  other\n"))
    with pytest.raises(CommandError, match="none of the backups"):
        run("backup", seen="-")
    assert "seen_elsewhere" not in records.read()

    digest = backups.sha256_of(path)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{digest}  elsewhere/{path.name}\n"))
    assert f"{path.name} has been seen" in run("backup", seen="-")
    assert records.read()["seen_elsewhere"]["name"] == path.name
    made = timezone.now() - backups.made_at_of(path.name)
    assert made < timedelta(minutes=5)

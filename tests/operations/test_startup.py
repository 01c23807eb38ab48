"""The steps before serving: each done once, each stopping with one line and a remedy."""

import os
import secrets
import socket
import stat
import subprocess
import threading
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection, transaction

from tests.operations.test_serve import MANAGE, environment
from workbook.operations import keys, schema, servers, startup


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def no_keys(settings):
    settings.SECRET_KEY, settings.WORKBOOK_KEYS = "", ()


@pytest.fixture
def listener():
    """A socket that listens on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_the_data_folder_is_made_for_this_account_alone(data_dir, settings):
    settings.DATA_DIR = data_dir / "not" / "there"

    startup.make_data_dir_usable()

    assert mode(settings.DATA_DIR) == 0o700
    assert list(settings.DATA_DIR.iterdir()) == []


def test_a_data_folder_that_cannot_be_written_stops_the_start(data_dir, settings):
    (data_dir / "file").touch()
    settings.DATA_DIR = data_dir / "file" / "var"

    with pytest.raises(startup.CantStart, match="can't be written.*WORKBOOK_DATA_DIR"):
        startup.make_data_dir_usable()


def test_a_taken_port_stops_the_start_and_names_another(listener, settings):
    port = listener.getsockname()[1]
    settings.HOST, settings.PORT = "127.0.0.1", port

    with pytest.raises(startup.CantStart, match=f"Port {port} .* is taken.*PORT={port + 1}"):
        startup.make_sure_port_is_free()


def test_a_port_whose_last_owner_has_gone_is_free(listener, settings):
    port = listener.getsockname()[1]
    settings.HOST, settings.PORT = "127.0.0.1", port
    with socket.create_connection(("127.0.0.1", port)):
        listener.accept()[0].close()  # Whoever closes first leaves the port waiting.
    listener.close()

    startup.make_sure_port_is_free()


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "not an address"])
def test_a_host_that_is_not_this_machine_stops_the_start(settings, host):
    settings.HOST, settings.PORT = host, 8000

    with pytest.raises(startup.CantStart, match="^HOST is .*no address of this machine"):
        startup.make_sure_port_is_free()


@pytest.mark.django_db
def test_a_first_start_makes_keys(data_dir, no_keys):
    made = startup.have_keys()

    assert made == data_dir / keys.FILE_NAME
    assert keys.read(made) is not None


@pytest.mark.django_db
@pytest.mark.parametrize(("names", "words"), [(["ada"], "1 person"), (["ada", "bo"], "2 people")])
def test_keys_are_never_made_anew_over_people(data_dir, no_keys, names, words):
    people = get_user_model()
    people.objects.bulk_create(people(name=name) for name in names)

    with pytest.raises(startup.CantStart, match=f"holds {words} .*keys.toml.*nothing was changed"):
        startup.have_keys()

    assert list(data_dir.iterdir()) == []


@pytest.mark.django_db
def test_a_start_that_comes_second_takes_the_keys_of_the_first(data_dir, no_keys):
    first = keys.make(data_dir / keys.FILE_NAME)

    assert startup.have_keys() == data_dir / keys.FILE_NAME
    assert keys.read(data_dir / keys.FILE_NAME) == first


@pytest.mark.django_db
@pytest.mark.parametrize("later", ["journal.0099_later", "elsewhere.0001_initial"])
def test_tables_of_a_newer_alongside_stop_the_start(later):
    app, name = later.split(".")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, CURRENT_TIMESTAMP)",
            [app, name],
        )

    with pytest.raises(startup.CantStart) as stopped:
        startup.migrate()

    assert f"made by a newer Alongside (it has {later})" in str(stopped.value)
    assert "\n" not in str(stopped.value)


@pytest.mark.django_db
def test_a_restore_that_was_cut_off_stops_the_start():
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {schema.UNFINISHED} (held integer)")

    with pytest.raises(startup.CantStart, match="Run manage.py restore again"):
        startup.migrate()


def test_keys_that_are_there_stay_and_are_made_private(data_dir):
    path = data_dir / keys.FILE_NAME
    made = keys.make(path)
    path.chmod(0o644)

    assert startup.have_keys() is None
    assert mode(path) == 0o600
    assert keys.read(path) == made


def test_a_server_nobody_knows_stops_the_start(monkeypatch):
    monkeypatch.setenv("WORKBOOK_SERVER", "apache")

    with pytest.raises(startup.CantStart, match="WORKBOOK_SERVER is 'apache'"):
        servers.chosen()


def test_the_address_for_people_is_the_one_that_opens(monkeypatch, settings):
    monkeypatch.delenv("SITE_URL", raising=False)
    settings.HOST, settings.PORT = "127.0.0.1", 8001
    assert startup.where_to_open() == "http://127.0.0.1:8001/"

    settings.HOST = "::1"
    assert startup.where_to_open() == "http://[::1]:8001/"

    settings.HOST = "0.0.0.0"
    assert startup.where_to_open().startswith("http://127.0.0.1:8001/ on this machine only")

    monkeypatch.setenv("SITE_URL", "https://workbook.example.org")
    settings.SITE_URL = "https://workbook.example.org"
    assert startup.where_to_open().startswith("https://workbook.example.org/ ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite waits by its own timeout")
def test_a_row_that_somebody_holds_is_not_waited_for_for_ever():
    people = get_user_model()
    ana = people.objects.create(name="ana")
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            people.objects.select_for_update().get(pk=ana.pk)
            held.set()
            let_go.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        with pytest.raises(OperationalError, match="lock timeout"):
            people.objects.filter(pk=ana.pk).update(time_zone="UTC")
        assert holder.is_alive()
    finally:
        let_go.set()
        holder.join()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("3s",)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is for one machine")
def test_nodes_that_start_together_migrate_one_after_the_other(tmp_path):
    name = f"together_{secrets.token_hex(6)}"
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    migrate = "from workbook.operations import startup; print(startup.migrate())"
    try:
        nodes = [
            subprocess.Popen(
                [*MANAGE, "shell", "-v0", "-c", migrate],
                env=environment(tmp_path / str(number), DATABASE_URL=url, DEBUG="1"),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for number in range(3)
        ]
        said = [node.communicate(timeout=120) for node in nodes]
        assert [node.returncode for node in nodes] == [0, 0, 0], said
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")

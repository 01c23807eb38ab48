"""The restore drill: back up while people write, restore elsewhere with the keys, read everything."""

import contextlib
import os
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.writers import Writer, where_to_write
from tests.operations.test_serve import MANAGE, environment, free_port, serving
from workbook.operations import backups, keys

pytestmark = [pytest.mark.slow, pytest.mark.database]


@contextlib.contextmanager
def empty_database() -> Iterator[dict[str, str]]:
    """The environment of a site with an empty database, of the kind the tests run on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    import psycopg

    name = f"drill_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        parts = urlsplit(url)
        yield {"DATABASE_URL": parts._replace(path=f"/{name}").geturl()}
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(data: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MANAGE, *map(str, arguments)],
        env=environment(data, PORT=free_port(), **more),
        capture_output=True,
        text=True,
    )


def test_a_backup_made_while_people_write_is_read_by_each_of_them_elsewhere(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(empty_database())
        second = stack.enter_context(empty_database())
        apart = tmp_path / "apart"
        with serving(here, **first) as (address, _output):
            people = [Writer(address) for _ in range(4)]
            for person in people:
                person.sign_up()
            chapter, prompts = where_to_write(people[0].browser)
            enough = threading.Event()
            threads = [
                threading.Thread(target=person.write_until, args=(enough.is_set, chapter, prompts))
                for person in people
            ]
            for thread in threads:
                thread.start()
            end = time.monotonic() + 60
            while not all(person.saved for person in people) and time.monotonic() < end:
                time.sleep(0.05)
            kept_before = {person.name: dict(person.saved) for person in people}
            made = manage(here, "backup", apart, **first)
            enough.set()
            for thread in threads:
                thread.join()
        assert made.returncode == 0, made.stderr
        assert "4 people" in made.stdout
        assert [person.errors for person in people] == [[]] * 4
        assert all(len(kept) >= 1 for kept in kept_before.values())
        [(backup, _at)] = backups.kept_in(apart)

        without = manage(there, "restore", backup, **second)
        assert without.returncode == 1
        assert "There are no keys here" in without.stderr
        assert without.stderr.count("\n") == 1

        shutil.copy2(here / keys.FILE_NAME, there / keys.FILE_NAME)
        restored = manage(there, "restore", backup, **second)
        assert restored.returncode == 0, restored.stderr
        # Nothing of an empty database is kept beside it.
        assert not list(there.glob("*before*"))
        with serving(there, **second) as (address, _output):
            for person in people:
                person.site = address
                assert not missing(person, kept_before[person.name], chapter)


def missing(person: Writer, kept: dict[str, str], chapter: str) -> list[str]:
    """Prompts that hold neither what was saved before the backup nor anything newer."""
    person.lost(chapter)  # Enters anew.
    page = person.browser.get(chapter)
    return [
        prompt
        for prompt, text in kept.items()
        if number(page.prompt(prompt).fields["answer"]) < number(text)
    ]


def number(text: str) -> int:
    """Which of its writer's texts this is; -1 where none is there."""
    _name, found, rest = text.partition(", number ")
    return int(rest.partition(":")[0]) if found else -1

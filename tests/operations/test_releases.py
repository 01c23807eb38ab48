"""Each earlier release's database, with people in it, opens under this one: nothing is lost.

``scripts/freeze_release.py`` makes them, one for each release.
"""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.operations.test_serve import MANAGE, environment
from workbook.operations import keys

FOLDER = Path(__file__).parent / "releases"
RELEASES = sorted(path.stem for path in FOLDER.glob("*.sql"))

READ_ALL = """
import io, json, sys, zipfile
from django.conf import settings
from django.test import Client
from workbook.accounts.models import User
from workbook.operations import startup
from workbook.vault.recovery_keys import find_by_recovery_key
from workbook.vault.passwords import open_with_password
from workbook.journal.models import EarlierVersion, Entry

startup.migrate()
settings.ALLOWED_HOSTS = ["testserver"]
found = {}
for person in json.load(sys.stdin):
    user = User.objects.get_by_natural_key(person["name"])
    assert user.check_password(person["password"])
    keyring = open_with_password(user, person["password"])
    opened = [row.open(keyring) for model in (Entry, EarlierVersion)
              for row in model.objects.filter(user=user)]
    assert find_by_recovery_key(person["spare_key"])[0] == user
    browser = Client()
    browser.post("/account/login/", {"username": person["name"], "password": person["password"]})
    taken = browser.post("/journal/export/")
    exported = zipfile.ZipFile(io.BytesIO(b"".join(taken))).read("journal.md").decode()
    journal = browser.get("/journal/").content.decode()
    found[person["name"]] = {"opened": opened, "exported": exported, "journal": journal}
json.dump(found, sys.stdout)
"""


def test_there_is_a_database_of_each_release():
    changes = (FOLDER.parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[?(\d+\.\d+)", changes, re.M)
    assert {"0.1", *released} <= set(RELEASES)


@pytest.mark.parametrize("release", RELEASES)
def test_everybody_reads_everything_after_an_upgrade(tmp_path, release):
    about = json.loads((FOLDER / f"{release}.json").read_text(encoding="utf-8"))
    encoded = ", ".join(f'"{key}"' for key in about["WORKBOOK_KEYS"])
    key_file = tmp_path / keys.FILE_NAME
    key_file.write_text(f'SECRET_KEY = "{about["SECRET_KEY"]}"\nWORKBOOK_KEYS = [{encoded}]\n')
    with closing(sqlite3.connect(tmp_path / "alongside.sqlite3")) as database:
        database.executescript((FOLDER / f"{release}.sql").read_text(encoding="utf-8"))

    run = subprocess.run(
        [*MANAGE, "shell", "-v0", "-c", READ_ALL],
        env=environment(tmp_path, DEBUG="1"),  # No built static files are needed so.
        input=json.dumps(about["people"]),
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    for person in about["people"]:
        theirs = found[person["name"]]
        opened = [(row["prompt"], row["answer"]) for row in theirs["opened"]]
        for prompt, versions in person["answers"].items():
            for answer in versions:
                assert (prompt, answer) in opened
        for words in ("what today brought", "a friend of", "Words from an earlier release: mañana"):
            assert words in theirs["exported"]
        assert f"{person['name']}: what today brought" in theirs["journal"]


def test_what_was_released_is_not_frozen_again():
    run = subprocess.run(
        [sys.executable, FOLDER.parents[2] / "scripts" / "freeze_release.py", "0.1"],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "is there already" in run.stderr

#!/usr/bin/env python3
"""Freeze a populated database of this version, so that every later one is tried on it.

    scripts/freeze_release.py 0.1

Writes tests/operations/releases/0.1.sql (the database as SQL) and 0.1.json (its keys, and what
each of its invented people wrote). Run it once for each release, and never again for the same one.
"""

import json
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "operations" / "releases"
LONG = "Words from an earlier release: mañana, 静か, 🌱, <b>not bold</b>. " * 20


def main() -> None:
    [version] = sys.argv[1:]
    sql, about = FOLDER / f"{version}.sql", FOLDER / f"{version}.json"
    if sql.exists():
        sys.exit(f"{sql} is there already; what was released stays as it was.")
    with tempfile.TemporaryDirectory(prefix="alongside-freeze-") as folder:
        told = populate(Path(folder))
        with closing(sqlite3.connect(Path(folder) / "alongside.sqlite3")) as database:
            sql.write_text("\n".join(database.iterdump()) + "\n", encoding="utf-8")
    about.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def populate(folder: Path) -> dict[str, object]:
    """A site with three people in it; its keys, and what they wrote."""
    sys.path.insert(0, str(ROOT))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "workbook.settings", "WORKBOOK_DATA_DIR": str(folder)}
    os.environ.pop("DATABASE_URL", None)

    from workbook.operations import keys

    made = keys.make(folder / keys.FILE_NAME)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    # A slot holds its own costs; high ones would only slow the test.
    settings.VAULT_ARGON2 = (8, 1, 1)
    call_command("migrate", verbosity=0)
    people = [one_person(name) for name in ("ana", "ben", "cy")]
    connection.close()
    return {
        "SECRET_KEY": made.secret_key,
        "WORKBOOK_KEYS": [keys.encode(key) for key in made.workbook_keys],
        "people": people,
    }


def one_person(name: str) -> dict[str, object]:
    from django.utils import timezone

    from workbook.accounts.models import User
    from workbook.chapters.loader import library
    from workbook.journal.entries.content import Origin, draft_of
    from workbook.journal.entries.store import keep
    from workbook.vault.passwords import begin
    from workbook.vault.recovery_keys import add_recovery_key, prove_recovery_key

    password = f"a long password of {name}"
    user = User.objects.create_user(name, password)
    keyring = begin(user, password)
    book = library().book("alongside")
    answers = {
        "understood-once": [{"text": f"{name} first. {LONG}"}, {"text": f"{name} then. {LONG}"}],
        "today-brought": [{"text": f"{name}: what today brought"}],
        "my-people": [
            {"people": [{"who": f"a friend of {name}", "kinds": [], "good_for": "", "reach": ""}]}
        ],
    }
    for prompt, versions in answers.items():
        expected = 0
        for days_ago, answer in zip(range(len(versions), 0, -1), versions, strict=True):
            asked = book.prompt(prompt).prompt
            # On different days, so that what stood there is kept as an earlier version.
            then = timezone.now() - timedelta(days=days_ago)
            with mock.patch("django.utils.timezone.now", return_value=then):
                draft = draft_of(book, asked, answer)
                written = keep(user, keyring, draft, Origin(expected))
            expected = written.version
    code = add_recovery_key(user, keyring)
    prove_recovery_key(user, code)
    return {"name": name, "password": password, "spare_key": code, "answers": answers}


if __name__ == "__main__":
    main()

"""No query crosses people: whatever touches a private row names whose it is.

So a database spread over machines by person (Citus) sends each query to one of them. Looking up who
somebody is comes before that: by their session, their name, or a recovery key or device.
"""

import re
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.writers import Page
from tests.accounts.code_apps import App, turn_on
from tests.accounts.passkeys import Browser, Device
from workbook.accounts.models import User
from workbook.journal.models import Entry
from workbook.vault import sessions
from workbook.vault.recovery_keys import add_recovery_key, prove_recovery_key

pytestmark = pytest.mark.django_db(transaction=True)

PRIVATE = {
    model._meta.db_table
    for model in apps.get_models()
    if model._meta.app_label in {"vault", "journal"}
}
LOOK_UPS = {
    # The other is swept by time, a minute apart: idle ones are emptied for everybody.
    "vault_session": r'"vault_session"\."(session_key" (=|IN) |lock_minutes" > )',
    "vault_pendingsession": r'"vault_pendingsession"\."key" = ',
    "vault_keyslot": r'"vault_keyslot"\."locator" (=|IN) ',
}
PLACES = re.compile(r'(?:FROM|SIGNUP|UPDATE|INTO) "(\w+)"(?: ([UVT]\d+))?')


def stray(sql: str) -> list[str]:
    """The private tables in a statement that are not narrowed to one person."""
    found = []
    for table, alias in PLACES.findall(sql):
        if table not in PRIVATE or (table in LOOK_UPS and re.search(LOOK_UPS[table], sql)):
            continue
        if re.match(r"INSERT ", sql):
            ours = re.search(r'INTO "\w+" \([^)]*"user_id"', sql)
        else:
            name = re.escape(alias or f'"{table}"')
            # PostgreSQL takes (user, id) = (%s, %s) apart into user = %s AND id = %s.
            pair = rf', {name}\."id"\) = '
            ours = re.search(rf'{name}\."user_id"( (=|IN) |{pair})', sql)
        if not ours:
            found.append(table)
    return found


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('SELECT 1 FROM "journal_entry" WHERE "journal_entry"."day" = %s', ["journal_entry"]),
        ('SELECT 1 FROM "journal_entry" WHERE "journal_entry"."user_id" = %s', []),
        (
            'UPDATE "journal_entry" SET "day" = %s WHERE "journal_entry"."id" = %s',
            ["journal_entry"],
        ),
        ('DELETE FROM "vault_keyslot" WHERE "vault_keyslot"."id" IN (%s)', ["vault_keyslot"]),
        (
            (
                'SELECT 1 FROM "journal_entry" WHERE "journal_entry"."user_id" = %s AND "id" IN '
                '(SELECT U0."id" FROM "journal_earlierversion" U0 WHERE U0."id" = %s)'
            ),
            ["journal_earlierversion"],
        ),
        ('INSERT INTO "journal_place" ("id", "sealed") VALUES (%s)', ["journal_place"]),
        ('INSERT INTO "journal_place" ("user_id", "id") VALUES (%s)', []),
        ('SELECT 1 FROM "vault_session" WHERE "vault_session"."session_key" = %s', []),
        (
            (
                'SELECT 1 FROM "vault_session" INNER SIGNUP "accounts_user" ON 1 LEFT OUTER SIGNUP '
                '"journal_place" ON ("accounts_user"."id" = "journal_place"."user_id") '
                'WHERE "vault_session"."session_key" = %s'
            ),
            ["journal_place"],
        ),
    ],
)
def test_a_query_that_names_nobody_is_seen(sql, tables):
    assert stray(sql) == tables


class Job:
    """A browser that does the main job, and every statement that this takes."""

    def __init__(self):
        self.client = Client()
        self.statements: list[str] = []

    def note(self, execute, sql, params, many, context):
        self.statements.append(sql)
        return execute(sql, params, many, context)

    def get(self, path: str) -> Page:
        return self.read(self.client.get(path, follow=True))

    def post(self, path: str, data: dict, status: int = 200) -> Page:
        return self.read(self.client.post(urlsplit(path).path, data, follow=True), status)

    def read(self, response, status: int = 200) -> Page:
        assert response.status_code == status, response.request["PATH_INFO"]
        if response.headers["Content-Type"] == "application/zip":
            return Page("", str(len(b"".join(response))))
        return Page(response.request["PATH_INFO"], response.text)

    def save(self, chapter: str, prompt: str, **typed: str) -> None:
        form = self.get(f"/books/alongside/{chapter}/").prompt(prompt)
        self.post(form.action, form.fields | typed)


def chapter_of(prompt: str) -> str:
    from workbook.chapters.loader import library

    placed = library().book("alongside").prompt(prompt)
    assert placed.chapter
    return placed.chapter.slug


@pytest.fixture
def spread(settings, monkeypatch):
    """As with DATABASE_SHARDED: a person's place doesn't come with their session."""
    settings.VAULT_SESSION_JOINS = ("user",)
    monkeypatch.setattr(sessions._find, "_made", {})


def test_no_query_of_the_main_job_crosses_people(spread, make_person):
    make_person("somebody else")
    job = Job()
    with connection.execute_wrapper(job.note):
        name, password = "quiet-heron-11", "four maples and a heron"
        joining = job.get(reverse("signup")).form_with("password")
        job.post(joining.action, joining.fields | {"username": name, "password": password})
        person = User.objects.get(name=name)
        chapter = chapter_of("understood-once")
        for text in ("the first words", "the second words", "the third words"):
            job.save(chapter, "understood-once", answer=text)
        job.save(chapter_of("my-people"), "my-people", **{"who-0": "Sam"})
        job.save(chapter_of("where-to-turn"), "where-to-turn", end="professional")
        # The answer with its two earlier versions, the map's people, the guide.
        kept = Entry.objects.filter(user=person).order_by("sequence")
        assert list(kept.values_list("revision", flat=True)) == [3, 1, 1]
        job.get(reverse("map-back", args=["alongside"]))
        job.get(reverse("book", args=["alongside"]))
        job.get("/")
        job.get(reverse("journal"))
        job.post(reverse("journal-search"), {"words": "second", "q": "second"})
        job.get(reverse("look-back"))
        entry = Entry.objects.filter(user=person).first()
        job.get(reverse("entry", args=[entry.id]))
        job.post(reverse("entry-delete", args=[entry.id]), {})
        going = Entry.objects.filter(user=person, goes_at__isnull=False).exists()
        job.get(reverse("journal"))
        job.post(reverse("export"), {})
        leaving = job.get(reverse("logout"))
        assert leaving
        job.client.post(reverse("logout"))
        entering = job.get(reverse("login")).form_with("password")
        job.post(entering.action, entering.fields | {"username": name, "password": password})
        job.get(reverse("account"))
        job.client.post(reverse("delete-account"), {"confirmation": "delete", "password": password})
    assert going
    assert not User.objects.filter(name=name).exists()
    touched = {table for sql in job.statements for table, _alias in PLACES.findall(sql)}
    assert touched & PRIVATE >= PRIVATE - {"journal_putaside"}
    ours = [sql for sql in job.statements if not sql.startswith(("SAVEPOINT", "RELEASE"))]
    assert len(ours) > 100
    wrong = sorted({f"{', '.join(tables)}: {sql}" for sql in ours if (tables := stray(sql))})
    assert not wrong


def test_a_recovery_key_is_looked_up_by_what_is_derived_from_it(person):
    code = add_recovery_key(person.user, person.keyring)
    job = Job()
    with connection.execute_wrapper(job.note):
        job.client.post(reverse("recover"), {"code": code, "password": "another one for later"})
    assert any('"locator"' in sql for sql in job.statements)
    assert not [sql for sql in job.statements if stray(sql)]


def test_neither_a_code_nor_a_passkey_is_looked_up_across_people(
    spread, person, entered, monkeypatch, settings
):
    settings.SITE_URL = "http://localhost"
    app, browser, job = App(monkeypatch), Browser(entered(person), Device()), Job()
    prove_recovery_key(person.user, add_recovery_key(person.user, person.keyring))
    with connection.execute_wrapper(job.note):
        browser.add(person.password)
        turn_on(browser.client, person, app)
        browser.client = Client()
        assert browser.log_in().status_code == 302
        entering = {"username": person.user.name, "password": person.password}
        job.client.post(reverse("login"), entering)
        assert job.client.post(reverse("second-step"), {"code": app.next_code()}).status_code == 302
    touched = {table for sql in job.statements for table, _alias in PLACES.findall(sql)}
    assert {"vault_codeapp", "vault_passkey", "vault_pendingsession"} <= touched
    assert not sorted({sql for sql in job.statements if stray(sql)})


BY_ITSELF = {
    # Looked up before anybody is known, or swept by time.
    ("vault_keyslot", "locator"),
    ("vault_session", "session_key"),
    ("vault_pendingsession", "key"),
    ("vault_session", "expire_date"),
}


@pytest.mark.parametrize("table", sorted(PRIVATE))
def test_every_key_of_a_private_table_leads_with_its_person(table):
    keys = keys_of(table)
    assert keys
    leading = {columns[0] for columns in keys}
    assert {(table, first) for first in leading - {"user_id"}} <= BY_ITSELF


def keys_of(table: str) -> list[list[str]]:
    """The columns of every key and index of a table, in their order."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Django lists a primary key in the table's order of columns; SQLite knows the key's.
            cursor.execute(f"PRAGMA index_list({table})")
            names = [row[1] for row in cursor.fetchall()]
            keys = []
            for name in names:
                cursor.execute(f"PRAGMA index_info({name})")
                keys.append([row[2] for row in cursor.fetchall()])
            return keys
        found = connection.introspection.get_constraints(cursor, table).values()
    return [
        one["columns"]
        for one in found
        if one["columns"] and (one["index"] or one["unique"] or one["primary_key"])
    ]


def test_sessions_are_where_settings_say():
    # The look-ups above are by this table's key.
    assert site.SESSION_ENGINE == "workbook.vault.sessions"

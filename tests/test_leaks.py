"""One canary through every address that takes words, then looked for wherever words must not be."""

import io
import logging
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from tests import raw
from tests.elements import page as parsed
from tests.routes import ADDRESSES, write_samples
from workbook.journal.models import Entry
from workbook.journal.rendering.prompt_form import writer_of
from workbook.journal.views import saving
from workbook.web.logs import TypeAndPlaceFilter

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "Zaunkönig-canary-58211"
SAVE = "/journal/answers/alongside/today-brought/"
_opened_to_write: set[str] = set()


def _note_files(event: str, args: tuple) -> None:
    is_file = event == "open" and isinstance(args[0], str | bytes) and isinstance(args[1], str)
    if is_file and set(args[1]) & set("wax+"):
        _opened_to_write.add(str(args[0]))


sys.addaudithook(_note_files)


@pytest.fixture
def log(monkeypatch) -> io.StringIO:
    """What the site's own handler would have written, with the site's own filter."""
    stream = io.StringIO()
    found = [
        handler
        for handler in logging.getLogger().handlers
        if any(isinstance(one, TypeAndPlaceFilter) for one in handler.filters)
    ]
    assert found, "the site's own log handler is not in place"
    for handler in found:
        monkeypatch.setattr(handler, "stream", stream)
    return stream


def send(client: Client, person, path: str = SAVE, **more):
    client.raise_request_exception = False
    data = {"answer": CANARY, "writer": writer_of(person.user), "version": "0", **more}
    return client.post(path, data)


def test_no_canary_is_found_where_words_must_not_be(
    person, make_person, entered, log, monkeypatch, tmp_path
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _opened_to_write.clear()
    client, locked = entered(person), entered(person, locked=True)
    ben = make_person("ben")
    statuses = {
        "saved": send(client, person),
        "stale": send(client, person, answer=f"{CANARY} again", version="7"),
        "locked": send(locked, person),
        "signed out": send(Client(), person),
        "another writer": send(entered(ben), person),
        "no such prompt": send(client, person, "/journal/answers/alongside/no-such/"),
        "too long": send(client, person, answer=CANARY * 8000),
        "a wrong method": client.put(SAVE, CANARY),
        "not a form": client.post(SAVE, CANARY.encode(), content_type="multipart/form-data"),
    }
    for error in (ValueError(CANARY), OperationalError(CANARY)):
        monkeypatch.setattr(saving, "keep", raises(error))
        statuses[type(error).__name__] = send(client, person)
    codes = {name: answer.status_code for name, answer in statuses.items()}
    assert codes["saved"] == 302
    assert codes["locked"] == 423
    assert codes["stale"] == 409
    assert codes["ValueError"] == 500
    assert codes["OperationalError"] == 503
    assert {codes["signed out"], codes["another writer"]} == {403}
    for address in (
        "home",
        "journal",
        "export",
        "login",
        "signup",
        "recover",
        "account",
        "help-now",
    ):
        client.get(reverse(address), {"q": CANARY, "next": f"/{CANARY}"})
    Client().post(reverse("login"), {"username": CANARY, "password": CANARY})
    Client().post(reverse("recover"), {"code": CANARY, "password": CANARY})
    Client().post(reverse("signup"), {"username": "cara-2211", "password": CANARY})
    client.post(reverse("password"), {"current": CANARY, "password": CANARY})
    client.post(reverse("import-journal"), {"file": io.BytesIO(CANARY.encode())})
    taken = client.post(reverse("export"))
    assert b"".join(taken)[:2] == b"PK"
    assert Entry.objects.get(user=person.user).open(person.keyring)["answer"] == {"text": CANARY}

    assert_no_canary(log)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    files = {str(path) for path in raw.database_files()}
    ours = (str(site.DATA_DIR), tempfile.gettempdir(), str(site.BASE_DIR))
    written = {path for path in _opened_to_write if path.startswith(ours) and path not in files}
    assert not {path for path in written if not path.endswith(".pyc") and ".pyc." not in path}


def assert_no_canary(log: io.StringIO) -> None:
    at_rest = raw.everything_at_rest()
    for needle in (CANARY, CANARY.split("-", 1)[1]):
        assert needle.encode() not in at_rest
        assert needle not in log.getvalue()


# What these do ends the journal, or the walk; each has tests of its own.
ENDS = ("/account/delete/", "/journal/delete/", "/journal/entries/")


@pytest.mark.slow
@pytest.mark.parametrize("state", ["open", "locked", "signed out"])
def test_every_address_takes_a_canary_in_every_field_and_keeps_none(state, person, entered, log):
    write_samples(person, CANARY)
    names = field_names(entered(person))
    assert {"answer", "password", "title", "label", "code"} <= names
    sent = dict.fromkeys(names, CANARY) | {"writer": writer_of(person.user), "version": "2"}
    for address in ADDRESSES:
        client = Client() if state == "signed out" else entered(person, locked=state == "locked")
        client.raise_request_exception = False
        answers = [client.get(address, {"q": CANARY}), client.put(address, CANARY)]
        if not address.startswith(ENDS):
            answers.append(client.post(address, sent))
        for answer in answers:
            content = b"".join(answer) if answer.streaming else answer.content
            assert answer.status_code < 500, address
            assert CANARY not in answer.get("Location", ""), address
            if state != "open" and answer.wsgi_request.method == "GET":
                # Words that were sent may come back in the form; words that are kept may not.
                assert CANARY.encode() not in content.replace(f"q={CANARY}".encode(), b""), address

    assert_no_canary(log)


def field_names(client: Client) -> set[str]:
    """The names of all fields on all pages."""
    names = {"password", "code"}
    for address in ADDRESSES:
        answer = client.get(address)
        if not answer.streaming:
            fields = parsed(answer.content.decode())
            names |= {one.attributes["name"] for one in fields if one.attributes.get("name")}
    return names


def raises(error: Exception):
    def stand_in(*args, **kwargs):
        raise error

    return stand_in


def test_the_log_does_speak_of_what_went_wrong(person, entered, log, monkeypatch):
    monkeypatch.setattr(saving, "keep", raises(ValueError(CANARY)))
    assert send(entered(person), person).status_code == 500
    assert "ValueError at " in log.getvalue()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the file itself")
def test_what_was_deleted_is_gone_from_the_file(person, entered):
    client = entered(person)
    send(client, person)
    sealed = bytes(Entry.objects.get().sealed)
    assert sealed in raw.everything_at_rest()
    client.post(reverse("delete-account"), {"confirmation": "delete", "password": person.password})
    assert sealed not in raw.everything_at_rest()
    assert not Path(f"{connection.settings_dict['NAME']}-wal").read_bytes()

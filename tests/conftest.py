"""The surroundings of every test: own keys, own data folder, no way out of this machine.

Settings are read once, so what they read from the environment must stand before Django loads.
``DATABASE_URL`` is left as it is: with it the same suite runs on PostgreSQL.
"""

import atexit
import datetime
import ipaddress
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.template import engines
from django.test import Client
from jinja2 import ChainableUndefined, StrictUndefined

from tests.campaigns import SOAK

if settings.configured:
    pytest.exit("Unset DJANGO_SETTINGS_MODULE: the tests prepare the environment first.", 2)

DATA_DIR = Path(tempfile.mkdtemp(prefix="alongside-tests-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)

for name in ("DEBUG", "HOST", "PORT", "SITE_URL", "TRUSTED_PROXIES", "WORKBOOK_CONTENT_DIR"):
    os.environ.pop(name, None)
os.environ |= {
    "SECRET_KEY": "a-key-for-tests-only-" * 3,
    "WORKBOOK_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "WORKBOOK_DATA_DIR": str(DATA_DIR),
}

os.environ["DJANGO_SETTINGS_MODULE"] = "workbook.settings"
settings.DATABASES  # noqa: B018 - reads the settings now, while the environment is ours
# Workers of pytest-xdist inherit the environment; each must come through here with its own folder.
del os.environ["DJANGO_SETTINGS_MODULE"]

# A busy machine is no bug: how long an example takes is measured elsewhere.
hypothesis.settings.register_profile("soak", deadline=None, max_examples=1000)
hypothesis.settings.register_profile("a tenth", deadline=None, max_examples=100)
hypothesis.settings.load_profile("soak" if SOAK else "a tenth")

# Argon2's cost is what protects people and what tests can't afford a thousand times.
settings.VAULT_ARGON2 = (8, 1, 1)
# Hashed names need a build; tests/operations makes one, the others take the files as they are.
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
settings.STATIC_ROOT.mkdir()
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as on a real site: in memory there is no WAL, and no connection waits for another.
    settings.DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "tests.sqlite3")}


def _stay_on_this_machine(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise RuntimeError(f"A test tried to reach {host}; tests are offline.")


sys.addaudithook(_stay_on_this_machine)

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "database_gone"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, and what tries at random: no test is forgotten so."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & DATABASE_FIXTURES or item.get_closest_marker("django_db"):
            item.add_marker("database")
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("campaign")


class NotGiven(ChainableUndefined):
    """A name that a template was not given: it may ask about it, and writing it fails the test."""

    __str__ = __html__ = StrictUndefined.__str__


@pytest.fixture(autouse=True, scope="session")
def _templates_write_only_what_they_are_given() -> None:
    engines["jinja2"].env.undefined = NotGiven


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    """An empty data folder for one test, in place of the one that all share."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def make_person(db: None) -> Callable[..., Any]:
    """``make_person("ana")`` → someone who has joined, with a journal that their password opens.

    The result has ``.user``, ``.password`` and ``.keyring``.
    """
    from workbook.accounts.models import User
    from workbook.vault.passwords import begin

    def make(name: str = "quiet-river-4821") -> SimpleNamespace:
        password = f"a long password of {name}"
        user = User.objects.create_user(name, password)
        return SimpleNamespace(user=user, password=password, keyring=begin(user, password))

    return make


@pytest.fixture
def person(make_person: Callable[..., Any]) -> Any:
    return make_person()


@pytest.fixture
def entered() -> Callable[..., Client]:
    """``entered(person)`` → a client of a browser in which they have entered, the journal open.

    ``shown=False``: by a password alone, so that staff have no more rights than a reader.
    """
    from django.contrib.auth import login
    from django.http import HttpRequest

    from workbook.accounts.second_step import SESSION_KEY
    from workbook.vault.sessions import SessionStore, unlock_session

    def enter(person: Any, *, locked: bool = False, shown: bool = True) -> Client:
        request = HttpRequest()
        request.session = SessionStore()
        login(request, person.user)
        if not locked:
            unlock_session(request, person.keyring)
        if shown:
            request.session[SESSION_KEY] = "code"
        request.session.save()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
        return client

    return enter


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``clock.forward(minutes=31)`` lets time pass for whoever asks Django for it.

    ``clock.stand_still()``: otherwise none passes, however long the test takes.
    """
    from django.utils import timezone

    class Clock:
        offset = datetime.timedelta()
        real = staticmethod(timezone.now)

        def forward(self, **span: float) -> None:
            self.offset += datetime.timedelta(**span)

        def stand_still(self) -> None:
            now = self.real()
            self.real = lambda: now

    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.real() + clock.offset)
    return clock

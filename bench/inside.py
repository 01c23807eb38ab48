"""What happens inside one process: profiles of the pages, and the prices of the vault.

    python -m bench.inside DATA_FOLDER profile [NAME] | shares | prices

The data folder is one that ``bench.seed`` has filled. The application is called as a server calls
it, without a network between.
"""

import cProfile
import io
import json
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.workload import BOOK, Person, answer, prompt_id, slugs

PAGES = ("chapter", "chapter gzipped", "signed out", "autosave", "journal", "search")
ABSENT = "unwritten"


def prepare(data: Path) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "workbook.settings",
        "WORKBOOK_DATA_DIR": str(data),
        "WORKBOOK_CONTENT_DIR": str(data / "content"),
    }
    import django

    django.setup()


def people_in(data: Path, name: str = "people.json") -> list[Person]:
    return [Person(**person) for person in json.loads((data / name).read_text())]


class Application:
    """The WSGI application, called directly."""

    def __init__(self) -> None:
        from django.core.wsgi import get_wsgi_application

        self.wsgi = get_wsgi_application()

    def __call__(
        self,
        path: str,
        person: Person | None = None,
        form: dict[str, str] | None = None,
        **more: str,
    ) -> bytes:
        body = urlencode(form or {}).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST" if form else "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            **more,
        }
        if person:
            environ |= {"HTTP_COOKIE": person.cookie, "HTTP_X_CSRFTOKEN": person.csrf}
        said: list[str] = []
        answered = self.wsgi(environ, lambda status, _headers: said.append(status))
        content = b"".join(answered)
        if close := getattr(answered, "close", None):
            close()
        if not said[0].startswith("200"):
            raise AssertionError(f"{path} answered {said[0]}")
        return content


def works(data: Path) -> dict[str, Callable[[], bytes]]:
    """One request of each kind, to be repeated."""
    app = Application()
    from workbook.journal.views import listing

    listing.SEARCHES.burst = sys.maxsize  # Nobody waits here.
    reader, owner = people_in(data)[0], people_in(data, "owner.json")[0]
    chapter = f"/books/{BOOK}/{slugs()[0]}/"
    turn = count(time.time_ns() // 1_000_000)

    def save() -> bytes:
        number = next(turn)
        form = {
            "answer": f"{answer(0, 0, 0)[:-12]} {number}",
            "writer": reader.writer,
            "page": "measured",
            "turn": str(number),
            "version": "1",
            "kind": "long answer",
        }
        target = prompt_id(0, 0)
        return app(
            f"/journal/answers/{BOOK}/{target}/",
            reader,
            form,
            HTTP_HX_REQUEST="true",
            HTTP_HX_TARGET=f"status-{target}",
        )

    return {
        "chapter": lambda: app(chapter, reader),
        "chapter gzipped": lambda: app(chapter, reader, HTTP_ACCEPT_ENCODING="gzip"),
        "signed out": lambda: app(chapter, HTTP_ACCEPT_ENCODING="gzip"),
        "autosave": save,
        "journal": lambda: app("/journal/", owner),
        "search": lambda: app("/journal/search/", owner, {"words": ABSENT}),
    }


def milliseconds(work: Callable[[], Any], times: int, batch: int = 1) -> float:
    """The median of one call, in milliseconds; of several at once where one is too short."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        for _ in range(batch):
            work()
        taken.append((time.perf_counter() - start) * 1000 / batch)
    return statistics.median(taken)


def profile(work: Callable[[], Any], times: int, lines: int = 30) -> str:
    work()
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(times):
        work()
    profiler.disable()
    told = io.StringIO()
    pstats.Stats(profiler, stream=told).sort_stats("cumulative").print_stats(lines)
    pstats.Stats(profiler, stream=told).sort_stats("tottime").print_stats(lines)
    return told.getvalue()


PARTS = {
    "templates": ("django/template", "templatetags"),
    "sealing": ("workbook/vault", "cryptography"),
    "database": ("django/db", "sqlite3", "psycopg"),
    "compression": ("gzip.py", "zlib", "brotli"),
    "our own code": ("workbook/",),
    "Django": ("django/", "asgiref"),
}
"""Which files each share is made of; the first that fits counts."""


def shares(work: Callable[[], Any], times: int) -> dict[str, float]:
    """A request's own milliseconds, and which share of the profiled time each part takes.

    What is built into Python counts for whoever called it.
    """
    found = {"ms": milliseconds(work, times)} | dict.fromkeys([*PARTS, "the rest"], 0.0)
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(times):
        work()
    profiler.disable()
    stats: Any = pstats.Stats(profiler)
    total = 0.0
    for function, (_calls, _primitive, own, _cumulative, callers) in stats.stats.items():
        total += own
        is_built_in = function[0] == "~"
        named = _part_of(function[2] if is_built_in else function[0])
        if not is_built_in or named != "the rest":
            found[named] += own
            continue
        for caller, told in callers.items():
            found[_part_of(caller[0])] += told[2]
    return {name: value if name == "ms" else value / total for name, value in found.items()}


def _part_of(name: str) -> str:
    fits = (part for part, marks in PARTS.items() if any(mark in name for mark in marks))
    return next(fits, "the rest")


@contextmanager
def opened_journal(data: Path, name: str = "owner.json") -> Iterator[tuple[Any, Any]]:
    """A person and their keyring, as a request of theirs has them."""
    from workbook.vault.sessions import SessionStore

    token = people_in(data, name)[0].cookie.partition(";")[0].partition("=")[2]
    session = SessionStore(token)
    yield session.user, session.keyring


def prices(data: Path) -> dict[str, float]:
    """Milliseconds, each measured beside what it is compared with."""
    from workbook.journal.entries.search import Search, find
    from workbook.journal.models import Entry
    from workbook.vault import sealing
    from workbook.vault.derivation import Recipe, derive
    from workbook.vault.sessions import SessionStore

    recipe = Recipe.current(b"sixteen bytes ok")
    token = people_in(data)[0].cookie.partition(";")[0].partition("=")[2]
    loaded = SessionStore(token)
    loaded.load()
    row = loaded._row
    assert row is not None

    with opened_journal(data) as (person, keyring):
        entries = Entry.objects.filter(user=person).order_by("-day", "-sequence")
        hundred = list(entries[:100])

        def bare_decrypt() -> None:
            """The rows as the database gives them, each opened under its key, and no more."""
            [key_id] = keyring.held
            extracted = sealing.extract(keyring.data_key(key_id))
            kind, user = Entry.sealed_as().encode(), keyring.user_id.bytes
            for ident, revision, sealed in entries.values_list("id", "revision", "sealed"):
                key = sealing.expand(extracted, "row", ident.bytes)
                context = (kind, user, key_id.bytes, ident.bytes, revision.to_bytes(8, "big"))
                sealing.open_sealed(key, sealed, *context)

        found: dict[str, list[float]] = {"search": [], "decrypt": []}
        for _ in range(7):
            start = time.perf_counter()
            assert not find(person, keyring, Search(ABSENT)).hits
            middle = time.perf_counter()
            bare_decrypt()
            end = time.perf_counter()
            found["search"].append((middle - start) * 1000)
            found["decrypt"].append((end - middle) * 1000)
        return {
            "search over 2,000": statistics.median(found["search"]),
            "bare decrypt of 2,000": statistics.median(found["decrypt"]),
            "100 rows, query alone": milliseconds(lambda: list(entries[:100]), 30),
            "100 rows, opened": milliseconds(lambda: [e.open(keyring) for e in hundred], 30),
            "one Argon2id": milliseconds(lambda: derive("a password", recipe), 5),
            "a session with its person and place": milliseconds(
                lambda: SessionStore(token).load(), 200
            ),
            "unlocking a session": milliseconds(
                lambda: loaded._open_keys(row, row.sealed_keys), 200
            ),
        }


def main() -> None:
    data, what, *names = sys.argv[1:]
    prepare(Path(data))
    if what == "prices":
        print(json.dumps(prices(Path(data)), indent=1))
        return
    if what == "shares":
        print(json.dumps({name: shares(work, 60) for name, work in works(Path(data)).items()}))
        return
    for name, work in works(Path(data)).items():
        if not names or name in names:
            print(f"== {name}: {milliseconds(work, 60):.2f} ms, {len(work())} bytes")
            if names:
                print(profile(work, 100))


if __name__ == "__main__":
    main()

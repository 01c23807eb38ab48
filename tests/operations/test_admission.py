"""Slow clients and slow work wait in their threads; help is answered whatever they wait for."""

import contextlib
import gc
import io
import os
import socket
import sqlite3
import statistics
import subprocess
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site
from django.db import connection, connections

from bench.writers import Writer, where_to_write
from tests.operations.test_serve import MANAGE, environment, serving
from workbook.operations import admission


def environ(path="/", body=b"", **more):
    return {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        **more,
    }


class Answer(list):
    streaming = False
    closed = False

    def close(self):
        self.closed = True


def ask(application, *args, **more):
    """Status and body of one request."""
    started = []
    pieces = application(environ(*args, **more), lambda *given: started.append(given))
    body = b"".join(pieces)
    if hasattr(pieces, "close"):
        pieces.close()
    return started[0][0], body


class Slow:
    """An application whose work stands still until it is let go; help and the like don't."""

    def __init__(self):
        self.go = threading.Event()
        self.working = threading.Semaphore(0)
        self.has_gone_on = False

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/slow/":
            self.working.release()
            self.go.wait(20)
            self.has_gone_on = True
        start_response("200 OK", [])
        return Answer([environ["wsgi.input"].read() or b"done"])


@pytest.fixture
def slow():
    application = Slow()
    yield application
    application.go.set()


def in_threads(count, work):
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.parametrize("path", [*admission.AT_ONCE, "/static/css/workbook.css"])
def test_what_asks_no_database_is_answered_while_all_work_stands_still(slow, path):
    application = admission.Admission(slow)
    in_threads(2 * admission.PERMITS, lambda: ask(application, "/slow/"))
    for _ in range(admission.PERMITS):
        assert slow.working.acquire(timeout=10)

    assert ask(application, path) == ("200 OK", b"done")
    assert not slow.has_gone_on


@pytest.mark.parametrize("path", admission.AT_ONCE)
def test_whoever_sends_something_to_help_takes_a_thread_and_asking_needs_none(slow, path):
    application = admission.Admission(slow)
    for _ in range(admission.THREADS - admission.KEPT_FREE):
        assert application._threads.acquire(blocking=False)

    assert ask(application, path, b"answer=a")[0].startswith("503")
    assert ask(application, path)[0] == "200 OK"
    assert ask(application, path, REQUEST_METHOD="HEAD")[0] == "200 OK"


def test_a_few_threads_do_all_the_work(slow):
    application = admission.Admission(slow)
    threads = in_threads(3 * admission.PERMITS, lambda: ask(application, "/slow/"))
    for _ in range(admission.PERMITS):
        assert slow.working.acquire(timeout=10)
    assert not slow.working.acquire(timeout=0.2)
    slow.go.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_whoever_works_has_one_of_a_few_connections_and_leaves_it_behind():
    used, left = set(), []
    everyone = threading.Barrier(admission.PERMITS, timeout=10)

    def application(environ, start_response):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        used.add(id(connections["default"]))
        everyone.wait()
        start_response("200 OK", [])
        return Answer([b"done"])

    application = admission.Admission(application)

    def work():
        ask(application, "/")
        left.extend(connections.all(initialized_only=True))

    for _time in range(3):
        for thread in in_threads(admission.PERMITS, work):
            thread.join(10)
            assert not thread.is_alive()
    assert len(used) == admission.PERMITS
    assert left == []
    for permit in application._permits._free:
        for kept in permit._connections.values():
            kept.close()


def test_where_every_thread_is_taken_an_error_page_says_so_and_help_still_comes(slow):
    application = admission.Admission(slow)
    waiting = in_threads(
        admission.THREADS - admission.KEPT_FREE, lambda: ask(application, "/slow/")
    )
    deadline = time.monotonic() + 10
    while application._threads._value and time.monotonic() < deadline:
        time.sleep(0.01)

    started = []
    body = b"".join(application(environ("/journal/"), lambda *given: started.append(given)))

    [(status, headers)] = started
    assert status == "503 Service Unavailable"
    assert dict(headers)["Retry-After"]
    assert "default-src 'none'" in dict(headers)["Content-Security-Policy"]
    assert b'id="crisis-banner"' in body
    assert b'id="disclaimer"' in body
    assert ask(application, "/help-now/")[0] == "200 OK"
    slow.go.set()
    for thread in waiting:
        thread.join(10)
    assert ask(application, "/")[0] == "200 OK"


class Queue:
    """Threads that want a permit each, one after the other; who got one when."""

    def __init__(self, permits):
        self.permits, self.threads, self.served = permits, [], []

    def come(self, name):
        """One more waits, before this returns."""
        before = len(self.permits._waiting)
        self.threads += in_threads(1, lambda: self.work(name))
        deadline = time.monotonic() + 10
        while len(self.permits._waiting) == before and time.monotonic() < deadline:
            time.sleep(0.001)

    def work(self, name):
        with self.permits.one():
            self.served.append(name)

    def end(self):
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()


def test_whoever_came_first_works_first():
    queue = Queue(admission.Permits(1))
    with queue.permits.one():
        for name in range(30):
            queue.come(name)
    queue.work("the one who has just worked")
    queue.end()
    assert queue.served == [*range(30), "the one who has just worked"]


def test_a_slow_request_keeps_its_own_permit_and_nobody_elses_place():
    queue = Queue(admission.Permits(2))
    with queue.permits.one():
        with queue.permits.one():
            for name in range(30):
                queue.come(name)
        queue.end()  # While the first is still at work.
        assert queue.served == [*range(30)]


def test_work_that_fails_gives_its_permit_back():
    permits = admission.Permits(1)
    for _time in range(2):
        with pytest.raises(ValueError), permits.one():
            raise ValueError
    assert len(permits._free) == 1


def test_half_a_form_is_never_taken_for_a_whole_one(slow):
    called = []

    def never(environ, start_response):
        called.append(environ)

    application = admission.Admission(never)
    status, body = ask(application, "/", b"answer=hal", CONTENT_LENGTH="20", REQUEST_METHOD="POST")

    assert status.startswith("400")
    assert b'id="crisis-banner"' in body
    assert called == []


def test_a_body_arrives_whole_even_in_pieces(slow):
    class Drip(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 3) if size > 0 else 3)

    body = b"answer=all of it"
    status, answered = ask(admission.Admission(slow), "/", body, **{"wsgi.input": Drip(body)})
    assert (status, answered) == ("200 OK", body)


def test_large_bodies_are_held_two_at_a_time(slow):
    application = admission.Admission(slow)
    large = b"x" * (admission.LARGE + 1)
    in_threads(2, lambda: ask(application, "/slow/", large))
    for _ in range(2):
        assert slow.working.acquire(timeout=10)

    assert ask(application, "/", large)[0].startswith("503")
    assert ask(application, "/", b"x")[0] == "200 OK"


def test_what_is_made_while_it_is_sent_keeps_its_thread_until_it_is_closed():
    class Stream(Answer):
        streaming = True

    answer = Stream([b"a", b"b"])

    def application(environ, start_response):
        start_response("200 OK", [])
        return answer

    site = admission.Admission(application)
    free = site._threads._value
    sent = site(environ("/"), lambda *given: None)
    assert b"".join(sent) == b"ab"
    assert site._threads._value == free - 1
    sent.close()
    assert answer.closed
    assert site._threads._value == free
    sent.close()
    del sent
    assert site._threads._value == free


def test_what_nobody_closes_gives_its_thread_back_as_well():
    class Stream(Answer):
        streaming = True

    def application(environ, start_response):
        return Stream([b"a"])

    site = admission.Admission(application)
    free = site._threads._value
    site(environ("/"), lambda *given: None)
    gc.collect()
    assert site._threads._value == free


def test_an_error_of_the_work_is_the_askers():
    def broken(environ, start_response):
        raise ValueError

    with pytest.raises(ValueError):
        ask(admission.Admission(broken), "/")


# --- A real site ---


def at_most(idle: float) -> float:
    """Seconds that help-now may take beside slow requests, of what it takes without: a queue behind
    them would be hundreds of times that.
    """
    return 20 * idle


def help_takes(address: str) -> float:
    """The usual time of help-now, in seconds: the middle one of a few."""
    times = []
    for _ in range(15):
        start = time.perf_counter()
        with urllib.request.urlopen(f"{address}/help-now/", timeout=2) as response:
            assert b'id="crisis-banner"' in response.read()
        times.append(time.perf_counter() - start)
        time.sleep(0.03)
    return statistics.median(times)


def opened(address: str, data: bytes, *, reads_slowly: bool = False) -> socket.socket:
    connection = socket.socket()
    if reads_slowly:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    parts = urlsplit(address)
    connection.connect((parts.hostname, parts.port))
    connection.sendall(data)
    return connection


HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: "
HALF_A_BODY = (
    b"POST /journal/answers/alongside/today-brought/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 90000\r\n\r\nanswer=a"
)


@pytest.mark.slow
def test_more_half_sent_forms_than_there_are_threads_dont_keep_help_waiting(tmp_path):
    # With the cookie, so that somebody would read on to compare it with the form.
    cookie = b"\r\nCookie: alongside-csrf=" + b"a" * 32
    with serving(tmp_path / "var") as (address, _output):
        idle = help_takes(address)
        for path in admission.AT_ONCE:
            sent = HALF_A_BODY.replace(b"/journal/answers/alongside/today-brought/", path.encode())
            sent = sent.replace(b"\r\nContent-Type", cookie + b"\r\nContent-Type")
            with contextlib.ExitStack() as stack:
                for _ in range((admission.THREADS + 6) * len(os.sched_getaffinity(0))):
                    stack.enter_context(opened(address, sent))
                time.sleep(0.3)
                assert help_takes(address) < at_most(idle), path


@pytest.mark.slow
@pytest.mark.parametrize("server", ["granian", "gunicorn"])
def test_slow_work_and_slow_clients_dont_keep_help_waiting(tmp_path, server):
    data = tmp_path / "var"
    with serving(data, WORKBOOK_SERVER=server) as (address, _output):
        people = [Writer(address) for _ in range(12)]
        for person in people:
            person.sign_up()
        chapter, prompts = where_to_write(people[0].browser)
        forms = [person.browser.get(chapter).prompt(prompts[0]) for person in people]
        idle = help_takes(address)
        took = {}
        for name, sent in (("heads", HALF_A_HEAD), ("bodies", HALF_A_BODY)):
            with contextlib.ExitStack() as stack:
                for _ in range(20):
                    stack.enter_context(opened(address, sent))
                time.sleep(0.3)
                took[name] = help_takes(address)
        with contextlib.closing(
            sqlite3.connect(data / "alongside.sqlite3", isolation_level=None)
        ) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            answers: list[int] = []
            threads = [
                threading.Thread(target=save, args=(person, form, answers))
                for person, form in zip(people, forms, strict=True)
            ]
            for thread in threads:
                thread.start()
            time.sleep(0.3)
            took["a locked database"] = help_takes(address)
            assert any(thread.is_alive() for thread in threads), "nothing waited for the database"
            for thread in threads:
                thread.join()
            holder.execute("ROLLBACK")
        assert set(answers) == {503}
    assert not {name: seconds for name, seconds in took.items() if seconds > at_most(idle)}


def save(person: Writer, form, answers: list[int]) -> None:
    try:
        person.browser.post(form, {"HX-Request": "true"}, answer="through the lock")
        answers.append(200)
    except urllib.error.HTTPError as error:
        answers.append(error.code)


MAKE_A_LONG_JOURNAL = """
from django.contrib.auth import login
from django.http import HttpRequest
from workbook.accounts.models import User
from workbook.chapters.loader import library
from tests.journal.writing import write
from workbook.journal.models import Entry
from workbook.vault.passwords import begin
from workbook.vault.sessions import SessionStore, unlock_session
import random
person = User.objects.create_user("long", "a long password of long")
keyring = begin(person, "a long password of long")
book = library().book("alongside")
prompt = book.prompt("today-brought").prompt
entry = write(person, keyring, book, prompt, {"text": "words"}, expected=0).entry
payload, noise = entry.open(keyring), random.Random(1)
for number in range(60):
    text = "".join(map(chr, noise.choices(range(0x4E00, 0x9FFF), k=90_000)))
    own = payload | {"occurrence": str(number), "answer": {"text": text}}
    row = Entry(user=person, day=entry.day, sequence=number)
    row.prompt_tag, row.occurrence_tag = row.tags(keyring, own).values()
    row.seal(keyring, own)
    row.save(force_insert=True)
request = HttpRequest()
request.session = SessionStore()
login(request, person)
unlock_session(request, keyring)
request.session.save()
print(request.session.session_key)
"""


@pytest.mark.slow
def test_a_long_export_that_is_read_slowly_doesnt_keep_help_waiting(tmp_path):
    data = tmp_path / "var"
    with serving(data) as (address, _output):
        made = subprocess.run(
            [*MANAGE, "shell", "-v0", "-c", MAKE_A_LONG_JOURNAL],
            env=environment(data),
            capture_output=True,
            text=True,
        )
        token = made.stdout.strip()
        assert token, made.stderr
        cookie = f"{site.SESSION_COOKIE_NAME}={token}"
        asked = urllib.request.Request(f"{address}/journal/export/", headers={"Cookie": cookie})
        with urllib.request.urlopen(asked, timeout=30) as response:
            page = response.read().decode()
            csrf = response.headers["Set-Cookie"].partition(";")[0]
        field = page.split('name="csrfmiddlewaretoken" value="')[1].partition('"')[0]
        body = f"csrfmiddlewaretoken={field}".encode()
        idle = help_takes(address)
        head = (
            "POST /journal/export/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: {cookie}; {csrf}\r\nOrigin: {address}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with opened(address, head.encode() + body, reads_slowly=True) as export:
            at_work = help_takes(address)
            export.settimeout(60)
            assert export.recv(12) == b"HTTP/1.1 200"
            being_sent = help_takes(address)
        assert at_work < at_most(idle)
        assert being_sent < at_most(idle)

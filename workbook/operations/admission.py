"""Who waits for whom: slow clients and slow work never stand before the page of help.

A server gives each request a thread. Here these are doors, and there are many: at a door a request
waits for its own body, and then for its turn. There are few turns, so few requests are worked on at
once, and each turn has a database connection that goes with it. What touches no database is
answered without one, whatever everybody else is waiting for, and some doors are for nothing else.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from queue import SimpleQueue
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from workbook.crisis.error_page import kind_page
from workbook.web.headers import SafetyHeadersMiddleware

WORKERS = 4
"""Requests that are worked on at once, in each process."""
DOORS = 64
"""Threads, in each process; the server is told to have as many."""
KEPT_FREE = 8
"""Doors for what is answered at once."""
AT_ONCE = ("/help-now/", "/first-things/", "/healthz")
READS = ("GET", "HEAD")
"""Whoever sends something waits at a door for it, wherever it is sent to: it may never arrive."""
FILES = "/static/"
LARGE = 1024 * 1024
"""Bodies above this many bytes (a journal brought in) are held two at a time."""
TOO_LARGE = 40 * 1024 * 1024
"""Bodies above this are never held; whatever is said about them is said without reading them."""

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Admission:
    """A WSGI application around another one."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._turns: SimpleQueue[_Turn] = SimpleQueue()
        for _ in range(WORKERS):
            self._turns.put(_Turn())
        self._doors = threading.BoundedSemaphore(DOORS - KEPT_FREE)
        self._large = threading.BoundedSemaphore(2)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(AT_ONCE) and environ["REQUEST_METHOD"] in READS:
            return self.application(environ, start_response)
        if not self._doors.acquire(blocking=False):
            return _kind_answer(environ, start_response, 503)
        leave = _Once(self._doors.release)
        try:
            return self._with_body(environ, start_response, leave)
        finally:
            if not leave.is_kept:
                leave()

    def _with_body(
        self, environ: Environ, start_response: StartResponse, leave: "_Once"
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(FILES):
            # Whole, so that the server sends it on by itself to whoever loads it slowly.
            return _whole(self.application(environ, start_response))
        length = _length(environ)
        if length <= LARGE:
            return self._read_and_work(environ, start_response, length, leave)
        if not self._large.acquire(blocking=False):
            return _kind_answer(environ, start_response, 503)
        try:
            if length <= TOO_LARGE:
                return self._read_and_work(environ, start_response, length, leave)
            # Read by nobody to the end, so without a turn: it may take as long as it likes.
            return _whole(self.application(environ, start_response))
        finally:
            connections.close_all()
            self._large.release()

    def _read_and_work(
        self, environ: Environ, start_response: StartResponse, length: int, leave: "_Once"
    ) -> Iterable[bytes]:
        if length:
            body = _read(environ["wsgi.input"], length)
            if len(body) < length:
                # Cut off on the way: half a form must not be taken for a whole one.
                return _kind_answer(environ, start_response, 400)
            environ["wsgi.input"] = BytesIO(body)
        with self._turn():
            answer: Any = self.application(environ, start_response)
            if not getattr(answer, "streaming", False):
                return _whole(answer)
        leave.is_kept = True
        return _Streamed(answer, leave)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        turn = self._turns.get()
        try:
            turn.take()
            yield
        finally:
            try:
                turn.give_back()
            finally:
                self._turns.put(turn)


class _Turn:
    """The connections of whoever is at work; in between they belong to no thread.

    As many threads as there are doors would otherwise keep as many connections, and handing each
    request to a thread of its own that works costs two changes of thread, a tenth of a page.
    """

    def __init__(self) -> None:
        self._connections: dict[str, BaseDatabaseWrapper] = {}

    def take(self) -> None:
        for alias, connection in self._connections.items():
            connections[alias] = connection

    def give_back(self) -> None:
        for connection in connections.all(initialized_only=True):
            if connection.alias not in self._connections:
                connection.inc_thread_sharing()
                self._connections[connection.alias] = connection
            del connections[connection.alias]


class _Streamed:
    """An answer made while it is being sent: without a turn, on a connection of its own."""

    def __init__(self, answer: Any, leave: "_Once") -> None:
        self._answer, self._leave = answer, leave
        self._pieces: Iterator[bytes] = iter(answer)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        try:
            self._answer.close()
        finally:
            connections.close_all()
            self._leave()


class _Once:
    """Calls something the first time it is called."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call: Callable[[], None] | None = call
        self.is_kept = False

    def __call__(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            call()

    def __del__(self) -> None:
        self()


def _whole(answer: Any) -> list[bytes]:
    try:
        return list(answer)
    finally:
        answer.close()


def _length(environ: Environ) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() else 0


def _read(source: Any, length: int) -> bytes:
    pieces, missing = [], length
    try:
        while missing > 0 and (piece := source.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
    except OSError:
        pass  # The client has gone.
    return b"".join(pieces)


def _kind_answer(environ: Environ, start_response: StartResponse, status: int) -> list[bytes]:
    """A kind page from this door, without any of the site's other parts."""
    request = WSGIRequest(environ)
    response = SafetyHeadersMiddleware(lambda request: kind_page(request, status))(request)
    start_response(f"{status} {response.reason_phrase}", list(response.items()))
    return [response.content]  # type: ignore[attr-defined]

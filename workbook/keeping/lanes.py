"""Who waits for whom: slow clients and slow work never stand before the page of help.

A server gives each request a thread. Here these are only doors, and there are many: at a door a
request waits for its own body, and for its turn. The work is done by a few threads behind them,
each with its own database connection. What touches no database is answered at the door, whatever
everybody else is waiting for, and some doors are for nothing else.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from queue import SimpleQueue
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import connections

from workbook.safety.headers import SafetyHeadersMiddleware
from workbook.safety.kind import kind_page

WORKERS = 4
"""Threads that work, in each process."""
DOORS = 64
"""Threads that wait, in each process; the server is told to have as many."""
KEPT_FREE = 8
"""Doors for what is answered at once."""
AT_ONCE = ("/help-now/", "/healthz")
FILES = "/static/"
LARGE = 1024 * 1024
"""Bodies above this many bytes (a journal brought in) are held two at a time."""
TOO_LARGE = 40 * 1024 * 1024
"""Bodies above this are never held; whatever is said about them is said without reading them."""

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Lanes:
    """A WSGI application around another one."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._doors = threading.BoundedSemaphore(DOORS - KEPT_FREE)
        self._large = threading.BoundedSemaphore(2)
        self._lock = threading.Lock()
        self._works_in = 0

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(AT_ONCE):
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
            # Read by nobody to the end, so at this door: it may take as long as it likes.
            return _whole(self.application(environ, start_response))
        finally:
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
        job = _Job(self.application, environ)
        self._have_workers()
        self._jobs.put(job)
        job.done.acquire()
        if job.error is not None:
            raise job.error
        start_response(*job.started)
        if job.rest is None:
            return job.body
        leave.is_kept = True
        return _Streamed(job.rest, leave)

    def _have_workers(self) -> None:
        # The server may have forked since this was made, and threads don't come along.
        if self._works_in == os.getpid():
            return
        with self._lock:
            if self._works_in != os.getpid():
                for number in range(WORKERS):
                    name = f"works-{number}"
                    threading.Thread(target=self._work, name=name, daemon=True).start()
                self._works_in = os.getpid()

    def _work(self) -> None:
        while True:
            self._jobs.get().run()


class _Job:
    """One request for a working thread; ``done`` can be acquired once it has been answered."""

    def __init__(self, application: Application, environ: Environ) -> None:
        self.application, self.environ = application, environ
        self.done = threading.Lock()
        self.done.acquire()
        self.started: tuple[Any, ...] = ()
        self.body: list[bytes] = []
        self.rest: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            answer: Any = self.application(self.environ, self._start)
            if getattr(answer, "streaming", False):
                self.rest = answer
            else:
                self.body = _whole(answer)
        except BaseException as error:
            self.error = error
        finally:
            self.done.release()

    def _start(self, *started: Any) -> None:
        self.started = started


class _Streamed:
    """An answer made while it is being sent: at its door, with a connection of its own."""

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

"""Who waits for whom: slow clients and slow work never stand before the page of help.

A server gives each request a thread, and there are many: in it a request waits for its own body,
and then for a permit. There are few permits, so few requests are worked on at once, and each permit
has a database connection that goes with it. What touches no database is answered without one,
whatever everybody else is waiting for, and some threads are for nothing else.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from queue import SimpleQueue
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from workbook.crisis.error_pages import error_page
from workbook.web.headers import SafetyHeadersMiddleware

PERMITS = 4
"""Requests that are worked on at once, in each process."""
THREADS = 64
"""Threads, in each process; the server is told to have as many."""
KEPT_FREE = 8
"""Threads for what is answered at once."""
AT_ONCE = ("/help-now/", "/first-things/", "/healthz")
READS = ("GET", "HEAD")
"""Whoever sends something takes one of the other threads: what is sent may never arrive."""
FILES = "/static/"
LARGE = 1024 * 1024
"""Bodies above this many bytes (a journal brought in) are held two at a time."""
TOO_LARGE = 40 * 1024 * 1024
"""Bodies above this are never held; whatever is said about them is said without reading them."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Admission:
    """A WSGI application around another one, which lets requests in to it."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._permits = Permits(PERMITS)
        self._threads = threading.BoundedSemaphore(THREADS - KEPT_FREE)
        self._large = threading.BoundedSemaphore(2)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a request: at once, or when it is its turn; with 503 where too many wait."""
        if environ["PATH_INFO"].startswith(AT_ONCE) and environ["REQUEST_METHOD"] in READS:
            return self.application(environ, start_response)
        if not self._threads.acquire(blocking=False):
            return _kind_answer(environ, start_response, 503)
        with ExitStack() as held:
            held.callback(self._threads.release)
            return self._admit(environ, start_response, held)

    def _admit(
        self, environ: Environ, start_response: StartResponse, held: ExitStack
    ) -> Iterable[bytes]:
        """Answers a request that has a thread; ``held`` gives back what it holds."""
        if environ["PATH_INFO"].startswith(FILES):
            # Whole, so that the server sends it on by itself to whoever loads it slowly.
            return _whole(self.application(environ, start_response))
        length = _length(environ)
        if length > LARGE:
            if not self._large.acquire(blocking=False):
                return _kind_answer(environ, start_response, 503)
            held.callback(self._large.release)
        if length > TOO_LARGE:
            # Read by nobody to the end, so without a permit: it may take as long as it likes.
            held.callback(connections.close_all)
            return _whole(self.application(environ, start_response))
        if length:
            body = _read(environ["wsgi.input"], length)
            if len(body) < length:
                # Cut off on the way: half a form must not be taken for a whole one.
                return _kind_answer(environ, start_response, 400)
            environ["wsgi.input"] = BytesIO(body)
        with self._permits.one():
            answer: Any = self.application(environ, start_response)
            if not getattr(answer, "streaming", False):
                return _whole(answer)
        return _Streamed(answer, held.pop_all())


class Permits:
    """A number of permits, handed out in the order in which they are asked for.

    A queue of the standard library wakes whichever thread comes first to it, so that under load
    some requests are overtaken ten times over and take as long as ten.
    """

    def __init__(self, count: int) -> None:
        self._lock = threading.Lock()
        self._free = [_Permit() for _ in range(count)]
        self._waiting: deque[SimpleQueue[_Permit]] = deque()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Waits for a permit and holds it."""
        permit = self._take()
        try:
            permit.lend_connections()
            yield
        finally:
            try:
                permit.take_connections_back()
            finally:
                self._give_back(permit)

    def _take(self) -> "_Permit":
        with self._lock:
            if self._free:
                return self._free.pop()
            mine: SimpleQueue[_Permit] = SimpleQueue()
            self._waiting.append(mine)
        return mine.get()

    def _give_back(self, permit: "_Permit") -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().put(permit)
            else:
                self._free.append(permit)


class _Permit:
    """The connections of whoever is at work; in between they belong to no thread.

    As many threads as there are would otherwise keep as many connections, and handing each request
    to a thread of its own that works costs two changes of thread, a tenth of a page.
    """

    def __init__(self) -> None:
        self._connections: dict[str, BaseDatabaseWrapper] = {}

    def lend_connections(self) -> None:
        """Gives the connections to this thread."""
        for alias, connection in self._connections.items():
            connections[alias] = connection

    def take_connections_back(self) -> None:
        """Takes this thread's connections from it, new ones among them."""
        for connection in connections.all(initialized_only=True):
            if connection.alias not in self._connections:
                connection.inc_thread_sharing()
                self._connections[connection.alias] = connection
            del connections[connection.alias]


class _Streamed:
    """An answer made while it is being sent: without a permit, on a connection of its own."""

    def __init__(self, answer: Any, held: ExitStack) -> None:
        self._answer, self._held = answer, held
        self._pieces: Iterator[bytes] = iter(answer)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        """Ends the answer, whether all of it was sent or not, and gives its thread back."""
        with self._held:
            self._held.callback(connections.close_all)
            self._answer.close()

    def __del__(self) -> None:
        self._held.close()


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
    """Answers with an error page, without any of the site's other parts."""
    request = WSGIRequest(environ)
    response = SafetyHeadersMiddleware(lambda request: error_page(request, status))(request)
    start_response(f"{status} {response.reason_phrase}", list(response.items()))
    return [response.content]  # type: ignore[attr-defined]

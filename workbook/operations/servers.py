"""The two servers a site can run on: a worker a core, no access log.

They have many threads, in which slow clients wait while a few requests are worked on: see
:mod:`workbook.operations.admission`.
"""

import ctypes
import logging
import os
import sys
from contextlib import suppress
from typing import NoReturn

from django.conf import settings
from django.urls import get_resolver

from workbook.chapters.loader import preload
from workbook.operations.admission import THREADS
from workbook.operations.startup import CantStart, listens_at

APPLICATION = "workbook.wsgi:application"
HOOKS = "python:workbook.operations.gunicorn_hooks"
NAMES = ("granian", "gunicorn")
# Seconds for requests under way when the site stops; afterward a worker is killed. One that is
# told to stop in the moment it is forked never hears of it.
PATIENCE = 10
M_ARENA_MAX, HEAPS = -8, "MALLOC_ARENA_MAX"
"""The same setting of glibc's, for this process and for those that it becomes."""


def chosen() -> str:
    """Returns the name of the server in WORKBOOK_SERVER."""
    name = os.environ.get("WORKBOOK_SERVER") or NAMES[0]
    if name not in NAMES:
        raise CantStart(f"WORKBOOK_SERVER is {name!r}. Set it to {' or '.join(NAMES)}.")
    return name


def run(name: str) -> None:
    """Serves until told to stop."""
    _keep_memory_together()
    if name == "gunicorn":
        _become_gunicorn()
    _run_granian()


def load_what_workers_share() -> None:
    """Loads in the process that workers are forked off what each of them needs. What it has loaded
    they needn't load again: they answer a second sooner, and share the memory.
    """
    get_resolver().url_patterns  # noqa: B018
    preload()


def _keep_memory_together() -> None:
    """One heap for all threads. Python runs one of them at a time, so separate heaps, glibc's way,
    give no speed and keep a third more memory.
    """
    if HEAPS in os.environ:
        return  # Its operator knows better.
    os.environ[HEAPS] = "1"
    with suppress(OSError, AttributeError):  # Another C library has no such setting.
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _run_granian() -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    load_what_workers_share()
    # It warns of many threads: these wait, they don't work.
    logging.getLogger("_granian").addFilter(
        lambda record: not record.getMessage().startswith("Configuration allows spawning up to")
    )
    Granian(
        APPLICATION,
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=_workers(),
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels.warning,
        # Into the site's own log: its format, and no words.
        log_dictconfig={"loggers": {"_granian": {"handlers": [], "propagate": True}}},
    ).serve()


def _become_gunicorn() -> NoReturn:
    # The control socket would sit in the home folder; nobody asked for one.
    arguments = (
        f"--bind {listens_at()} --workers {_workers()} --worker-class gthread --threads {THREADS} "
        f"--graceful-timeout {PATIENCE} --preload --config {HOOKS} --log-level warning "
        f"--no-control-socket {APPLICATION}"
    )
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments.split()])  # noqa: S606


def _workers() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1

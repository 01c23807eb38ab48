"""The site's library, kept for the life of the process."""

import logging
import threading
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from workbook.chapters import files
from workbook.chapters.book import Library
from workbook.crisis.lines import HelpLines
from workbook.crisis.loader import help_lines

logger = logging.getLogger(__name__)


class _LoadedLibrary(NamedTuple):
    """The library of this process, and what it was made from."""

    root: Path
    lines: HelpLines
    stamp: files.Stamp
    library: Library


_kept: _LoadedLibrary | None = None
_lock = threading.Lock()


def library() -> Library:
    """Returns the site's books and pages, compiled once a process.

    A crisis line that changes compiles them again, and with DEBUG a file of the content folder
    does. What compiled before and doesn't now stays as it was.
    """
    global _kept
    kept = _kept
    if kept and _is_current(kept):
        return kept.library
    with _lock:
        kept = _kept
        if kept and _is_current(kept):
            return kept.library
        root = settings.CONTENT_DIR
        lines, stamp = help_lines(), files.stamp(root)
        former = kept.library if kept and kept.root == root else None
        fresh = _LoadedLibrary(root, lines, stamp, _load(root, lines, former))
        _log(fresh.library)
        _kept = fresh
        return fresh.library


def preload() -> None:
    """Makes the library in a process of its own, for a server that forks its workers off this one.

    Neither then holds what only compiling takes (markdown, two sanitizers, YAML: some 8 MB).
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    global _kept
    root, lines, stamp = settings.CONTENT_DIR, help_lines(), files.stamp(settings.CONTENT_DIR)
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("fork")) as apart:
            made = apart.submit(_load, root, lines).result()
    except Exception:
        # A machine that lends no second process still has a site, with a little less memory.
        logger.exception("The workbooks could not be read apart; this process reads them.")
        library()
        return
    _log(made)
    _kept = _LoadedLibrary(root, lines, stamp, made)


def _load(root: Path, lines: HelpLines, former: Library | None = None) -> Library:
    from workbook.chapters.loading import load

    return load(root, lines, former)


def _is_current(kept: _LoadedLibrary) -> bool:
    if kept.root != settings.CONTENT_DIR or kept.lines is not help_lines():
        return False
    return not settings.DEBUG or kept.stamp == files.stamp(kept.root)


def _log(made: Library) -> None:
    """Names in the log, for the operator, what a reader will miss."""
    for path in made.left_out:
        count = sum(problem.path == path for problem in made.problems)
        logger.error(
            "%s is left out: it has %d problem(s), which `manage.py check` lists.", path, count
        )

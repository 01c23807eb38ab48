"""Reads help.toml and the operator's site.toml into :class:`~workbook.crisis.lines.HelpLines`.

The shipped file must be whole. The operator's is read line by line: a slip in one must never take
the others off the page, so it is named in the log and by ``manage.py check`` instead.
"""

import logging
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from workbook.crisis.lines import GROUPS, CrisisLine, HelpLines, Resource

logger = logging.getLogger(__name__)

SHIPPED = Path(__file__).resolve().parents[2] / "content" / "help.toml"
DIALLED = re.compile(r"\+?[0-9*#]{2,20}")

Stamp = tuple[tuple[int, int] | None, ...]


class Reading(NamedTuple):
    """What was read, what was wrong with it, and the state of the files it was read from."""

    lines: HelpLines
    problems: tuple[str, ...]
    stamp: Stamp


class BadEntryError(ValueError):
    """An entry of help.toml or site.toml can't be used; the text says which and how to mend it."""


_readings: dict[tuple[Path, Path], Reading] = {}


def files() -> tuple[Path, Path]:
    """Returns the paths of help.toml, the shipped one where the site has none, and of site.toml."""
    own, site = _paths(settings.CONTENT_DIR, settings.DATA_DIR)
    return (own if own.is_file() else SHIPPED, site)


@lru_cache(maxsize=8)
def _paths(content: Path, data: Path) -> tuple[Path, Path]:
    """Returns the paths of both files, kept because each page asks for its lines many times."""
    return content / "help.toml", data / "site.toml"


def help_lines() -> HelpLines:
    """Returns all lines as they are now: a change to either file shows on the next page.

    Raises:
        ImproperlyConfigured: when help.toml can't be read and never could: a site without help
            must not start.
    """
    return reading().lines


def reading() -> Reading:
    """Returns the last good reading; a file that has changed is read again.

    Each call looks up the dates of two files, so that a line that fails can be swapped on a
    running site by saving one of them.

    Raises:
        ImproperlyConfigured: as :func:`help_lines` does.
    """
    paths = files()
    known = _readings.get(paths)
    stamp = tuple(state(path) for path in paths)
    if known and known.stamp == stamp:
        return known
    try:
        fresh = read(*paths, stamp)
    except (OSError, ValueError) as error:
        if known is None:
            raise ImproperlyConfigured(
                f"{paths[0]}: {error}. Nothing starts without its crisis lines: fix the file, "
                "or put back the one that came with the release."
            ) from error
        logger.error("%s: %s. The lines read before stay in use.", paths[0], error)
        fresh = known._replace(stamp=stamp, problems=(f"{paths[0]}: {error}",))
    for problem in fresh.problems:
        logger.error("%s", problem)
    _readings[paths] = fresh
    return fresh


def state(path: Path) -> tuple[int, int] | None:
    """Returns when a file was changed, in nanoseconds, and its size; None without the file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def read(help_path: Path, site_path: Path, stamp: Stamp) -> Reading:
    """Reads both files; what is wrong with site.toml is collected.

    Raises:
        OSError: when help.toml can't be read.
        ValueError: when help.toml is no TOML, or something in it can't be used.
    """
    data = tomllib.loads(help_path.read_text(encoding="utf-8"))
    lines = {line.key: line for line in map(line_from, tables(data, "line"))}
    banner = tuple(data.get("banner", ()))
    missing = [key for key in banner if key not in lines]
    if missing or not banner:
        raise BadEntryError(
            f"banner names {missing or 'no line'}; give the keys of lines in this file"
        )
    own, problems = read_own(site_path)
    lines.update({line.key: line for line in own})
    whole = HelpLines(
        wording=words(data, "wording"),
        disclaimer=words(data, "disclaimer"),
        beside_writing=words(data, "beside_writing"),
        banner=banner,
        lines=tuple(lines.values()),
        resources=tuple(Resource(**values(one, Resource)) for one in tables(data, "resource")),
    )
    return Reading(whole, tuple(problems), stamp)


def read_own(path: Path) -> tuple[list[CrisisLine], list[str]]:
    """Returns the operator's lines that can be used, and a sentence for each that can't."""
    if not path.is_file():
        return [], []
    lines, problems = [], []
    try:
        entries = tables(tomllib.loads(path.read_text(encoding="utf-8")), "line")
    except (OSError, ValueError) as error:
        return [], [f"{path}: {error}. None of its lines is shown."]
    for entry in entries:
        try:
            lines.append(line_from(entry))
        except BadEntryError as error:
            problems.append(f"{path}: {error}. This line is not shown.")
    return lines, problems


def tables(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Returns a file's tables of one name. Raises BadEntryError for what is no list of tables."""
    entries = data.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadEntryError(f"'{name}' is not a list of tables; write [[{name}]] above each")
    return entries


def words(data: Mapping[str, Any], name: str) -> str:
    """Returns a text that a file must have. Raises BadEntryError."""
    value = data.get(name, "")
    if not isinstance(value, str) or not value:
        raise BadEntryError(f"'{name}' is missing or not a text")
    return value


def line_from(entry: Mapping[str, Any]) -> CrisisLine:
    """Makes a crisis line of a table. Raises BadEntryError where nobody could be reached by it."""
    line = CrisisLine(**values(entry, CrisisLine))
    if line.group not in GROUPS:
        raise BadEntryError(f"[[line]] {line.key}: group is one of {', '.join(GROUPS)}")
    for name in ("call", "text"):
        number = getattr(line, name)
        if number and not DIALLED.fullmatch(number):
            raise BadEntryError(f"[[line]] {line.key}: '{name}' holds digits only, in quotes")
    if not (line.call or line.text or line.chat or line.link):
        raise BadEntryError(f"[[line]] {line.key}: give call, text, chat or link")
    return line


def values(entry: Mapping[str, Any], kind: type[CrisisLine] | type[Resource]) -> dict[str, Any]:
    """Returns an entry's values under the names of ``kind``'s fields, each of its field's type.

    Raises:
        BadEntryError: for an unknown name, a value of another type, or one that is missing.
    """
    what = f"[[{kind.__name__.lower()}]] {entry.get('key', '(without key)')}"
    known = {"for" if field.name == "for_whom" else field.name: field for field in fields(kind)}
    found: dict[str, Any] = {}
    for name, value in entry.items():
        if name not in known:
            raise BadEntryError(f"{what}: unknown '{name}'; known are {', '.join(known)}")
        field = known[name]
        if name == "expect":
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise BadEntryError(f"{what}: 'expect' is a list of texts")
            value = tuple(value)
        elif name == "checked_on":
            if type(value) is not date:
                raise BadEntryError(f"{what}: 'checked_on' is a date without quotes: 2026-01-31")
        elif not isinstance(value, str):
            raise BadEntryError(f"{what}: '{name}' is a text in quotes")
        if name in {"chat", "link", "source"} and urlsplit(value).scheme not in {"https", "http"}:
            raise BadEntryError(f"{what}: '{name}' begins with https://")
        found[field.name] = value
    for name in ("key", "name"):
        if not found.get(name):
            raise BadEntryError(f"{what}: '{name}' is missing")
    return found

"""``edition.toml`` in a book's folder: every id that people may have answered under.

An id is where answers are kept. Once a book has been read, taking an id away leaves its answers as
loose pages, and using it for another question puts an old answer under it. So each release writes
its ids down, and the linter compares (rule 11).
"""

import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbook.web.durable_files import write_whole

FILE_NAME = "edition.toml"
HEAD = """\
# Ids that people may have answered under. `manage.py lint_content --remember` adds to it; commit it
# with the chapters. Never delete a line: an id that is gone is moved to [retired] with the reason.
"""


class UnreadableEdition(ValueError):
    """The file isn't what it should be; the text says what is wrong."""


@dataclass(frozen=True)
class Remembered:
    """A question as an edition remembers it by its id: kind, words, and first day served."""

    kind: str
    asks: str
    since: dt.date


@dataclass(frozen=True)
class Edition:
    """What a book promised its readers.

    Attributes:
        retired: ids that are gone for good, with the reason; they are never used again.
        lines: where each id stands in the file.
    """

    ids: Mapping[str, Remembered] = field(default_factory=dict)
    retired: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


def read(folder: Path) -> Edition:
    """Returns a book's edition, an empty one where none was made. Raises UnreadableEdition."""
    try:
        text = (folder / FILE_NAME).read_text(encoding="utf-8")
        data = tomllib.loads(text)
        ids = {
            name: Remembered(str(item["kind"]), str(item.get("asks", "")), _date(item["since"]))
            for name, item in data.get("ids", {}).items()
        }
        retired = {name: str(reason) for name, reason in data.get("retired", {}).items()}
    except FileNotFoundError:
        return Edition()
    # What isn't UTF-8 or TOML is a ValueError, too.
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise UnreadableEdition(str(error)) from None
    lines = {
        line.partition("=")[0].strip(" \"'"): number
        for number, line in enumerate(text.splitlines(), start=1)
        if "=" in line and not line.startswith("#")
    }
    return Edition(ids, retired, lines)


def _date(value: object) -> dt.date:
    if not isinstance(value, dt.date):
        raise TypeError(f"'since' is a date such as 2026-03-31, not {value!r}")
    return value


def write(folder: Path, edition: Edition) -> None:
    """Writes the edition into its file: it is whole, or as it was."""
    lines = [HEAD, "[ids]"]
    for name, item in edition.ids.items():
        lines.append(
            f"{name} = "
            f"{{ kind = {_quoted(item.kind)}, asks = {_quoted(item.asks)}, since = {item.since} }}"
        )
    lines += ["", "[retired]"]
    lines += [f"{name} = {_quoted(reason)}" for name, reason in edition.retired.items()]
    write_whole(folder / FILE_NAME, "\n".join(lines) + "\n", mode=None)


def _quoted(text: str) -> str:
    # A JSON string is a TOML string, too.
    return json.dumps(text, ensure_ascii=False)


def remembering(
    edition: Edition, served: Iterable[tuple[str, str, str]], today: dt.date
) -> Edition:
    """Returns the edition with what is served now: (id, kind, question) of each prompt.

    What was known keeps its day and takes the question as it is asked now.
    """
    ids = dict(edition.ids)
    for name, kind, asks in served:
        since = ids[name].since if name in ids else today
        ids[name] = Remembered(kind, asks, since)
    return Edition(ids, edition.retired)

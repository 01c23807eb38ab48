"""Reading a journal file again, without ever holding all of it: one entry at a time.

The file may come from anywhere, so nothing in it is believed. What is built of it is bounded value
by value while it is read; ``checking`` says what an entry may be. Errors name the place, never the
words that stand there.
"""

import codecs
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import IO, Any, NamedTuple

import ijson
from django.utils.translation import gettext as _
from ijson.backends import python as in_python

from workbook.journal.entries.fields import MOST_DEEP, MOST_WORDS
from workbook.journal.transfer.export.files import JSON_NAME
from workbook.journal.transfer.export.records import Record
from workbook.journal.transfer.import_ import checking
from workbook.journal.transfer.import_.checking import Unreadable

MOST_JSON = 256 * 1024 * 1024
"""Bytes of JSON, unpacked: ten times what a long life of writing comes to."""
MOST_UNPACKED = 200
"""Bytes of JSON for each one of its zip. A journal of many like versions comes to some sixty."""
UNPACKED_ANYWAY = 2 * 1024 * 1024
"""Bytes of JSON that any zip may come to."""
MOST_ENTRIES = 100_000
MOST_OF_CONTENTS = 128 * 1024
"""Bytes of a zip's own list of files: thousands of names, where ours has six."""
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""As our own and nearly all others are. A file says itself how much memory other ways take."""
CHUNK = 16 * 1024
"""Bytes to read at a time. What they say waits in memory until it is asked for.

It is taken apart in Python: the library's quicker way in C loses half an emoji, and is C.
"""
A_LETTER = 12
"""Bytes of one at the most: an emoji by its two escapes."""
A_SIGN = 64
"""Bytes that a bracket, a name or a number may take with all the blanks around it."""

Event = tuple[str, Any]


class Bounds(NamedTuple):
    """What one value of a file may hold at the most."""

    values: int
    letters: int


OF_ENTRY = Bounds(values=100_000, letters=6 * 1024 * 1024)
"""With all its versions."""
OF_PART = Bounds(values=10_000, letters=1024 * 1024)
"""What stands beside the entries."""


class JournalFile:
    """An uploaded file, as JSON or as the zip that holds it. Can be gone through more than once."""

    def __init__(self, upload: IO[bytes]) -> None:
        self._upload = upload

    def entries(self, head: dict[str, Any] | None = None) -> Iterator[Record]:
        """Each entry, checked. What stands beside them goes into ``head``, checked as well.

        Raises:
            Unreadable: with a sentence for the reader, wherever the file stops making sense.
        """
        with self._json() as source:
            events = _events(source, self._most)
            found: dict[str, Any] = {}
            for name in _names(events):
                if name in found:
                    raise Unreadable(_("It says the same thing twice."))
                if name == "entries":
                    checking.check_kind_of_file(found)
                    for number, value in enumerate(_items(events), 1):
                        if number > MOST_ENTRIES:
                            raise Unreadable(_("It holds more entries than one journal can."))
                        yield checking.record_from(value, number)
                    found[name] = True
                else:
                    checking.check_part(name, found)
                    found[name] = _built(next(events), events, OF_PART)
            checking.check_kind_of_file(found)
            (head if head is not None else {}).update(checking.head_from(found))

    def _json(self) -> AbstractContextManager[Any]:
        self._most = MOST_JSON
        self._upload.seek(0)
        begin = self._upload.read(4)
        self._upload.seek(0)
        if begin != b"PK\x03\x04":
            return nullcontext(self._upload)
        try:
            contents = _Sparing(self._upload)
            archive = zipfile.ZipFile(contents)
            contents.most = MOST_JSON
            members = [m for m in archive.infolist() if m.filename.rpartition("/")[2] == JSON_NAME]
            if len(members) != 1:
                raise Unreadable(
                    _("There is no %(name)s in this zip, so it isn’t a downloaded journal.")
                    % {"name": JSON_NAME}
                )
            if members[0].compress_type not in PACKED:
                raise Unreadable(_damaged())
            packed = members[0].compress_size
            self._most = min(MOST_JSON, max(MOST_UNPACKED * packed, UNPACKED_ANYWAY))
            return archive.open(members[0])
        except (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, OSError, ValueError):
            # RuntimeError: locked with a password, which our own never is, or packed in some other
            # way. ValueError: a name or a place in the file that can't be.
            raise Unreadable(_damaged()) from None


class _Sparing:
    """A file that gives only so many bytes at once: a zip of a million empty files would be opened
    one by one, long before anybody asks for the one that is ours.
    """

    most = MOST_OF_CONTENTS

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size > self.most:
            raise zipfile.BadZipFile
        return self._file.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _damaged() -> str:
    return _(
        "The file is damaged or didn’t arrive whole. Get the file again from where you saved it."
    )


def _too_large() -> str:
    return _("It is larger than any journal can be.")


# --- JSON, sign by sign ---


def _events(source: IO[bytes], most: int) -> Iterator[Event]:
    """What the JSON says, as it is read: ``start_map``, ``map_key``, ``string`` and so on.

    The more is read, the more must have been said: blanks without end are refused early, and so is
    a text without end.
    """
    found: Any = ijson.sendable_list()
    parser = in_python.basic_parse_coro(found, use_float=True)
    read, heard = 0, 2 * CHUNK + A_LETTER * MOST_WORDS
    try:
        while data := _chunk(source):
            if not read:
                data = data.removeprefix(codecs.BOM_UTF8)
            read += len(data)
            if read > most:
                raise Unreadable(_too_large())
            _say(parser.send, data)
            for event in found:
                letters = len(event[1]) if isinstance(event[1], str) else 0
                heard += A_SIGN + A_LETTER * letters
                yield event
            found.clear()
            if read > heard:
                raise Unreadable(_too_large())
        _say(parser.close)
        yield from found
    finally:
        # Left in the middle it would complain of that to nobody, when it is let go of.
        with suppress(ijson.JSONError):
            parser.close()


def _chunk(source: IO[bytes]) -> bytes:
    try:
        return source.read(CHUNK)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        raise Unreadable(_damaged()) from None


def _say(to: Callable[..., Any], *data: bytes) -> None:
    # Its errors quote what stands there. ValueError: a sign in a text that can't be.
    try:
        to(*data)
    except (ijson.JSONError, ValueError):
        raise Unreadable(_damaged()) from None


def _names(events: Iterator[Event]) -> Iterator[str]:
    """The object's keys in order; read each one's value before going on."""
    if next(events, None) != ("start_map", None):
        raise Unreadable(_damaged())
    for what, name in events:
        if what == "end_map":
            break
        yield name
    # The end of the file: whatever else stands there is an error.
    next(events, None)


def _items(events: Iterator[Event]) -> Iterator[Any]:
    """The items of the list that stands here."""
    if next(events) != ("start_array", None):
        raise Unreadable(_damaged())
    for event in events:
        if event[0] == "end_array":
            return
        yield _built(event, events, OF_ENTRY)


def _built(event: Event, events: Iterator[Event], bounds: Bounds) -> Any:
    """The value that begins with ``event``, as far as it keeps to its bounds."""
    values = letters = 0
    whole: list[Any] = []
    inside: list[Any] = [whole]
    """The lists and objects that are begun and not ended yet, the innermost last."""
    names: list[str] = []
    while True:
        what, said = event
        if what == "map_key":
            names.append(said)
        elif what in {"end_map", "end_array"}:
            inside.pop()
        else:
            value: Any = BEGINS[what]() if what in BEGINS else said
            if isinstance(inside[-1], dict):
                inside[-1][names.pop()] = value
            else:
                inside[-1].append(value)
            if what in BEGINS:
                inside.append(value)
            values += 1
        letters += len(said) if isinstance(said, str) else 0
        if values > bounds.values or letters > bounds.letters or len(inside) > DEEPEST:
            raise Unreadable(_("One entry in it is larger than any entry can be."))
        if len(inside) == 1:
            return whole[0]
        event = next(events)


BEGINS: dict[str, Callable[[], Any]] = {"start_map": dict, "start_array": list}
DEEPEST = MOST_DEEP + 5
"""An answer in a version in a list in an entry."""

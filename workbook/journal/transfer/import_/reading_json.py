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

DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # Locked with a password, which our own never is, or packed in some other way.
    ValueError,  # A name, a place in the file or a sign in a text that can't be.
)
"""What reading a file raises that isn't whole."""

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
        """Yields each entry, checked. What stands beside them goes into ``head``, checked as well.

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
        except DAMAGES:
            raise Unreadable(_damaged()) from None


class _Sparing:
    """A file that gives only so many bytes at once: a zip of a million empty files would be opened
    one by one, long before anybody asks for the one that is ours.
    """

    most = MOST_OF_CONTENTS

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Reads so many bytes. Raises BadZipFile for more than ``most`` at once."""
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


# --- JSON, piece by piece ---


def _events(source: IO[bytes], most: int) -> Iterator[Event]:
    """Returns what the JSON says, as it is read: ``start_map``, ``map_key``, ``string`` and so on.

    The more is read, the more must have been said: blanks without end are refused early, and so is
    a text without end.
    """
    found: Any = ijson.sendable_list()
    parser = in_python.basic_parse_coro(found, use_float=True)
    read, heard = 0, 2 * CHUNK + A_LETTER * MOST_WORDS
    try:
        while data := _plainly(source.read, CHUNK):
            if not read:
                data = data.removeprefix(codecs.BOM_UTF8)
            read += len(data)
            if read > most:
                raise Unreadable(_too_large())
            _plainly(parser.send, data)
            for event in found:
                heard += A_SIGN + A_LETTER * _letters(event)
                yield event
            found.clear()
            if read > heard:
                raise Unreadable(_too_large())
        _plainly(parser.close)
        yield from found
    finally:
        # Left in the middle it would complain of that to nobody, when it is let go of.
        with suppress(ijson.JSONError):
            parser.close()


def _plainly(step: Callable[..., Any], *given: Any) -> Any:
    """Does one step of reading. Its errors quote what stands there, so Unreadable is raised."""
    try:
        return step(*given)
    except (*DAMAGES, ijson.JSONError):
        raise Unreadable(_damaged()) from None


def _names(events: Iterator[Event]) -> Iterator[str]:
    """Returns the object's keys in order; read each one's value before going on."""
    if next(events, None) != ("start_map", None):
        raise Unreadable(_damaged())
    for what, name in events:
        if what == "end_map":
            break
        yield name
    # The end of the file: whatever else stands there is an error.
    next(events, None)


def _items(events: Iterator[Event]) -> Iterator[Any]:
    """Returns the items of the list that stands here."""
    if next(events) != ("start_array", None):
        raise Unreadable(_damaged())
    for event in events:
        if event[0] == "end_array":
            return
        yield _built(event, events, OF_ENTRY)


def _built(event: Event, events: Iterator[Event], bounds: Bounds) -> Any:
    """Returns the value that begins with ``event``, as far as it keeps to its bounds."""
    builder = ijson.ObjectBuilder()
    values = letters = deep = 0
    while True:
        builder.event(*event)
        deep += STEPS.get(event[0], 0)
        values += event[0] not in {"map_key", "end_map", "end_array"}
        letters += _letters(event)
        if values > bounds.values or letters > bounds.letters or deep > DEEPEST:
            raise Unreadable(_("One entry in it is larger than any entry can be."))
        if not deep:
            return builder.value
        event = next(events)


def _letters(event: Event) -> int:
    return len(event[1]) if isinstance(event[1], str) else 0


STEPS = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}
DEEPEST = MOST_DEEP + 4
"""An answer in a version in a list in an entry."""

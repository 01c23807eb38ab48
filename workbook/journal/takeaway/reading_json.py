"""Reading a journal file again, without ever holding all of it: one entry at a time.

The file may come from anywhere, so nothing in it is believed: see ``checking`` for what an entry
may say. Errors name the place, never the words that stand there.
"""

import codecs
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _

from workbook.journal.takeaway import checking
from workbook.journal.takeaway.checking import Unreadable
from workbook.journal.takeaway.export import JSON_NAME
from workbook.journal.takeaway.records import Record

MOST_JSON = 256 * 1024 * 1024
"""Bytes of JSON, unpacked: ten times what a long life of writing comes to."""
MOST_OF_ONE = 6 * 1024 * 1024
"""Characters of one entry with all its versions."""
MOST_ENTRIES = 100_000
MOST_OF_CONTENTS = 128 * 1024
"""Bytes of a zip's own list of files: thousands of names, where ours has six."""
CHUNK = 64 * 1024

_BLANKS = " \t\r\n"


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
            document = _Document(source)
            found: dict[str, Any] = {}
            for name in document.names():
                if name == "entries":
                    checking.check_kind_of_file(found)
                    for number, value in enumerate(document.items(), 1):
                        if number > MOST_ENTRIES:
                            raise Unreadable(_("It has more entries than one journal can hold."))
                        yield checking.record_from(value, number)
                    found[name] = True
                elif name in found:
                    raise Unreadable(_("It says the same thing twice."))
                else:
                    found[name] = document.value()
            checking.check_kind_of_file(found)
            (head if head is not None else {}).update(checking.head_from(found))

    def _json(self) -> AbstractContextManager[Any]:
        self._upload.seek(0)
        begin = self._upload.read(4)
        self._upload.seek(0)
        if begin != b"PK\x03\x04":
            return nullcontext(self._upload)
        try:
            contents = _Sparing(self._upload)
            archive = zipfile.ZipFile(contents)
            contents.most = MOST_JSON
            names = [n for n in archive.namelist() if n.rpartition("/")[2] == JSON_NAME]
            if len(names) != 1:
                raise Unreadable(
                    _("There is no %(name)s in this zip, so it isn’t a downloaded journal.")
                    % {"name": JSON_NAME}
                )
            return archive.open(names[0])
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError):
            # RuntimeError: locked with a password, which our own never is.
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
    return _("The file is damaged or incomplete. Try again with the original file.")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


class _Document:
    """One JSON object, taken apart at its top: values one by one, a long list item by item."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._read = 0
        self._text = ""
        self._at = 0
        self._is_whole = False
        self._json: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder(
            parse_constant=_no_constant
        ).raw_decode

    def names(self) -> Iterator[str]:
        """The object's keys in order; read each one's value before going on."""
        self._expect("{")
        if self._next() == "}":
            self._at += 1
        else:
            while True:
                name = self.value()
                if not isinstance(name, str):
                    raise Unreadable(_damaged())
                self._expect(":")
                yield name
                if not self._goes_on("}"):
                    break
        if self._next():
            raise Unreadable(_damaged())

    def items(self) -> Iterator[Any]:
        """The items of the list that stands here."""
        self._expect("[")
        if self._next() == "]":
            self._at += 1
            return
        while True:
            yield self.value()
            if not self._goes_on("]"):
                return

    def value(self) -> Any:
        """The value that stands here, as large as one entry may be."""
        self._next()
        while True:
            try:
                value, end = self._json(self._text, self._at)
            except json.JSONDecodeError:
                # Cut off by the end of what was read so far, or simply wrong.
                if not self._read_more(len(self._text) - self._at):
                    raise Unreadable(_damaged()) from None
                continue
            except (ValueError, RecursionError):
                raise Unreadable(_damaged()) from None
            # A number at the very end may go on in the next chunk.
            if end < len(self._text) or not self._read_more(CHUNK):
                self._at = end
                return value

    def _next(self) -> str:
        """The next sign that is no blank, without taking it; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_more(CHUNK):
                return ""

    def _expect(self, sign: str) -> None:
        if self._next() != sign:
            raise Unreadable(_damaged())
        self._at += 1

    def _goes_on(self, closing: str) -> bool:
        """Take the comma or the closing sign; whether it was the comma."""
        sign = self._next()
        if sign not in {",", closing}:
            raise Unreadable(_damaged())
        self._at += 1
        return sign == ","

    def _read_more(self, wanted: int) -> bool:
        """Read at least so many bytes more, unless there are none; what is done with is let go."""
        if self._is_whole:
            return False
        rest = self._text[self._at :]
        if len(rest) > MOST_OF_ONE:
            raise Unreadable(_("One entry in it is larger than any entry can be."))
        try:
            data = self._source.read(max(wanted, CHUNK))
            self._is_whole = not data
            more = self._decode.decode(data, final=self._is_whole)
        except (UnicodeDecodeError, zipfile.BadZipFile, zlib.error, EOFError, OSError):
            raise Unreadable(_damaged()) from None
        self._read += len(data)
        if self._read > MOST_JSON:
            raise Unreadable(_("It is larger than any journal can be."))
        self._text, self._at = rest + more, 0
        return True

"""Receiving a journal file in memory. Django's usual way would put it on a disk, in the clear."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

MOST_BYTES = 32 * 1024 * 1024
"""Of an upload, packed or not. As a zip, a journal of 5,000 entries is well under 10 MB."""


class InMemory(FileUploadHandler):
    """Holds up to :data:`MOST_BYTES` of all files of a form together."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.is_too_big = False
        self._size = 0
        self._file = BytesIO()

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Notes whether the whole form is too large. Raises StopUpload far beyond that."""
        # Far beyond it nobody waits for the rest; a little, and the page can still say so.
        _data, _meta, content_length, *_more = args
        self.is_too_big = content_length > MOST_BYTES + 64 * 1024
        if content_length > 4 * MOST_BYTES:
            raise StopUpload(connection_reset=True)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begins a file of the form."""
        super().new_file(*args, **kwargs)
        self._file = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keeps a piece of a file, as long as there is room."""
        self._size += len(raw_data)
        self.is_too_big = self.is_too_big or self._size > MOST_BYTES
        if not self.is_too_big:
            self._file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        """Returns the file once it is whole; None where it is too large."""
        if self.is_too_big:
            return None
        self._file.seek(0)
        # Its name is the person's own business and goes no further.
        return InMemoryUploadedFile(
            self._file, self.field_name, "journal", self.content_type, file_size, self.charset
        )

"""What requests can't have: a busy database gives an honest 503, files nobody asks for are left."""

import sqlite3

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from workbook.crisis.error_pages import error_page

# SQLite reports a missing table as an OperationalError, too: only what passes by itself, or when
# the operator mends disk or rights, is "busy". https://sqlite.org/rescode.html
BUSY_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}


def database_is_busy(error: BaseException | None) -> bool:
    """Says whether an error means that the database is locked, overloaded, full, or gone."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        # The low byte is the code; what stands above it only says more about it.
        return getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in BUSY_SQLITE
    # PostgreSQL keeps missing tables and bad SQL in other classes.
    return True


class DatabaseBusyMiddleware(MiddlewareMixin):
    """Answers 503 with Retry-After where a view fails because of the database.

    A view that has a reader's words in hand catches such an error itself, and shows them again.
    """

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answers for a view that failed; other errors than the database's are left to Django."""
        return error_page(request, 503) if database_is_busy(error) else None


class NoFiles(FileUploadHandler):
    """Leaves out each file of a form that is no form for files; its other fields are read."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Skips a file as soon as it begins."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Drops what is sent of a file."""
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Makes nothing of a file that came to its end."""
        return None

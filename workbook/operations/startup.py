"""What a site needs before it serves, each step done once and checked every time.

Every function stops with :class:`CantStart`, whose message is one line with the remedy.
"""

import contextlib
import errno
import os
import socket
import stat
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, connection

from workbook.operations import keys, schema

MIGRATION_LOCK = 988_988_988
"""The number of PostgreSQL's advisory lock; any other would do that nobody else uses."""


class CantStart(Exception):
    """Says that the site can't start; the message says why and what to do, in one line."""


def make_data_dir_usable() -> None:
    """Makes the data folder, for this account's eyes only, and tries writing into it."""
    folder: Path = settings.DATA_DIR
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CantStart(
            f"The data folder {folder} can't be written: {error.strerror}. "
            "Give this account the folder, or name another one in WORKBOOK_DATA_DIR."
        ) from None


def make_sure_port_is_free() -> None:
    """Makes sure that HOST and PORT can be listened at."""
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As servers do: a port whose last owner has just gone is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.HOST, settings.PORT))
    except OSError as error:
        raise CantStart(_why_no_port(error)) from None


def _why_no_port(error: OSError) -> str:
    port = settings.PORT
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {settings.HOST} is taken, perhaps by another Alongside. "
            f"Stop that, or choose another port: PORT={port + 1} make run"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is not for this account. Choose one from 1024 up, such as PORT=8000."
    return (
        f"HOST is {settings.HOST!r}, which is no address of this machine: {error.strerror}. "
        "Use 127.0.0.1 for this machine only, or 0.0.0.0 for every network it is on."
    )


def have_keys() -> Path | None:
    """Makes keys on a first start; returns the key file where it is new, None where keys are in
    use.

    New keys over a database that holds people would close every journal for good, so that stops.
    """
    path: Path = settings.DATA_DIR / keys.FILE_NAME
    if settings.WORKBOOK_KEYS:
        try:
            if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
                path.chmod(0o600)
        except OSError:
            raise CantStart(
                f"Others on this machine can read the key file {path}. Run: chmod 600 {path}"
            ) from None
        return None
    people = count_people()
    if people:
        raise CantStart(
            f"There are no keys, and this database holds {people} "
            f"{'person' if people == 1 else 'people'} whose journals only the lost keys open. "
            f"Put the copy of the key file back at {path}, or set SECRET_KEY and WORKBOOK_KEYS; "
            "nothing was changed."
        )
    # Where another start was a moment earlier, its keys are the site's.
    with contextlib.suppress(FileExistsError):
        keys.make(path)
    return path


def count_people() -> int:
    """Returns how many people the database holds; 0 where it has no tables yet."""
    people = get_user_model()
    try:
        if people._meta.db_table not in connection.introspection.table_names():
            return 0
        return people._default_manager.count()
    except DatabaseError as error:
        raise CantStart(_why_no_database(error)) from None


def migrate() -> bool:
    """Brings the database's tables up to date, and returns whether they weren't. Raises CantStart
    at tables of a newer Alongside.
    """
    try:
        standing = schema.standing()
        if trouble := standing.trouble():
            raise CantStart(trouble)
        if not standing.wanting:
            return False
        _wait_for_other_nodes()
        if schema.standing().wanting:
            call_command("migrate", interactive=False, verbosity=0)
        return True
    except DatabaseError as error:
        raise CantStart(_why_no_database(error)) from None
    finally:
        # Workers are forked off this process and open their own; this one must not reach them.
        connection.close()


def _wait_for_other_nodes() -> None:
    """Wait for another node that is migrating; until this connection closes, others wait for us."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            cursor.execute("RESET lock_timeout")


def _why_no_database(error: DatabaseError) -> str:
    reason = " ".join(str(error).split())
    return f"The database can't be used: {reason}. Check DATABASE_URL and that the server runs."


def where_to_open() -> str:
    """Says who opens the site where, for the first line an operator sees."""
    if "SITE_URL" in os.environ:
        return f"{settings.SITE_URL}/ (listening on {listens_at()})"
    if settings.HOST in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not listened on
        return (
            f"http://127.0.0.1:{settings.PORT}/ on this machine only; "
            "for phones and others set SITE_URL to this machine's address, "
            f"such as http://192.168.1.20:{settings.PORT}"
        )
    return f"http://{listens_at()}/"


def listens_at() -> str:
    """Returns HOST:PORT as an address has it."""
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    return f"{host}:{settings.PORT}"

"""The database: does it answer, is it whole, are its tables this software's."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from workbook.operations import schema
from workbook.operations.doctor.finding import SiteFinding, ok, wrong

CLOCKS_APART = timedelta(seconds=30)


def database() -> SiteFinding:
    """Looks whether the database answers, is whole, and has the right time."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA quick_check(1)")
                [found] = cursor.fetchone()
                if found != "ok":
                    return wrong(
                        "SQLite finds its file damaged.",
                        "Stop the site, keep a copy of the file, and restore the newest backup.",
                    )
            else:
                cursor.execute("SELECT now()")
                [theirs] = cursor.fetchone()
                if abs(theirs - timezone.now()) > CLOCKS_APART:
                    return wrong(
                        "Its clock and this machine's differ.",
                        "Have both follow the network's time (systemd-timesyncd).",
                    )
    except DatabaseError as error:
        return wrong(
            f"It does not answer ({type(error).__name__}).",
            "See DATABASE_URL, and whether the server runs; on SQLite, whose the file is.",
        )
    return ok(f"{connection.display_name} answers, and is whole.")


def migrations() -> SiteFinding:
    """Looks whether its tables are this software's."""
    standing = schema.standing()
    if trouble := standing.trouble():
        return wrong(*trouble.split(". ", 1))
    if standing.wanting:
        return wrong(
            f"{len(standing.wanting)} still to come.",
            "Make a backup, then restart the site: a start brings the tables up to date.",
        )
    return ok("The tables are this version's.")

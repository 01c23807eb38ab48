"""Keys, their copy, and who on this machine can read what."""

import os
import stat
from pathlib import Path

from django.conf import settings

from workbook.operations import key_copy, keys, records
from workbook.operations.doctor.finding import SiteFinding, look, ok, wrong
from workbook.vault.models import KeySlot
from workbook.vault.rotation import count_under_older_keys
from workbook.vault.sealing import VaultError
from workbook.vault.slots import check_outer

LOOKED_AT = 200
"""Key slots that are tried, the first ones in the table."""


def keys_in_use() -> SiteFinding:
    """Looks whether the server keys open what is in the database."""
    path = settings.DATA_DIR / keys.FILE_NAME
    if not settings.WORKBOOK_KEYS:
        return wrong(
            "There are none.",
            f"On a new site the first start makes them. Over people: put the copy back at {path}.",
        )
    closed = 0
    for slot in KeySlot.objects.order_by("pk")[:LOOKED_AT]:
        try:
            check_outer(slot)
        except VaultError:
            closed += 1
    if closed:
        return wrong(
            f"{closed} key slot(s) don't open under them.",
            "Add the older key after the newest in WORKBOOK_KEYS, from the key sheet.",
        )
    count = len(settings.WORKBOOK_KEYS)
    if count > 1:
        left = count_under_older_keys()
        return look(
            f"{count} server keys; {left} row(s) under an older one.",
            "Go on with manage.py rotate_keys: --rewrap, then --finish.",
        )
    where = f"in {path}" if keys.from_environment() is None else "from the environment"
    return ok(f"One server key, {where}.")


def key_sheet() -> SiteFinding:
    """Looks whether a copy of the keys has been proven."""
    if day := key_copy.proven_on():
        return ok(f"A copy of these keys was checked on {day}.")
    had = bool(records.read().get("key_sheet"))
    return wrong(
        "The keys have changed since a copy was checked."
        if had
        else "No copy of the keys has been checked. If this machine is lost, so is every journal.",
        "manage.py key_sheet prints one for paper; then manage.py key_sheet --prove",
    )


def permissions() -> SiteFinding:
    """Looks who else on this machine can read the data folder."""
    if settings.DATA_DIR.stat().st_uid != os.geteuid():
        return look(
            f"{settings.DATA_DIR} belongs to another account than yours.",
            "Run doctor as the account that runs the site, such as: sudo -u alongside ...",
        )
    loose = [path for path in _private() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        named = " ".join(str(path) for path in loose[:5])
        more = f" and {len(loose) - 5} more" if len(loose) > 5 else ""
        return wrong(
            f"Other accounts on this machine can read {named}{more}.",
            f"chmod -R go= {settings.DATA_DIR}",
        )
    return ok(f"{settings.DATA_DIR} is for its own account alone.")


def _private() -> list[Path]:
    """The data folder and what lies in it, but for static files, which everybody may read."""
    folder: Path = settings.DATA_DIR
    backups = [path for path in (folder / "backups").glob("*") if path.is_file()]
    return [folder, *(path for path in folder.iterdir() if path.name != "static"), *backups]

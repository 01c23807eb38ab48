"""``manage.py doctor``: looks at a whole site, and says of each part how it is and what to do."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

from workbook.operations.doctor import copies, database, locks, machine, readers
from workbook.operations.doctor.finding import SiteFinding, wrong

logger = logging.getLogger(__name__)

PARTS: dict[str, Callable[[], SiteFinding]] = {
    "database": database.database,
    "migrations": database.migrations,
    "keys": locks.keys_in_use,
    "key sheet": locks.key_sheet,
    "permissions": locks.permissions,
    "backups": copies.backups_here,
    "off-machine copy": copies.elsewhere,
    "forgetting": copies.forgetting,
    "disk": machine.disk,
    "clock": machine.clock,
    "address": machine.address,
    "proxy": machine.proxy,
    "debug": machine.debug,
    "content": readers.content,
    "drafts": readers.drafts,
    "crisis numbers": readers.crisis_numbers,
    "contact": readers.contact,
}


def examine(*, network: bool = True) -> Iterator[SiteFinding]:
    """Looks at every part; one that can't be looked at is a finding, too."""
    parts = PARTS | ({"reached": machine.reached} if network else {})
    for part, look in parts.items():
        try:
            found = look()
        except Exception as error:
            logger.exception("The doctor could not look at one part.")
            found = wrong(
                f"It could not be looked at ({type(error).__name__}).",
                "Fix what is listed above first, then run doctor again.",
            )
        yield replace(found, part=part)

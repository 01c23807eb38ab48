"""Names to take when none comes to mind: ``quiet-river-4821``."""

import secrets

from workbook.accounts.words import words


def suggest_name() -> str:
    """Returns a username of two words and four digits, one of some 40 million: rarely taken, and it
    tells nothing.
    """
    first, second = (secrets.choice(words(part)) for part in ("first", "second"))
    return f"{first}-{second}-{secrets.randbelow(10_000):04}"

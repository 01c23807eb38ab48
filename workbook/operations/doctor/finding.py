"""What one look at a site finds."""

from dataclasses import dataclass

OK, LOOK, WRONG = "ok", "look", "wrong"


@dataclass(frozen=True)
class SiteFinding:
    """One part of a site, how it stands, and what to do.

    Attributes:
        standing: "ok", "look" (works, and wants an operator's eye) or "wrong".
        remedy: what to do; "" where nothing is.
    """

    part: str
    standing: str
    said: str
    remedy: str = ""

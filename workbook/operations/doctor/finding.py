"""What one look at a site finds."""

from dataclasses import dataclass

OK, LOOK, WRONG = "ok", "look", "wrong"


@dataclass(frozen=True)
class SiteFinding:
    """How one part of a site stands, and what to do.

    Attributes:
        standing: "ok", "look" (works, and wants an operator's eye) or "wrong".
        said: how it stands, in a sentence.
        remedy: what to do; "" where nothing is.
        part: which part it is, such as "off-machine copy".
    """

    standing: str
    said: str
    remedy: str = ""
    part: str = ""


def ok(said: str) -> SiteFinding:
    """Returns the finding that a part is well."""
    return SiteFinding(OK, said)


def look(said: str, remedy: str) -> SiteFinding:
    """Returns the finding that a part works, and wants an operator's eye."""
    return SiteFinding(LOOK, said, remedy)


def wrong(said: str, remedy: str) -> SiteFinding:
    """Returns the finding that a part is wrong."""
    return SiteFinding(WRONG, said, remedy)

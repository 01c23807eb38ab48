"""Why an answer is not saved yet, in words that say what happened, what was kept and what to do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

NOT_SAVED = _("Not saved yet")


@dataclass(frozen=True)
class Reason:
    """Why words aren't saved, and what to do.

    Attributes:
        status: the HTTP status of the answer.
        what: what happened, in a sentence.
        now: what was kept, and what to do.
        offers: the way on that the template shows: enter, compare, again, room, or none.
        retry_after: seconds until a page may try again by itself; 0 where that would not help.
    """

    status: int
    what: Words
    now: Words
    offers: str = ""
    retry_after: int = 0
    title: Words = NOT_SAVED


SIGNED_OUT = Reason(
    403,
    _("You are signed out."),
    _("Your words are still here. Sign in again in another tab, come back, and press Save."),
    offers="login",
)
LOCKED = Reason(
    423,
    _("Your journal is locked."),
    _("Your words are still here. Open it in another tab, come back, and press Save."),
    offers="login",
)
OTHER_WRITER = Reason(
    403,
    _("Someone else is signed in now."),
    _(
        "These words belong to the account they were typed in, so they were not put into this one. "
        "Sign in as yourself in another tab, come back, and press Save."
    ),
    offers="login",
)
NEW_PASSWORD = Reason(
    403,
    _("Your password has changed since this page was opened."),
    _("Your words are still here. Press Save once more."),
    offers="again",
)
STALE = Reason(
    409,
    _("This answer was changed somewhere else after you opened this page."),
    _("Both versions are kept, and nothing was overwritten. Choose when you like."),
    offers="compare",
    title=_("Two versions"),
)
STALE_BLANK = Reason(
    409,
    _("This answer was changed somewhere else after you opened this page."),
    _("What is saved now stays as it is."),
    offers="compare",
)
BUSY = Reason(
    503,
    _("The site couldn’t save it right now."),
    _("Your words are still here. Keep this page open and try again in a moment."),
    retry_after=5,
)
FULL = Reason(
    # Not one of those that a page tries again by itself: time alone makes no room.
    422,
    _("Your journal has no room left for this."),
    _(
        "Everything you saved before stays, and your words are still here. "
        "Copy them to be on the safe side, make room in another tab, come back, and press Save."
    ),
    offers="room",
)
CHANGED = Reason(
    409,
    _("The author changed this question after you opened this page."),
    _("Your words are still here. Copy them, reload the chapter, and put them where they fit."),
)
UNKNOWN = Reason(
    503,
    _("The site can’t find this question right now. The book may be changing to a new edition."),
    _("Your words are still here. Keep this page open and try again in a moment."),
    retry_after=30,
)


def waiting(seconds: int) -> Reason:
    """Returns the reason for whoever asks for costly work more often than anybody needs it."""
    return Reason(
        429,
        _("That was a lot in a short time, so the site is pausing it."),
        _("What you typed is still here. Wait a moment, then press Try again."),
        retry_after=seconds,
        title=_("Please wait a moment"),
    )


def refused(message: str) -> Reason:
    """Returns the reason for an answer that its kind refuses, in the words of the refusal."""
    return Reason(422, message, "")

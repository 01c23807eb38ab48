"""Slowing down guesses: leaky buckets in the database, which all workers share.

Each try is counted in a few buckets before anything costly happens; what was right is taken out
again. A full bucket answers "in so many seconds", never "locked". A bucket is one moment, when it
will be empty (the generic cell rate algorithm): one column, nothing to sweep by the clock.

Buckets are named by keyed hashes, never by a name or an address. The key for addresses changes
every day, so that two days of the table say nothing about who came back.
"""

import math
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workbook.accounts.client_address import networks_of
from workbook.accounts.models import Throttle, User, normalize_name
from workbook.crisis.error_pages import error_response


class Bucket(NamedTuple):
    """A bucket that holds ``burst`` tries at once, and then one more every ``seconds``."""

    burst: int
    seconds: float

    def around(self, ring: int) -> "Bucket":
        """Returns the bucket of a network so many steps around one's own, twice as large each."""
        return Bucket(self.burst * 2**ring, self.seconds / 2**ring)


# One person at one place: a few slips, then two tries a minute. What the largest network around it
# may add has to leak out of ACCOUNT more quickly than it comes in, or one sender could fill that.
PAIR = Bucket(burst=6, seconds=30)
# One person in a browser of theirs. Whoever took its cookie along guesses no faster by it.
BROWSER = Bucket(burst=6, seconds=30)
# One name from everywhere: so loose that strangers who try can't keep its owner out for long.
ACCOUNT = Bucket(burst=100, seconds=6)
# One place, all names: a shelter or a library has one address for everybody.
ADDRESS = Bucket(burst=30, seconds=15)
# New accounts from one place: a group that begins together in one room must fit.
SIGNUP = Bucket(burst=40, seconds=60)
# Recovery keys, and passkeys, from one place. They can't be guessed; this keeps the noise down.
RECOVERY_KEY = Bucket(burst=20, seconds=30)
# Codes of the second step, for whoever has the password already: from one place, from everywhere.
# At one in two minutes and three in a million each, an even chance takes ten months; half of that
# for whoever tries from browsers that are known as well.
CODE_PAIR = Bucket(burst=10, seconds=60)
CODE_ACCOUNT = Bucket(burst=60, seconds=120)
# One account taking its whole journal along, or bringing one in: costly, and rarely wanted twice.
WHOLE_JOURNAL = Bucket(burst=6, seconds=300)

SWEEP_ONE_IN = 100

Counted = Mapping[str, Bucket]


class Throttled(Exception):
    """Says that there were too many tries. ``seconds`` until the next one counts."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Next try in {seconds} s.")
        self.seconds = seconds


def count_login(request: HttpRequest, name: str, browser: str = "") -> Counted:
    """Counts a try to sign in as ``name``, whether anybody has that name or not. Raises Throttled.

    ``browser`` names one that its owner has signed in with before: it has a bucket of its own,
    which no stranger can fill, and is counted as a stranger only where that one is full, or that of
    all such browsers. Whoever holds a session makes as many of them as they like.
    """
    name = normalize_name(name)
    wait = math.inf
    if browser:
        known = {
            _daily_key("browser", browser, name): BROWSER,
            _daily_key("known browsers", name): ACCOUNT,
        }
        try:
            return _count(known)
        except Throttled as throttled:
            wait = throttled.seconds
    try:
        return _count(
            {
                **_near(request, "pair", PAIR, name),
                **_near(request, "address", ADDRESS),
                _account_key(name): ACCOUNT,
            }
        )
    except Throttled as throttled:
        raise Throttled(int(min(wait, throttled.seconds))) from None


def count_signup(request: HttpRequest) -> Counted:
    """Counts a new account from one place. Raises Throttled."""
    return _count(_near(request, "joining", SIGNUP))


def count_recovery_key(request: HttpRequest) -> Counted:
    """Counts a recovery key that is tried. Raises Throttled."""
    return _count(_near(request, "spare key", RECOVERY_KEY))


def count_code(request: HttpRequest, person: User, browser: str = "") -> Counted:
    """Counts a try at somebody's second step. Raises Throttled.

    ``browser`` names one that its owner has signed in with before, as in :func:`count_login`.
    """
    if browser:
        return _count(
            {
                _daily_key("code browser", browser, str(person.pk)): CODE_PAIR,
                _daily_key("code known browsers", str(person.pk)): CODE_ACCOUNT,
            }
        )
    return _count(
        {
            **_near(request, "code pair", CODE_PAIR, str(person.pk)),
            _daily_key("code account", str(person.pk)): CODE_ACCOUNT,
        }
    )


def count_whole_journal(person: User, what: str) -> Counted:
    """Counts a person's wish for something that goes through all they wrote. Raises Throttled."""
    return _count({_daily_key(f"whole journal {what}", str(person.pk)): WHOLE_JOURNAL})


def count_passkey(request: HttpRequest) -> Counted:
    """Counts a passkey that is shown. Raises Throttled."""
    return _count(_near(request, "passkey", RECOVERY_KEY))


def spend_once(purpose: str, text: str, *, seconds: int) -> bool:
    """Returns whether ``text`` comes for the first time in so many seconds.

    ``text`` must say nothing of anybody: its name is the same the next day, or what was used a
    moment before midnight could be used again.
    """
    try:
        _count({_hash(purpose, text): Bucket(1, seconds)})
    except Throttled:
        return False
    return True


def take_back(counted: Counted) -> None:
    """Takes a try out of its buckets again, because it was right after all."""
    for key, bucket in counted.items():
        Throttle.objects.filter(key=key).update(
            empty_at=F("empty_at") - timedelta(seconds=bucket.seconds)
        )


def forget(name: str) -> None:
    """Removes the bucket of an account that is being deleted."""
    Throttle.objects.filter(key=_account_key(normalize_name(name))).delete()


def throttled_page(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answers with the error page for whoever has to wait."""
    minutes = math.ceil(seconds / 60)
    return error_response(
        request,
        429,
        title=_("Please wait a moment"),
        message=ngettext(
            "There were many tries in a short time, so the site is pausing them. "
            "Nothing is locked and nothing is lost: try again in about a minute.",
            "There were many tries in a short time, so the site is pausing them. "
            "Nothing is locked and nothing is lost: try again in about %(minutes)d minutes.",
            minutes,
        )
        % {"minutes": minutes},
        retry_after=seconds,
    )


def _count(buckets: Counted) -> Counted:
    now = timezone.now()
    keys = sorted(buckets)  # Always in the same order, so that no two wait for each other.
    wait = timedelta()
    with transaction.atomic():
        Throttle.objects.bulk_create(
            [Throttle(key=key, empty_at=now) for key in keys], ignore_conflicts=True
        )
        # SQLite has no row locks and needs none: the transaction is IMMEDIATE, one at a time.
        rows = list(Throttle.objects.select_for_update().filter(key__in=keys).order_by("key"))
        overfull = []
        for row in rows:
            bucket = buckets[row.key]
            fullest = now + timedelta(seconds=bucket.burst * bucket.seconds)
            if row.empty_at > fullest:
                # The clock went forward and back: what came in meanwhile has days to leak out.
                row.empty_at = fullest
                overfull.append(row)
            fuller = max(row.empty_at, now) + timedelta(seconds=bucket.seconds)
            wait = max(wait, fuller - fullest)
        if not wait:
            # What is refused isn't counted: waiting as long as was said is then enough.
            for row in rows:
                row.empty_at = max(row.empty_at, now) + timedelta(seconds=buckets[row.key].seconds)
        if changed := overfull if wait else rows:
            Throttle.objects.bulk_update(changed, ["empty_at"])
        if secrets.randbelow(SWEEP_ONE_IN) == 0:
            Throttle.objects.filter(empty_at__lt=now - timedelta(days=1)).delete()
    if wait:
        raise Throttled(math.ceil(wait.total_seconds()))
    return buckets


def _near(request: HttpRequest, purpose: str, bucket: Bucket, *values: str) -> Counted:
    """A bucket for each network that the sender is in, by today's names."""
    return {
        _daily_key(purpose, network, *values): bucket.around(ring)
        for ring, network in enumerate(networks_of(request))
    }


def _account_key(name: str) -> str:
    return _hash("account", name)


def _daily_key(purpose: str, *values: str) -> str:
    return _hash(f"{purpose} {timezone.now().date().isoformat()}", *values)


def _hash(purpose: str, *values: str) -> str:
    """64 hexadecimal characters under a key derived from SECRET_KEY for this purpose."""
    text = "\0".join(values)
    return salted_hmac(f"{__name__} {purpose}", text, algorithm="sha256").hexdigest()

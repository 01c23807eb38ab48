"""Limits on how often one sender may ask for costly work, counted in the memory of one process.

What work costs is a process's own time, so each process counts for itself, and no database is asked
or written to. Guesses at secrets are counted for all processes together instead (see
:mod:`workbook.accounts.throttles`).
"""

import math
import threading
import time

MOST_KEYS = 4096
"""Senders remembered by one limit; when there are more, those not heard of for longest go."""


class RateLimit:
    """A limit that lets each sender ask ``burst`` times at once, then once every ``seconds``.

    A sender is one moment: when all that was asked will have been worked off (the generic cell rate
    algorithm). The clock is the machine's own, which nobody sets forward or back.
    """

    def __init__(self, burst: int, seconds: float) -> None:
        self.burst, self.seconds = burst, seconds
        self._lock = threading.Lock()
        self._free_at: dict[int, float] = {}

    def wait(self, *sender: str) -> int:
        """Counts one request, and returns 0; or the seconds until the next one will count.

        What has to wait isn't counted. ``sender`` isn't kept: what is, nobody can read it from.
        """
        # Python's own hash of texts has a secret of this process in it.
        key, now = hash(sender), time.monotonic()
        with self._lock:
            free_at = max(self._free_at.get(key, now), now) + self.seconds
            too_early = free_at - now - self.burst * self.seconds
            if too_early > 0:
                return math.ceil(too_early)
            # Put last again, so that the first ones are those not heard of for longest.
            self._free_at.pop(key, None)
            self._free_at[key] = free_at
            if len(self._free_at) > MOST_KEYS:
                self._forget(now)
            return 0

    def _forget(self, now: float) -> None:
        waiting = [(key, at) for key, at in self._free_at.items() if at > now]
        self._free_at = dict(waiting[-MOST_KEYS // 2 :])

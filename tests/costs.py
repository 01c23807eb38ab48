"""What a request costs: processor time as a ratio to a plain one of the same run, and memory.

Absolute times say more of the machine, and of whoever else is using it, than of the request.
"""

import gc
import time
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection


class Cost(NamedTuple):
    """``result`` is what the work gave; ``times`` how often the plain work fits into its time;
    ``megabytes`` the most that was held at once.
    """

    result: Any
    times: float
    megabytes: float


def cost(work: Callable[[], Any], plain: Callable[[], Any], *, trace: bool = True) -> Cost:
    """Measures ``work`` beside ``plain``, and its memory in a run of its own if asked to.

    A trace takes four times as long as the work, and which database it is makes no difference to the
    memory: only on SQLite.
    """
    plain()  # What is made at a first use isn't counted.
    usual = min(_seconds(plain)[1] for _time in range(5))
    result, seconds = _seconds(work)
    trace = trace and connection.vendor == "sqlite"
    return Cost(result, seconds / usual, _megabytes(work) if trace else 0.0)


def _seconds(work: Callable[[], Any]) -> tuple[Any, float]:
    gc.collect()
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def _megabytes(work: Callable[[], Any]) -> float:
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()

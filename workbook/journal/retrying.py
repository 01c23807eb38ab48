"""Transactions that are tried again where two requests begin the same row at once."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar

from django.db import IntegrityError

T = TypeVar("T")

TRIES = 3


def retried(work: Callable[..., T]) -> Callable[..., T]:
    """Has a function, which is one transaction, done again where the database refuses its row.

    Another request has begun the same one in between; by the next time it can be found. Raises
    IntegrityError when that was not it.
    """

    @wraps(work)
    def trying(*args: Any, **kwargs: Any) -> T:
        for _attempt in range(TRIES - 1):
            with suppress(IntegrityError):
                return work(*args, **kwargs)
        return work(*args, **kwargs)

    return trying

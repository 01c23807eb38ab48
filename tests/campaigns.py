"""How far the tests go that try at random: a tenth of the way, or all of it with ``SOAK=1``.

``make soak`` sets it. A test of this sort has the mark ``campaign``, and asks :func:`rounds` how often
it may try; what Hypothesis gives to a single function it takes from the profile in ``conftest.py``.
"""

import os

SOAK = bool(os.environ.get("SOAK"))


def rounds(many: int) -> int:
    """Returns how often to try in this run, where ``many`` times is the whole campaign."""
    return many if SOAK else max(1, many // 10)

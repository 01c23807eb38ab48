"""What many readers need, worked out from what a run measured: a part of docs/scale.md."""

import math
import statistics
from typing import Any

from bench.sites import WORKERS

# A visit as the tables below count it. Chosen on the high side, and to be argued with.
VISITS_A_WEEK = 3
PEAK = 8
"""The busiest hour has one of so many parts of a day's visits."""
READ, SAVES, JOURNALS, SEARCHES = 8, 60, 1, 0.3
ENTRIES = 400
"""Entries that one reader has after some years, earlier versions counted."""
BUSY = 0.5
"""A core is planned to be busy for this share of the busiest hour."""
SIZES = (1_000, 100_000)
AT_LEAST = 2
"""Workers, so that one can be killed and the site still answers."""
ARGON2_MB = 64
CONNECTIONS = 4
"""Of a worker to its database."""


def core_ms(measured: dict[str, Any], work: str) -> float:
    """Milliseconds of one core for one request, wrk's own share counted in."""
    return WORKERS * 1000 / statistics.median(run.rate for run in measured["runs"][work])


def scale(measured: dict[str, Any]) -> str:
    prices = {
        f"{READ} chapters read": READ * core_ms(measured, "chapter gzipped"),
        f"{SAVES} autosaves": SAVES * core_ms(measured, "autosave"),
        f"{JOURNALS} journal page": JOURNALS * core_ms(measured, "journal"),
        f"{SEARCHES} searches over 2,000": SEARCHES * measured["prices"]["search over 2,000"],
        "1 sign-in (Argon2id)": measured["prices"]["one Argon2id"],
    }
    visit = sum(prices.values()) / 1000
    row = measured["database"]["bytes"] / measured["database"]["entries"]
    lines = [
        "| of a visit | core milliseconds |",
        "|---|---|",
        *(f"| {name} | {value:.0f} |" for name, value in prices.items()),
        f"| **together** | **{1000 * visit:.0f}** |",
        "",
        f"One entry of 2 KB takes {row:,.0f} bytes in the database, indexes and all.",
        "",
        "| readers | visits at the peak | saves a second | cores | workers | MB | connections | disk |",
        "|---|---|---|---|---|---|---|---|",
    ]
    worker = measured["memory"]["alongside"][2] + ARGON2_MB
    for readers in SIZES:
        visits = readers * VISITS_A_WEEK / 7 / PEAK
        saves = visits * SAVES / 3600
        cores = visits * visit / 3600 / BUSY
        disk = readers * ENTRIES * row / 1e9
        workers = max(AT_LEAST, math.ceil(cores))
        lines.append(
            f"| {readers:,} | {visits:,.0f} | {saves:,.1f} | {cores:,.1f} | {workers} "
            f"| {workers * worker:,.0f} | {workers * CONNECTIONS} | {disk:,.0f} GB |"
        )
    return "\n".join(lines)

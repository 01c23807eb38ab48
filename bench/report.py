"""docs/performance.md, written by what measured it: each part only between its own marks."""

import datetime
import os
import platform
import re
import statistics
import subprocess
from pathlib import Path
from typing import Any

from bench.load import Run


def write(path: Path, part: str, text: str) -> None:
    """Put ``text`` between ``<!-- part -->`` and ``<!-- /part -->``; the rest stays as it is."""
    begin, end = f"<!-- {part} -->", f"<!-- /{part} -->"
    document = path.read_text(encoding="utf-8")
    if begin not in document or end not in document:
        raise ValueError(f"{path} has no place for {part}: it needs {begin} and {end}.")
    before, _begin, rest = document.partition(begin)
    after = rest.partition(end)[2]
    path.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")


def machine() -> str:
    """What the figures were measured on, in one line."""
    import django

    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    if _git("status", "--porcelain", "--", ".", ":!docs"):
        commit += " and changes that are not in it"
    today = datetime.datetime.now(datetime.UTC).date()
    load = os.getloadavg()[2]
    return (
        f"{today:%B %-d, %Y}, commit {commit}: {len(os.sched_getaffinity(0))} cores of "
        f"{processor[1].strip() if processor else platform.machine()}, "
        f"{int(memory[1]) / 1024 / 1024 if memory else 0:.0f} GB, Linux {platform.release()}, "
        f"Python {platform.python_version()}, Django {django.__version__}; "
        f"load over the 15 minutes before: {load:.1f}"
    )


def _git(*command: str) -> str:
    return subprocess.run(
        ["git", *command], capture_output=True, text=True, check=False
    ).stdout.strip()


def ratios(runs: dict[str, list[Run]], ours: str, floor: str) -> list[float]:
    """Ours to the floor's, round by round."""
    return [a.rate / b.rate for a, b in zip(runs[ours], runs[floor], strict=True)]


def spread(values: list[float], digits: int = 2) -> str:
    """The median, then the lowest and the highest."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def p99(runs: list[Run]) -> float:
    return statistics.median(run.p99_ms for run in runs)


def results(measured: dict[str, Any]) -> list[tuple[str, str, float, float, bool]]:
    """Everything with a target: (what, measured, value, target, whether more is better)."""
    from bench.run import ROWS

    runs, found = measured["runs"], []
    for row in ROWS:
        values = ratios(runs, row.ours, row.floor)
        if row.target:
            value = statistics.median(values)
            found.append((row.title, spread(values), value, row.target, True))
        if row.p99_to_median:
            each = runs[row.ours]
            late = p99(each) / statistics.median(run.median_ms for run in each)
            found.append(
                (f"{row.title}: p99 to its median", f"{late:.1f}", late, row.p99_to_median, False)
            )
        if row.p99_within:
            late = p99(runs[row.ours]) / p99(runs[row.floor])
            found.append((f"{row.title}: p99", f"{late:.2f}", late, row.p99_within, False))
    prices, memory = measured["prices"], measured["memory"]
    search = prices["search over 2,000"] / prices["bare decrypt of 2,000"]
    found.append(("search over 2,000, to their bare decrypt", f"{search:.2f}", search, 3, False))
    commands = measured["commands"]
    checks = [a / b for a, b in zip(commands["alongside"], commands["floor"], strict=True)]
    value = statistics.median(checks)
    found.append(("`manage.py check`, to the floor's", spread(checks), value, 1.5, False))
    for name, title, target in (
        ("site", "`make run`, a second start, to the first page, seconds", 2.0),
        ("worker", "a killed worker's successor to the next page, seconds", 0.7),
    ):
        values = measured["starts"][name]
        found.append((title, spread(values), statistics.median(values), target, False))
    first, _pss, second, _pss_again = memory["alongside"]
    size = first / memory["floor"][0]
    mixed = f"{measured['mixed']:,}"
    found.append(
        (f"memory of a worker after {mixed} mixed requests", f"{size:.2f}", size, 1.6, False)
    )
    growth = second / first
    found.append((f"memory after {mixed} more", f"{growth:.3f}", growth, 1.02, False))
    return found


def missed(measured: dict[str, Any]) -> list[str]:
    return [
        f"{what}: {told}, where {'at least' if more else 'at most'} {target:g} was wanted"
        for what, told, value, target, more in results(measured)
        if (value < target if more else value > target)
    ]


def performance(measured: dict[str, Any]) -> str:
    return "\n".join(
        [
            f"Measured {measured['machine']}.",
            f"{measured['rounds']} interleaved rounds of {measured['seconds']:g} s a row, {measured['people']} people. Medians, with the lowest and the highest in brackets.",
            "",
            "| work | measured | wanted | |",
            "|---|---|---|---|",
            *(
                f"| {what} | {told} | {'≥' if more else '≤'} {target:g} | "
                f"{'held' if (value >= target if more else value <= target) else '**missed**'} |"
                for what, told, value, target, more in results(measured)
            ),
            "",
            "### Requests a second",
            "",
            "| work | requests a second | median ms | p99 ms | to the floor's |",
            "|---|---|---|---|---|",
            *rates(measured["runs"]),
            "",
            f"`manage.py check` of texts it has not seen: {spread(_cold_checks(measured))} times the floor's.",
            "",
            "### Memory of the largest worker, MB",
            "",
            "| | after the first half | of it its own | after the second | of it its own |",
            "|---|---|---|---|---|",
            *(
                f"| {name} | " + " | ".join(f"{size:.1f}" for size in sizes) + " |"
                for name, sizes in measured["memory"].items()
            ),
            "",
            "### Prices inside one process, ms",
            "",
            "| | |",
            "|---|---|",
            *(f"| {name} | {value:.2f} |" for name, value in measured["prices"].items()),
            "",
            "### Where the time goes",
            "",
            *_shares(measured["profiles"]),
        ]
    )


def _cold_checks(measured: dict[str, Any]) -> list[float]:
    commands = measured["commands"]
    return [a / b for a, b in zip(commands["cold"], commands["floor"], strict=True)]


def rates(runs: dict[str, list[Run]]) -> list[str]:
    """Returns a table's lines: requests a second, times and ratios of each work."""
    from bench.run import ROWS

    beside = {row.ours: row.floor for row in ROWS}
    beside |= {f"{name} gunicorn": name for name in ("chapter", "signed out", "autosave")}
    lines = []
    for name, each in runs.items():
        median = statistics.median(run.median_ms for run in each)
        other = beside.get(name)
        ratio = spread(ratios(runs, name, other)) if other else ""
        ratio += " of granian's" if name.endswith("gunicorn") else ""
        lines.append(
            f"| {name} | {spread([run.rate for run in each], 0)} | {median:.1f} "
            f"| {p99(each):.1f} | {ratio} |"
        )
    return lines


def _shares(profiles: dict[str, dict[str, float]]) -> list[str]:
    parts = list(next(iter(profiles.values())))
    return [
        f"| page | {' | '.join(parts)} |",
        "|---" * (len(parts) + 1) + "|",
        *(
            f"| {page} | " + " | ".join(_cell(part, value) for part, value in found.items()) + " |"
            for page, found in profiles.items()
        ),
    ]


def _cell(part: str, value: float) -> str:
    return f"{value:.2f}" if part == "ms" else f"{value:.0%}"

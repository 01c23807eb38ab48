"""How long the linter takes to read the shipped chapters, and what of it ``manage.py check`` waits for.

    python -m bench.linting [--rounds 5] [--write]

Each round runs every command once, each in a process of its own: ``manage.py lint_content``, then
``manage.py check`` with nothing remembered, then again. Ends with 1 where the linter misses its target;
``--write`` puts the figures into docs/performance.md, as ``make bench`` does.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import report

ROOT = Path(__file__).resolve().parent.parent
WANTED = 2.0
"""Seconds for the linter, at most."""


def timed(data: str, command: str) -> float:
    """The seconds that a command of manage.py takes, start included."""
    env = {"PATH": os.environ["PATH"], "WORKBOOK_DATA_DIR": data}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, ROOT / "manage.py", command],
        env=env,
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - start


def measure(rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"lint_content": [], "check": [], "check again": []}
    for turn in range(rounds):
        with tempfile.TemporaryDirectory(prefix="alongside-linting-") as data:
            for name, taken in times.items():
                taken.append(timed(data, name.partition(" ")[0]))
        print(f"Round {turn + 1}:", *(f"{name} {taken[-1]:.1f} s" for name, taken in times.items()))
    return times


def table(times: dict[str, list[float]]) -> str:
    lines = ["| command | time | fastest to slowest | wanted |", "|---|---|---|---|"]
    for name, taken in times.items():
        wanted = f"≤ {WANTED:g} s" if name == "lint_content" else ""
        middle = statistics.median(taken)
        lines.append(
            f"| {name} | {middle:.1f} s | {min(taken):.1f} to {max(taken):.1f} s | {wanted} |"
        )
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--write", action="store_true", help="into docs/performance.md")
    given = options.parse_args()
    about = f"Measured {report.machine()}. Medians of {given.rounds} rounds."
    times = measure(given.rounds)
    text = f"{about}\n\n{table(times)}"
    print(text)
    if given.write:
        report.write(ROOT / "docs" / "performance.md", "linting", text)
    return 1 if statistics.median(times["lint_content"]) > WANTED else 0


if __name__ == "__main__":
    sys.exit(main())

"""Alongside beside the floor: the same server, workers, database and data, in turns.

    make bench                            everything, and docs/performance.md written anew
    python -m bench.run --quick           one short round to try it, nothing written

Ends with 1 where a response was wrong or a ratio misses its target. Needs about ten minutes and a
machine that does nothing else.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from bench import load, report, scale
from bench.inside import people_in
from bench.load import Plan, Run
from bench.sites import ROOT, WORKERS, Floor, Made, Shipped, Site, megabytes
from bench.workload import BOOK, LARGE_JOURNAL, QUESTIONS, slugs
from workbook.authoring.remembering import FILE_NAME

PEOPLE = 200
READERS = 20
"""People who have answered everything the shipped workbook asks."""
MIXED = 10_000
CHECKS = 7


class Size(NamedTuple):
    rounds: int
    seconds: int
    people: int
    mixed: int


FULL = Size(rounds=5, seconds=3, people=PEOPLE, mixed=MIXED)
QUICK = Size(rounds=1, seconds=2, people=20, mixed=500)


@dataclass(frozen=True)
class Work:
    """One kind of request, on one site."""

    name: str
    site: Site
    plan: Plan


@dataclass(frozen=True)
class Row:
    """Work set against the floor's, with the ratio to reach; 0 where none was set."""

    title: str
    ours: str
    floor: str
    target: float = 0
    p99_within: float = 0
    p99_to_median: float = 0
    """At most so many times its own median may the slowest of a hundred take."""


SHIPPED = {
    "the home page": "/",
    "the journal": "/journal/",
    **{slug: f"/books/{BOOK}/{slug}/" for slug in slugs()},
}
"""Pages of the shipped workbook by their names, each for readers who answered every prompt."""


ROWS = [
    Row("a chapter signed in, six sealed answers", "chapter", "floor page", 0.5),
    Row("the same, compressed as browsers ask", "chapter gzipped", "floor page"),
    Row("the next chapter each time (place kept)", "next chapter", "floor page"),
    Row("a chapter signed out, compressed", "signed out", "floor constant", 0.6),
    Row("the same, unchanged (304)", "signed out 304", "floor constant"),
    Row("an autosave, sealed, versioned, durable", "autosave", "floor save", 0.7, p99_within=1.5),
    Row("journal page of 50 out of 2,000", "journal", "floor page", 0.25),
    *(
        Row(
            f"shipped: {name}",
            f"shipped {name}",
            "floor page",
            0.6 if name.startswith("the ") else 0.5,
            p99_to_median=3,
        )
        for name in SHIPPED
    ),
    *(
        Row(f"shipped, compressed: {name}", f"shipped {name} gzipped", "floor page", 0.45)
        for name in SHIPPED
    ),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one short round; writes nothing")
    parser.add_argument("--only", default="", help="rows with this in their name; writes nothing")
    parser.add_argument("--seconds", type=int, default=FULL.seconds, help="of one run of wrk")
    parser.add_argument(
        "--mixed", type=int, default=MIXED, help="requests a worker before its memory is read"
    )
    asked = parser.parse_args()
    full = FULL._replace(seconds=asked.seconds, mixed=asked.mixed)
    size = QUICK if asked.quick else full
    load.wrk()
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as folder:
        bench = Bench(Path(folder), size, asked.only)
        if asked.only:
            print("\n".join(report.rates(bench.rates())))
            return 0
        measured = bench.measure()
    text = report.performance(measured)
    print(text)
    if size is full:
        report.write(ROOT / "docs" / "performance.md", "measured", text)
        report.write(ROOT / "docs" / "scale.md", "measured", scale.scale(measured))
    missed = report.missed(measured)
    print("".join(f"Missed: {line}\n" for line in missed), end="")
    return 1 if missed and size is full else 0


class Bench:
    def __init__(self, folder: Path, size: Size, only: str = "") -> None:
        self.size, self.only = size, only
        self.ours = Site(folder / "alongside")
        self.made = Made(folder / "alongside")
        self.gunicorn = Site(folder / "alongside", "gunicorn")
        self.floor = Floor(folder / "floor")
        self.shipped = Shipped(folder / "shipped")

    @property
    def sites(self) -> list[Site]:
        return [self.ours, self.gunicorn, self.floor, self.shipped]

    def seed(self) -> None:
        """Makes the people of each site, with their answers."""
        tell(f"Making {self.size.people} people with their answers, twice")
        self.ours.seed(self.size.people)
        self.floor.seed(self.size.people)
        self.shipped.seed(READERS)

    def rates(self) -> dict[str, list[Run]]:
        """Drives the works asked for, and nothing else."""
        self.seed()
        try:
            for site in self.sites:
                site.start()
            return self.rounds()
        finally:
            for site in self.sites:
                site.stop()

    def measure(self) -> dict[str, Any]:
        """Everything that is told in docs/performance.md."""
        measured: dict[str, Any] = {"machine": report.machine()}
        self.seed()
        measured["rounds"], measured["people"] = self.size.rounds, self.size.people
        measured |= {"mixed": self.size.mixed, "seconds": self.size.seconds}
        measured["commands"] = self.commands()
        measured["starts"] = self.starts()
        measured["database"] = {
            "bytes": (self.ours.data / "alongside.sqlite3").stat().st_size,
            "entries": self.size.people * len(slugs()) * QUESTIONS + LARGE_JOURNAL,
        }
        try:
            for site in self.sites:
                site.start()
            measured["runs"] = self.rounds()
            self.gunicorn.stop()
            self.shipped.stop()
            measured["memory"] = self.memory()
        finally:
            for site in self.sites:
                site.stop()
        tell("Inside one process: prices and profiles")
        measured["prices"] = self.inside("prices")
        measured["profiles"] = self.inside("shares")
        return measured

    def works(self) -> list[Work]:
        ours, floor = people_in(self.ours.data), people_in(self.floor.data)
        owner = people_in(self.ours.data, "owner.json")[0]
        read, out, kept = load.chapters(ours), load.signed_out(), load.saves(ours)
        packed = load.gzipped(self.ours.address, out)
        return [
            Work("floor page", self.floor, load.floor_chapters(floor)),
            Work("chapter", self.ours, read),
            Work("chapter gunicorn", self.gunicorn, read),
            Work("chapter gzipped", self.ours, load.gzipped(self.ours.address, read)),
            Work("journal", self.ours, load.journal(owner)),
            Work("floor constant", self.floor, load.floor_constant()),
            Work("signed out", self.ours, packed),
            Work("signed out gunicorn", self.gunicorn, packed),
            Work("signed out 304", self.ours, load.unchanged(self.ours.address, packed)),
            Work("floor save", self.floor, load.floor_saves(floor)),
            Work("autosave", self.ours, kept),
            Work("autosave gunicorn", self.gunicorn, kept),
            *self.pages_shipped(),
            # Last: afterwards everybody is at the last chapter.
            Work("next chapter", self.ours, load.next_chapters(ours)),
        ]

    def pages_shipped(self) -> list[Work]:
        """The shipped workbook's pages as they are, and then as browsers ask for them."""
        readers = people_in(self.shipped.data)
        plain = {name: load.shipped(readers, path) for name, path in SHIPPED.items()}
        packed = {
            # The home page and the journal change with what their reader has read last.
            f"{name} gzipped": replace(load.gzipped(self.shipped.address, plan), give=3_000)
            for name, plan in plain.items()
        }
        return [
            Work(f"shipped {name}", self.shipped, plan) for name, plan in (plain | packed).items()
        ]

    def rounds(self) -> dict[str, list[Run]]:
        works = [work for work in self.works() if self.only in work.name or "floor" in work.name]
        for work in works:
            load.drive(work.site.address, work.plan, 2)
        found: dict[str, list[Run]] = {work.name: [] for work in works}
        for number in range(self.size.rounds):
            tell(f"Round {number + 1} of {self.size.rounds}")
            for work in works:
                found[work.name].append(load.drive(work.site.address, work.plan, self.size.seconds))
        return found

    def memory(self) -> dict[str, list[float]]:
        """The largest worker after so many mixed requests (on average; which worker gets one is
        chance), and after as many again: MB.

        In many short runs with new connections, so that each worker has its busiest time in the
        first half.
        """
        people = people_in(self.ours.data)
        owner = people_in(self.ours.data, "owner.json")[0]
        plans = {
            "alongside": (self.ours, load.mixed(people, owner)),
            "floor": (self.floor, load.floor_mixed(people_in(self.floor.data))),
        }
        found: dict[str, list[float]] = {}
        for name, (site, plan) in plans.items():
            tell(f"Memory of {name}")
            site.stop()
            site.start()
            sizes = []
            for _half in range(2):
                sent = 0
                while sent < self.size.mixed * WORKERS:
                    sent += load.drive(site.address, plan, 1).requests
                sizes += [megabytes(site.workers()), megabytes(site.workers(), "Pss")]
            found[name] = sizes
        return found

    def commands(self) -> dict[str, list[float]]:
        """Seconds of `manage.py check` for both, in turns; ours also with nothing remembered."""
        tell("manage.py check")
        found: dict[str, list[float]] = {"cold": [], "alongside": [], "floor": []}
        times = CHECKS if self.size.rounds == FULL.rounds else 2
        for _ in range(times):
            for name, site, manage in (
                ("cold", self.ours, "manage.py"),
                ("alongside", self.ours, "manage.py"),
                ("floor", self.floor, "bench/floor/manage.py"),
            ):
                if name == "cold":
                    (self.ours.data / FILE_NAME).unlink(missing_ok=True)
                began = time.monotonic()
                subprocess.run(
                    [sys.executable, manage, "check"],
                    env=os.environ | site.environment,
                    cwd=ROOT,
                    check=True,
                    capture_output=True,
                )
                found[name].append(time.monotonic() - began)
        return found

    def starts(self) -> dict[str, list[float]]:
        """Seconds: of a site that has run before to its first page, and of a worker in the place of
        one that was killed to the next page.
        """
        tell("Starts")
        page = load.signed_out().requests[0].path
        found: dict[str, list[float]] = {"site": [], "worker": [], "floor site": []}
        for _ in range(min(3, self.size.rounds)):
            try:
                found["site"].append(self.made.start(page))
            finally:
                self.made.stop()
            try:
                self.ours.start(page)
                found["worker"].append(seconds_without(self.ours, page))
            finally:
                self.ours.stop()
            try:
                found["floor site"].append(self.floor.start())
            finally:
                self.floor.stop()
        return found

    def inside(self, what: str) -> Any:
        command = [sys.executable, "-m", "bench.inside", str(self.ours.data), what]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)


def seconds_without(site: Site, page: str) -> float:
    """Kill every worker; seconds until a page comes again."""
    for worker in site.workers():
        os.kill(worker, signal.SIGKILL)
    began = time.monotonic()
    site.wait(page)
    return time.monotonic() - began


def tell(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""How long reading 1,000 chapters takes the linter, beside the time in which MkDocs builds them.

    python -m bench.linting [--rounds 5] [--chapters 1000] [--write]

The chapters are the shipped ones, varied: ids, addresses, names and sentences differ from copy to
copy. MkDocs is installed into a folder of its own outside the project. Each round does all of it in
turns, so that a busy machine slows both alike:

* the linter from cold: a new process, nothing remembered
* the linter again, with nothing changed, and with one chapter changed
* MkDocs, building the same texts into an empty folder

Ends with 1 where a ratio misses its target. Five rounds take three minutes; ``--write`` puts them into
docs/performance.md, as ``make bench`` does.
"""

import argparse
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench import report

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "content" / "alongside"
MKDOCS = "mkdocs==1.6.1"
PLACE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "alongside-bench"
WANTED = {"lint, from cold": 1.0, "lint, one changed": 0.1}
"""At most so many times as long as MkDocs."""
COPIES = 18
"""Copies of the shipped chapters in one workbook."""
NAMES = ("Ada", "Bo", "Chidi", "Dolores", "Emre", "Fern", "Goran", "Hana", "Imre", "Jo")


class Variations:
    """The shipped chapters over and over, each copy with ids, addresses and words of its own."""

    def __init__(self) -> None:
        self.chapters = {
            path.stem[3:]: self.alone(path.read_text("utf-8"))
            for path in sorted(SHIPPED.glob("[0-9]*.md"))
        }
        self.book = self.alone((SHIPPED / "book.md").read_text("utf-8"))
        whole = "\n".join([self.book, *self.chapters.values()])
        opened = re.findall(r"^::: [a-z ]+? ([a-z0-9-]+)$", whole, re.MULTILINE)
        self.ids = sorted(set(opened), key=len, reverse=True)
        self.sentences = re.findall(r"(?<=\. )[A-Z][^.\n:|*`\[\]{}]{30,90}\.(?= )", whole)
        ids, slugs = "|".join(self.ids), "|".join(sorted(self.chapters, key=len, reverse=True))
        self.places = re.compile(
            rf"(?P<link>\]\()(?P<slug>{slugs})?(?P<hash>#prompt-)?(?P<there>{ids})?(?=\))"
            rf"|(?P<lead>chapter: )(?P<chapter>{slugs})(?=\s*$)"
            rf"|(?P<before>^::: [a-z ]+ |: )(?P<ident>{ids})(?=\s*$)",
            re.MULTILINE,
        )

    @staticmethod
    def alone(text: str) -> str:
        """Without its doors, its links to other books, and the former ids, which are one book's."""
        text = re.sub(r"^doors:\n(?: .*\n)+|^was: .*\n", "", text, flags=re.MULTILINE)
        return re.sub(r"\[([^\]]+)\]\(book:[^)]+\)", r"\1", text)

    def texts(self, count: int) -> Iterator[tuple[str, str]]:
        """Path and text of every file, in whole copies of the shipped workbook."""
        dice = random.Random(988)
        copies = -(-count // len(self.chapters))
        for copy in range(copies):
            book, place = divmod(copy, COPIES)
            if not place:
                front = self.copy(self.book, "0").replace("key: alongside", f"key: book-{book}")
                yield f"book-{book}/book.md", front
            for number, (slug, text) in enumerate(self.chapters.items(), start=1):
                name = f"{place * len(self.chapters) + number:03d}-{slug}-{place}.md"
                yield f"book-{book}/{name}", self.varied(text, str(place), dice)

    def copy(self, text: str, suffix: str) -> str:
        def renamed(match: re.Match[str]) -> str:
            if match["link"]:
                slug = f"{match['slug']}-{suffix}" if match["slug"] else ""
                there = f"{match['there']}-{suffix}" if match["there"] else ""
                return f"{match['link']}{slug}{match['hash'] or ''}{there}"
            if match["lead"]:
                return f"{match['lead']}{match['chapter']}-{suffix}"
            return f"{match['before']}{match['ident']}-{suffix}"

        return self.places.sub(renamed, text)

    def varied(self, text: str, suffix: str, dice: random.Random) -> str:
        text = self.copy(text, suffix)
        for old in dice.sample(
            sorted(set(re.findall(r"\b(?:Ray|Opal|Tasha|Marcus|Lena|Dee)\b", text))) or ["Ray"], 1
        ):
            text = re.sub(rf"\b{old}\b", dice.choice(NAMES), text)
        paragraphs = text.split("\n\n")
        paragraphs.insert(-1, " ".join(dice.sample(self.sentences, 3)))
        return "\n\n".join(paragraphs)


def write(folder: Path, count: int) -> None:
    """A content folder with that many chapters, and what else the linter reads."""
    for name, text in Variations().texts(count):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "content" / "help.toml", folder)
    pages = folder / "pages"
    pages.mkdir()
    for page in (ROOT / "content" / "pages").glob("*.md"):
        if "page:" not in (text := page.read_text("utf-8")) and "](" not in text:
            (pages / page.name).write_text(text, encoding="utf-8")


def change(folder: Path, turn: int) -> None:
    """One more sentence in one chapter."""
    path = sorted(folder.glob("book-0/*.md"))[turn + 3]
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("\n## ", f"\nThis is change {turn}, and it says little.\n\n## ", 1), "utf-8"
    )


def mkdocs() -> Path:
    """The program, installed for this."""
    home = PLACE / MKDOCS
    program = home / "bin" / "mkdocs"
    if not program.exists():
        print(f"Installing {MKDOCS} into {home} ...", flush=True)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", MKDOCS], check=True)
    return program


class Took(NamedTuple):
    """Seconds: by the clock, and of all cores at work."""

    clock: float
    work: float


def timed(*command: object, env: dict[str, str] | None = None, may: tuple[int, ...] = (0,)) -> Took:
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    words = list(map(str, command))
    done = subprocess.run(words, env=env, capture_output=True, text=True, cwd=ROOT)
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in may:
        sys.exit(f"{words} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(took, work)


def measure(rounds: int, chapters: int) -> dict[str, list[Took]]:
    program = mkdocs()
    times: dict[str, list[Took]] = {}
    with tempfile.TemporaryDirectory(prefix="alongside-linting-") as home:
        content, data, site = (Path(home) / name for name in ("content", "data", "site"))
        content.mkdir()
        write(content, chapters)
        usual, bare = Path(home) / "mkdocs.yml", Path(home) / "bare.yml"
        usual.write_text(f"site_name: Bench\ndocs_dir: {content}\nsite_dir: {site}\n")
        bare.write_text(f"{usual.read_text()}plugins: []\n")
        env = {
            "PATH": os.environ["PATH"],
            "WORKBOOK_CONTENT_DIR": str(content),
            "WORKBOOK_DATA_DIR": str(data),
        }
        lint = (sys.executable, ROOT / "manage.py", "lint_content")
        build = (program, "build", "--quiet", "--clean", "--config-file")

        def once(name: str, *command: object) -> None:
            own = {"env": env, "may": (0, 1)} if "manage.py" in str(command) else {}
            times.setdefault(name, []).append(timed(*command, **own))

        for turn in range(rounds):
            shutil.rmtree(data, ignore_errors=True)
            once("lint, from cold", *lint)
            once("MkDocs", *build, usual)
            once("lint, nothing changed", *lint)
            change(content, turn)
            once("lint, one changed", *lint)
            once("MkDocs without search", *build, bare)
            taken = ", ".join(f"{name} {took[-1].clock:.1f} s" for name, took in times.items())
            print(f"Round {turn + 1}: {taken}", flush=True)
    return times


def table(times: dict[str, list[Took]]) -> str:
    lines = [
        "| what | time | fastest to slowest | of MkDocs | wanted | work | of MkDocs' work |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, taken in times.items():
        clocks = [took.clock for took in taken]
        work = statistics.median(took.work for took in taken)
        work_ratio = statistics.median(
            one.work / other.work for one, other in zip(taken, times["MkDocs"], strict=True)
        )
        wanted = f"≤ {WANTED[name]:g}" if name in WANTED else ""
        lines.append(
            f"| {name} | {statistics.median(clocks):.1f} s | {min(clocks):.1f} to "
            f"{max(clocks):.1f} s | {ratio(times, name):.2f} | {wanted} | {work:.1f} s "
            f"| {work_ratio:.2f} |"
        )
    return "\n".join(lines)


def ratio(times: dict[str, list[Took]], name: str) -> float:
    """Each round's own, in the median: what slowed one of a round slowed the other."""
    pairs = zip(times[name], times["MkDocs"], strict=True)
    return statistics.median(one.clock / other.clock for one, other in pairs)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--chapters", type=int, default=1000)
    options.add_argument("--write", action="store_true", help="into docs/performance.md")
    given = options.parse_args()
    about = f"Measured {report.machine()}. Medians of {given.rounds} rounds."
    times = measure(given.rounds, given.chapters)
    text = f"{about}\n\n{table(times)}"
    print(text)
    if given.write:
        report.write(ROOT / "docs" / "performance.md", "linting", text)
    missed = [name for name, most in WANTED.items() if ratio(times, name) > most]
    print("".join(f"Missed: {name}\n" for name in missed), end="")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

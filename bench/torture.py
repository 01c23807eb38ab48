#!/usr/bin/env python3
"""Faults on purpose: is a saved answer still there, and is the site honest while it can't save?

    python bench/torture.py kill    the server is killed (-9) again and again while people write
    python bench/torture.py lock    the database is locked for ten seconds (SQLite)
    python bench/torture.py full    the disk is full (SQLite, needs root for a small tmpfs)
    python bench/torture.py all
    python bench/torture.py kill --saves 20    a tenth of it

Each starts sites of its own in temporary folders on a free port, and stops them. With DATABASE_URL
`kill` runs on that database, which must be empty and is left with the people it made. Ends with 1
where something acknowledged is gone, a text is torn, or a failure was called saved.
"""

import argparse
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from writers import Form, Writer, where_to_write

ROOT = Path(__file__).resolve().parent.parent
SAVES = 200
SAVES_A_KILL = 40
WRITERS = 8
HELP_WITHIN = 0.1  # seconds beyond what help-now takes on the idle site


class Site:
    """A site of its own: ``start``, ``kill`` (-9, every process of it) and start again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        return self.folder / "alongside.sqlite3"

    def start(self) -> None:
        environment = os.environ | {"WORKBOOK_DATA_DIR": str(self.folder), "PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "serve"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(600):
            if answers(self.address + "/healthz"):
                return
            time.sleep(0.1)
        raise TimeoutError("The site did not start within a minute.")

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


@contextmanager
def site_in(folder: str | None = None) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="alongside-torture-") as temporary:
        site = Site(Path(folder or temporary))
        site.start()
        try:
            yield site
        finally:
            site.kill()


class Stubborn(Writer):
    """Writes on through every failure, and knows what may stand there at the end."""

    def write_on(self, chapter: str, prompts: list[str], stop: threading.Event) -> None:
        """Save marked texts until told to stop; after a failure the page is read anew."""
        self.tried: dict[str, list[str]] = {prompt: [] for prompt in prompts}
        forms: dict[str, Form] = {}
        count = 0
        while not stop.is_set():
            count += 1
            prompt = prompts[count % len(prompts)]
            try:
                if prompt not in forms:
                    page = self.browser.get(chapter)
                    forms = {name: page.prompt(name) for name in prompts}
            except (OSError, HTTPException, StopIteration):
                time.sleep(0.2)
                continue
            text = (
                f"{self.name} {count:05d} " + "line " * random.randint(1, 400) + f"end {count:05d}"
            )
            self.tried[prompt].append(text)
            failures = len(self.errors)
            self._save(prompt, forms[prompt], text)
            if len(self.errors) > failures:
                forms = {}

    def verdict(self, chapter: str) -> list[str]:
        """What is wrong: an acknowledged text neither there nor overtaken, or a torn one."""
        self.lost(chapter)  # Enters anew.
        page = self.browser.get(chapter)
        wrong = []
        for prompt, tried in self.tried.items():
            kept = page.prompt(prompt).fields["answer"].strip()
            newest = tried.index(self.saved[prompt]) if prompt in self.saved else -1
            allowed = {text.strip() for text in tried[max(newest, 0) :]} | (
                {""} if newest < 0 else set()
            )
            if kept not in allowed:
                wrong.append(f"{prompt} of {self.name}: {'torn' if kept else 'lost'}")
        return wrong


def torture_kill(saves: int) -> bool:
    """At least this many acknowledged saves by eight people while the server is killed often."""
    least = max(1, saves // SAVES_A_KILL)
    with site_in() as site:
        people = [Stubborn(site.address) for _ in range(WRITERS)]
        for person in people:
            person.sign_up()
        chapter, prompts = where_to_write(people[0].browser)
        stop = threading.Event()
        threads = [
            threading.Thread(target=person.write_on, args=(chapter, prompts, stop))
            for person in people
        ]
        for thread in threads:
            thread.start()
        kills, deadline = 0, time.monotonic() + 300
        while (acknowledged(people) < saves or kills < least) and time.monotonic() < deadline:
            time.sleep(random.uniform(0.5, 2.5))
            site.kill()
            kills += 1
            site.start()
        stop.set()
        for thread in threads:
            thread.join()
        wrong = [line for person in people for line in person.verdict(chapter)]
        enough = acknowledged(people) >= saves and kills >= least
        failed = sum(len(person.errors) for person in people)
        print(
            f"kill: {acknowledged(people)} saves acknowledged through {kills} kills, "
            f"{failed} failed and said so; {len(wrong)} lost or torn"
        )
        print("".join(f"  {line}\n" for line in wrong), end="")
        return enough and not wrong


def acknowledged(people: list[Stubborn]) -> int:
    return sum(len(person.seconds) for person in people)


def one_save(site: Site, person: Writer, text: str) -> tuple[int, str, float, str]:
    """Status, body, seconds and Retry-After of one save over htmx."""
    chapter, prompts = where_to_write(person.browser)
    form = person.browser.get(chapter).prompt(prompts[0])
    headers = {"HX-Request": "true", "HX-Target": f"status-{prompts[0]}"}
    start = time.monotonic()
    try:
        page = person.browser.post(form, headers, answer=text)
    except urllib.error.HTTPError as error:
        body = error.read().decode()
        return error.code, body, time.monotonic() - start, error.headers.get("Retry-After", "")
    return 200, page.text, time.monotonic() - start, ""


def torture_lock() -> bool:
    """A database locked for ten seconds: an honest 503 within about three, and help at once."""
    with site_in() as site:
        person = Writer(site.address)
        person.sign_up()
        chapter, prompts = where_to_write(person.browser)
        form = person.browser.get(chapter).prompt(prompts[0])
        idle = timed(site.address + "/help-now/")
        holder = sqlite3.connect(site.database, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        released = time.monotonic() + 10
        headers = {"HX-Request": "true", "HX-Target": f"status-{prompts[0]}"}
        answer: list[tuple[int, str, float, str]] = []

        def save() -> None:
            start = time.monotonic()
            try:
                page = person.browser.post(form, headers, answer="through the lock")
                answer.append((200, page.text, time.monotonic() - start, ""))
            except urllib.error.HTTPError as error:
                retry = error.headers.get("Retry-After", "")
                answer.append((error.code, error.read().decode(), time.monotonic() - start, retry))

        saving = threading.Thread(target=save)
        saving.start()
        time.sleep(0.5)
        helped = timed(site.address + "/help-now/")
        saving.join()
        time.sleep(max(0.0, released - time.monotonic()))
        holder.execute("ROLLBACK")
        holder.close()
        status, body, seconds, retry_after = answer[0]
        later = one_save(site, person, "after the lock")
        print(
            f"lock: {status} after {seconds:.1f} s, Retry-After {retry_after or 'missing'}; "
            f"help-now took {1000 * helped:.0f} ms meanwhile ({1000 * idle:.0f} ms idle); then {later[0]}"
        )
        honest = status == 503 and bool(retry_after) and "Not saved" in body and seconds < 5
        return honest and later[0] == 200 and helped < idle + HELP_WITHIN


def timed(address: str) -> float:
    start = time.monotonic()
    with urllib.request.urlopen(address, timeout=30) as response:
        response.read()
    return time.monotonic() - start


def torture_full() -> bool:
    """A full disk: an honest "not saved", an intact database, saving again once there is room."""
    with tempfile.TemporaryDirectory(prefix="alongside-full-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]
        if subprocess.run(mount, capture_output=True).returncode:
            print("full: left out, a small tmpfs can't be mounted here (needs root)")
            return True
        try:
            with site_in(folder) as site:
                return _fill_up(site, Path(folder))
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def _fill_up(site: Site, folder: Path) -> bool:
    person = Writer(site.address)
    person.sign_up()
    before = one_save(site, person, "before it was full")
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    full = [one_save(site, person, f"{number} " + "words " * 12_000) for number in range(3)]
    helped = answers(site.address + "/help-now/")
    filler.unlink()
    after = one_save(site, person, "after there was room")
    with sqlite3.connect(site.database) as database:
        integrity = database.execute("PRAGMA integrity_check").fetchone()[0]
    statuses = [status for status, *_rest in full]
    print(
        f"full: {before[0]} before, {statuses} while full, {after[0]} after; integrity {integrity}"
    )
    honest = all(status == 503 and "Not saved" in body for status, body, *_rest in full)
    return before[0] == 200 and honest and helped and after[0] == 200 and integrity == "ok"


FAULTS = ("kill", "lock", "full")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("fault", choices=[*FAULTS, "all"])
    parser.add_argument("--saves", type=int, default=SAVES, help="how many must be acknowledged")
    asked = parser.parse_args()
    faults = {"kill": lambda: torture_kill(asked.saves), "lock": torture_lock, "full": torture_full}
    held = [faults[name]() for name in (FAULTS if asked.fault == "all" else [asked.fault])]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())

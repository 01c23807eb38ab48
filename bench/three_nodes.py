"""Three nodes behind nginx with one PostgreSQL, under load, while parts of it are killed.

    python -m bench.three_nodes --minutes 10 --readers 12

Everything runs on this machine, in a temporary folder: a PostgreSQL with its usual durability,
three sites on it with one content folder each, nginx in front. Readers enter by password, read,
save, search and leave again. Meanwhile nodes are killed (-9) and started again, each node in turn
gets a new edition of the content, and halfway PostgreSQL is killed and started again.

Ends with 1 where an answer that was called saved is not there for somebody who enters anew, where
somebody was signed out, or where an error was anything but a 503 while a part was down. Needs
Debian's nginx and postgresql.
"""

import argparse
import json
import os
import random
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.sites import Site
from bench.workload import BOOK, write_content
from bench.writers import Browser, Form, Page, some_words

NODES = 3
GRACE = 1.5
"""Seconds after a part is back in which an error may still come of its being away."""
QUIET = (10, 15)
"""Seconds in which nothing is down: an error then has no excuse."""
POSTGRES = "PostgreSQL killed and started again"
RESTARTS = 1
"""Of PostgreSQL, spread over the run."""
RETRY = (2, 4, 8, 16, 30, 30, 30)
"""Seconds between the tries of a save, as autosave.js makes them."""


class Node(Site):
    """One of several sites on the same database, with the same keys."""

    probe = "/readyz"

    def __init__(self, data: Path, extra: dict[str, str]) -> None:
        super().__init__(data)
        self.extra = extra
        data.mkdir(parents=True)
        self.log = data / "log"
        # Each refusal is a line, and there are many; what wasn't one is told at the end.
        self.errors = self.log.open("ab")
        self.stderr = self.errors.fileno()

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | self.extra

    def seed(self, people: int) -> None:
        write_content(self.data / "content")

    def roll(self, edition: int) -> None:
        """Restart with a new edition of the content: every chapter says another number."""
        for path in (self.data / "content" / BOOK).glob("[0-9]*.md"):
            text = path.read_text(encoding="utf-8").partition("\n\nEdition ")[0]
            path.write_text(f"{text}\n\nEdition {edition} of this chapter.\n", encoding="utf-8")
        self.stop()
        self.start()

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


class Postgres:
    """A cluster of its own, durable as Debian's is."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            sys.exit("PostgreSQL is missing. Run: sudo apt-get install postgresql")
        self.bin, self.folder = found[-1], folder
        folder.mkdir()
        self.owner = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            self.owner = ["runuser", "-u", "postgres", "--"]
        self.run("initdb", "-D", folder / "data", "-U", "alongside", "-A", "trust", "-E", "UTF8")
        self.start()
        self.run("createdb", "-h", folder, "-U", "alongside", "alongside")
        self.url = f"postgres://alongside@/alongside?host={folder}"

    def run(self, program: str, *arguments: Any) -> None:
        command = [*self.owner, str(self.bin / program), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{program} failed: {done.stderr}")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'"
        log = self.folder / "log"
        self.run("pg_ctl", "-D", self.folder / "data", "-l", log, "-w", "-o", options, "start")

    def stop(self, mode: str) -> None:
        self.run("pg_ctl", "-D", self.folder / "data", "-m", mode, "-w", "stop")


class Nginx:
    """Hands each request to a node that answers; what only reads is tried on the next one."""

    def __init__(self, folder: Path, nodes: list[Node]) -> None:
        if not (program := shutil.which("nginx", path="/usr/sbin:/usr/bin")):
            sys.exit("nginx is missing. Run: sudo apt-get install nginx-light")
        folder.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        servers = "\n".join(
            f"    server 127.0.0.1:{node.port} max_fails=1 fail_timeout=1s;" for node in nodes
        )
        (folder / "nginx.conf").write_text(
            f"""
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; client_max_body_size 12m;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream nodes {{
{servers}
    keepalive 16;
  }}
  server {{
    listen 127.0.0.1:{self.port};
    location / {{
      proxy_pass http://nodes; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host:$server_port;
      # A save is never sent twice by nginx: whether it was kept is for the page to find out.
      proxy_next_upstream error timeout http_502; proxy_connect_timeout 1s;
      error_page 502 504 =503 @down;
    }}
    location @down {{ add_header Retry-After 2 always; return 503 "Not now.\\n"; }}
  }}
}}
""",
            encoding="utf-8",
        )
        self.process = subprocess.Popen(
            [program, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL
        )
        self.address = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


@dataclass
class Weather:
    """What is down at which time, so that an error can be told from an honest one."""

    down: list[tuple[float, float, str]] = field(default_factory=list)
    events: Counter = field(default_factory=Counter)

    def lasts(self, what: str, begin: float) -> None:
        self.down.append((begin, time.monotonic() + GRACE, what))
        self.events[what] += 1

    def cause(self, moment: float) -> str:
        """What was down then, PostgreSQL before anything else; "" for nothing."""
        causes = {what for begin, end, what in self.down if begin <= moment <= end}
        return POSTGRES if POSTGRES in causes else min(causes, default="")


@dataclass
class Reader:
    """Somebody who comes, reads, writes, searches, and never gives up on a save."""

    site: str
    errors: list[tuple[float, str]] = field(default_factory=list)
    signed_out: int = 0
    saved: dict[str, str] = field(default_factory=dict)
    tried: dict[str, list[str]] = field(default_factory=dict)
    done: Counter = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    editions: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.name = f"reader {secrets.token_hex(6)}"
        self.password = secrets.token_urlsafe(16)
        self.browser = Browser(self.site)
        self.mark = secrets.token_hex(16)

    def sign_up(self) -> None:
        form = self.browser.get("/account/signup/").form_with("password")
        self.browser.post(form, username=self.name, password=self.password)

    def log_in(self) -> None:
        """Anew, in another browser; where that fails they stay in the one they have."""
        browser = Browser(self.site)
        form = browser.get("/account/login/").form_with("password")
        page = browser.post(form, username=self.name, password=self.password)
        if "/account/login/" in page.address:
            raise ConnectionRefusedError("not let in")
        self.browser = browser
        self.done["entered"] += 1

    def live(self, chapters: list[str], stop: threading.Event) -> None:
        while not stop.is_set():
            chapter = random.choice(chapters)
            roll = random.random()
            if roll < 0.03:
                self.attempt(self.log_in)
            elif roll < 0.08:
                self.attempt(self.search)
            else:
                page = self.attempt(partial(self.read, chapter))
                if page and roll < 0.5:
                    self.write(page, stop)
            time.sleep(random.uniform(0, 0.2))

    def attempt(self, what: Any) -> Any:
        try:
            return what()
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace").partition("<h1")[2]
            title = said.partition(">")[2].partition("<")[0].strip()
            what = str(error.code) if error.code == 503 else f"{error.code} {title}"
            self.errors.append((time.monotonic(), what))
        except OSError as error:
            self.errors.append((time.monotonic(), type(error).__name__))
        time.sleep(0.5)
        return None

    def read(self, chapter: str) -> Page | None:
        page = self.browser.get(chapter)
        self.done["read"] += 1
        self.editions.add(page.text.partition("Edition ")[2].partition(" ")[0])
        if not any(form.id.startswith("prompt-") for form in page.forms):
            self.signed_out += 1
            self.attempt(self.log_in)
            return None
        return page

    def search(self) -> None:
        page = self.browser.get("/journal/")
        if "/account/login/" in page.address:
            self.signed_out += 1
            self.attempt(self.log_in)
        elif any("words" in form.fields for form in page.forms):
            self.browser.post(page.form_with("words"), words="rain")
            self.done["searched"] += 1

    def write(self, page: Page, stop: threading.Event) -> None:
        form = random.choice([f for f in page.forms if f.id.startswith("prompt-")])
        prompt = form.id.removeprefix("prompt-")
        text = f"{self.name} {secrets.token_hex(4)}: {some_words()}"
        self.tried.setdefault(prompt, []).append(text)
        for wait in (0, *RETRY):
            if wait and stop.wait(wait):
                return
            start = time.monotonic()
            if self.attempt(lambda: self.save(prompt, form, text)):
                self.seconds.append(time.monotonic() - start)
                self.saved[prompt] = text
                self.done["saved"] += 1
                return

    def save(self, prompt: str, form: Form, text: str) -> bool:
        headers = {"HX-Request": "true", "HX-Target": f"status-{prompt}"}
        turn = str(time.time_ns() // 1_000_000)
        page = self.browser.post(form, headers, answer=text, turn=turn)
        is_saved = ">Saved" in page.text
        if not is_saved:
            self.errors.append((time.monotonic(), "answered, and not saved"))
        return is_saved

    def lost(self, chapters: list[str]) -> list[str]:
        """What was called saved and isn't what stands there, for somebody who enters anew."""
        self.log_in()
        kept: dict[str, str] = {}
        for chapter in chapters:
            for form in self.browser.get(chapter).forms:
                if form.id.startswith("prompt-"):
                    kept[form.id.removeprefix("prompt-")] = form.fields.get("answer", "").strip()
        return [
            prompt
            for prompt, text in self.saved.items()
            if kept.get(prompt) not in self.tried[prompt][self.tried[prompt].index(text) :]
        ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--readers", type=int, default=12)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="alongside-nodes-") as folder:
        # PostgreSQL runs as somebody else, and must reach its folder.
        Path(folder).chmod(0o755)
        return run(Path(folder), asked.minutes * 60, asked.readers)


def run(folder: Path, seconds: float, count: int) -> int:
    postgres = Postgres(folder / "postgres")
    keys = {"SECRET_KEY": secrets.token_urlsafe(48), "WORKBOOK_KEYS": new_key()}
    nodes = [
        Node(folder / f"node{n}", {"DATABASE_URL": postgres.url, **keys}) for n in range(NODES)
    ]
    nginx = None
    try:
        for node in nodes:
            node.seed(0)
        nginx = Nginx(folder / "nginx", nodes)
        for node in nodes:
            node.extra["SITE_URL"] = nginx.address
            node.roll(1)
        held = drive(nginx.address, nodes, postgres, seconds, count)
        for line in (line for node in nodes for line in node.log.read_text().splitlines()):
            if "Internal Server Error" in line:
                print(line)
        return held
    finally:
        for node in nodes:
            node.kill()
        if nginx:
            nginx.stop()
        postgres.stop("immediate")


def drive(address: str, nodes: list[Node], postgres: Postgres, seconds: float, count: int) -> int:
    readers = [Reader(address) for _ in range(count)]
    for reader in readers:
        reader.sign_up()
    book = f"/books/{BOOK}/"
    links = {link.partition("#")[0] for link in readers[0].browser.get(book).links}
    chapters = sorted(link for link in links if link.startswith(book) and link != book)
    stop, weather = threading.Event(), Weather()
    began = time.monotonic()
    threads = [
        threading.Thread(target=reader.live, args=(chapters, stop), daemon=True)
        for reader in readers
    ]
    for thread in threads:
        thread.start()
    break_things(nodes, postgres, weather, began, seconds)
    stop.set()
    for thread in threads:
        thread.join(timeout=90)
    return tell(readers, weather, chapters, time.monotonic() - began)


def break_things(
    nodes: list[Node], postgres: Postgres, weather: Weather, began: float, seconds: float
) -> None:
    edition, restarts = 1, 1
    while (now := time.monotonic()) - began < seconds:
        if now - began > restarts * seconds / (RESTARTS + 1) and restarts <= RESTARTS:
            postgres.stop("immediate")
            time.sleep(2)
            postgres.start()
            weather.lasts(POSTGRES, now)
            restarts += 1
        elif weather.events["nodes killed"] % 4 == 3:
            edition += 1
            for node in nodes:
                begin = time.monotonic()
                node.roll(edition)
                weather.lasts("nodes rolled to a new edition", begin)
            kill_one(nodes, weather)
        else:
            kill_one(nodes, weather)
        time.sleep(random.uniform(*QUIET))


def kill_one(nodes: list[Node], weather: Weather) -> None:
    node, begin = random.choice(nodes), time.monotonic()
    node.kill()
    time.sleep(random.uniform(0.5, 2))
    node.start()
    weather.lasts("nodes killed", begin)


def tell(readers: list[Reader], weather: Weather, chapters: list[str], seconds: float) -> int:
    lost = [what for reader in readers for what in reader.lost(chapters)]
    errors = [error for reader in readers for error in reader.errors]
    causes = [(what, weather.cause(moment)) for moment, what in errors]
    unexplained = [what for what, cause in causes if what != "503" or not cause]
    done: Counter = sum((reader.done for reader in readers), Counter())
    times = sorted(second for reader in readers for second in reader.seconds)
    found = {
        "seconds": round(seconds),
        "readers": len(readers),
        **done,
        "median ms of a save": round(1000 * statistics.median(times)),
        "p99 ms of a save": round(1000 * times[int(len(times) * 0.99)]),
        **weather.events,
        "editions seen": len(set().union(*(reader.editions for reader in readers))),
        "errors": dict(Counter(f"{what} while {cause or 'nothing'}" for what, cause in causes)),
        "errors that nothing explains": dict(Counter(unexplained)),
        "signed out": sum(reader.signed_out for reader in readers),
        "acknowledged answers lost": len(lost),
    }
    print(json.dumps(found, indent=1))
    return 1 if lost or unexplained or found["signed out"] else 0


def new_key() -> str:
    from workbook.operations import keys

    return keys.encode(keys.new_workbook_key())


if __name__ == "__main__":
    sys.exit(main())
